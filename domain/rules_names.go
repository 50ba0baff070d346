package domain

import (
	"strings"
	"time"
	"unicode"
)

// names: groups, agents, roles and data sources have a name that no other of
// their kind has, without regard to case; nor one that only characters that
// draw nothing tell apart, unless it came in a file: there it is a finding.
func (c *check) names() *Error {
	if err := uniqueNames(c, KindGroup, func(r Group) string { return r.Name }); err != nil {
		return err
	}
	if err := uniqueNames(c, KindAgent, func(r Agent) string { return r.Name }); err != nil {
		return err
	}
	if err := uniqueNames(c, KindSource, func(r Source) string { return r.Name }); err != nil {
		return err
	}
	return uniqueNames(c, KindRole, func(r Role) string { return r.Name })
}

func uniqueNames[R Record](c *check, kind Kind, name func(R) string) *Error {
	var taken map[string][]ID  // made when the first name is new
	var hiding map[string][]ID // those with something that does not show, by what shows
	return each(c, func(before *R, after R) *Error {
		n, plain := foldName(name(after)), Fold(Shown(name(after)))
		if before != nil && foldName(name(*before)) == n {
			return nil
		}
		if n == "" || plain == "" && !c.imported {
			return refuse(Invalid, RuleNameMissing, "%s %q would have no name", kind, after.RecordID()).
				Hinted("give it one")
		}
		if taken == nil {
			taken, hiding = map[string][]ID{}, map[string][]ID{}
			for row := range c.after.All(kind) {
				if r, ok := row.Record.(R); ok {
					k := foldName(name(r))
					taken[k] = append(taken[k], r.RecordID())
					if one := Fold(Shown(name(r))); one != k {
						hiding[one] = append(hiding[one], r.RecordID())
					}
				}
			}
		}
		for _, id := range taken[n] {
			if id != after.RecordID() {
				return refuse(Conflict, RuleNameTaken, "there is a %s %q already (%s)", kind, c.after.Name(kind, id), id).
					Hinted("choose another name, or rename that one first")
			}
		}
		for _, alike := range [][]ID{taken[plain], hiding[plain]} {
			for _, id := range alike {
				if id != after.RecordID() && !c.imported {
					return readsAlike(kind, c.after.Name(kind, id), id)
				}
			}
		}
		return nil
	})
}

// readsAlike refuses a name that nobody could tell from another by reading.
func readsAlike(kind Kind, other string, id ID) *Error {
	return refuse(Conflict, RuleNameTaken, "the name differs from that of the %s %q (%s) only by characters that do not show", kind, other, id).
		Hinted("type it without them, and choose a name that reads otherwise")
}

func foldName(s string) string { return Fold(strings.TrimSpace(s)) }

// principals: everyone has a name; a user has an address that looks like one
// and that no other user has; keys and AI agents have none. Nobody is their own
// manager.
func (c *check) principals() *Error {
	var taken map[string][]ID
	return each(c, func(before *Principal, p Principal) *Error {
		if strings.TrimSpace(p.Name) == "" {
			return refuse(Invalid, RuleNameMissing, "%s %q would have no name", p.Kind, p.ID).
				Hinted("give a name; where none is known, the e-mail address")
		}
		if p.Kind != User {
			if p.Email != "" {
				return refuse(Invalid, RuleEmail, "%s would have an e-mail address", c.after.Describe(p)).
					Hinted("only users have one; name its owner instead")
			}
			return nil
		}
		if p.Manager == p.ID && (before == nil || before.Manager != p.Manager) {
			return refuse(Invalid, RuleOwnManager, "%s would be their own manager", c.after.Describe(p)).
				Hinted("name somebody else, or nobody at the top: nobody reviews their own access")
		}
		if !looksLikeEmail(p.Email) {
			return refuse(Invalid, RuleEmail, "%s has the e-mail address %q, which is none", c.after.Describe(p), p.Email).
				Hinted("write it like name@company.example")
		}
		if before != nil && foldName(before.Email) == foldName(p.Email) {
			return nil
		}
		if taken == nil {
			taken = map[string][]ID{}
			for row := range c.after.All(KindPrincipal) {
				if r, ok := row.Record.(Principal); ok && r.Email != "" {
					k := foldName(r.Email)
					taken[k] = append(taken[k], r.ID)
				}
			}
		}
		for _, id := range taken[foldName(p.Email)] {
			if id != p.ID {
				return refuse(Conflict, RuleEmailTaken, "the e-mail address %q belongs to %q already (%s)",
					p.Email, c.after.Name(KindPrincipal, id), id).Hinted("change that user, or use another address")
			}
		}
		return nil
	})
}

// looksLikeEmail asks for one @ with something on both sides and nothing that
// does not show: no blanks, no control characters, and none that only have no
// width or turn the direction, by which one address would pass for another.
// Only sending would tell more.
func looksLikeEmail(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	if !ok || local == "" || host == "" || len(s) > 320 || strings.Contains(host, "@") {
		return false
	}
	for _, r := range s {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) || isHidden(r) {
			return false
		}
	}
	return !strings.HasPrefix(host, ".") && !strings.HasSuffix(host, ".")
}

// bindingsAndSettings: a binding is to a user; a setting is known and its
// value can be read.
func (c *check) bindingsAndSettings() *Error {
	err := each(c, func(_ *Binding, b Binding) *Error {
		if p, ok := c.after.Principal(b.Principal); ok && p.Kind != User {
			return refuse(Invalid, RuleBinding, "%s is to be bound to %s", b.ID, c.after.Describe(p)).
				Hinted("bind it to a user; keys and AI agents do not sit at a terminal")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return each(c, func(_ *Setting, s Setting) *Error {
		if s.ID == SettingPresets {
			return c.ownPresets(s)
		}
		return checkSetting(s)
	})
}

func checkSetting(s Setting) *Error {
	bad := func(hint string, args ...any) *Error {
		return refuse(Invalid, RuleSetting, "the setting %q cannot be %q", s.ID, s.Value).Hinted(hint, args...)
	}
	switch s.ID {
	case SettingName, SettingCatalogue:
		if strings.TrimSpace(s.Value) == "" {
			return bad("give a name")
		}
	case SettingZone:
		if _, err := time.LoadLocation(s.Value); err != nil || s.Value == "Local" {
			return bad("use an IANA time zone such as Europe/Berlin")
		}
	case SettingCoupling:
		if s.Value != "on" && s.Value != "off" {
			return bad("use on or off")
		}
	case SettingConflicted:
		if s.Value != "flag" && s.Value != "refuse" {
			return bad("use flag or refuse")
		}
	case SettingPolicy:
		if _, err := ReadPolicy([]byte(s.Value)); err != nil {
			return asError(err)
		}
	case SettingFrameworks:
		if _, err := ReadFrameworks(s.Value); err != nil {
			return asError(err).ByRule(RuleSetting)
		}
	default:
		if known, hint := checkFindingSetting(s); known {
			if hint != "" {
				return bad("%s", hint)
			}
			return nil
		}
		return refuse(Invalid, RuleSetting, "there is no setting %q", s.ID).Hinted("use one of: %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s",
			SettingName, SettingZone, SettingCatalogue, SettingPresets, SettingCoupling, SettingPolicy, SettingConflicted,
			SettingDormant, SettingBroadGroup, SettingSoD, SettingFrameworks)
	}
	return nil
}
