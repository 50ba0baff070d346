package review

import (
	"context"
	"strings"
	"time"

	"countersign/domain"
)

// Person names a user for the bootstrap.
type Person struct {
	Name  string
	Email string
	UID   int // the operating-system user it is bound to; -1 for none
}

// InitInput is what a new organisation starts with.
type InitInput struct {
	Organisation string
	Zone         string // IANA; empty means UTC
	Catalogue    string // one of domain.Catalogues; empty means agent-studio
	Admin        Person // the first account admin, console admin and campaign owner
	Checkers     []Person
	Via          string // how the person at the keyboard was resolved: "uid 1000"
}

// Init fills a new database in one bootstrap event: the organisation's name,
// zone and catalogue, the shipped roles, the first admin, at least two
// checkers who are other people, and their bindings. It is the only act
// without an actor: from here on every change is a change set.
//
// Conflict (rule "initialised"): there are principals already. Invalid: a
// name, an address or a zone is missing or wrong, or fewer than two checkers.
func (s *Service) Init(ctx context.Context, in InitInput) (domain.Actor, error) {
	var first domain.Actor
	err := s.store.Update(ctx, func(tx WriteTx) error {
		o, err := tx.Org()
		if err != nil {
			return err
		}
		if o.Count(domain.KindPrincipal) > 0 {
			return domain.Errorf(domain.Conflict, "this database already holds an organisation").
				Hinted("use another file for a new one").ByRule("initialised")
		}
		records, admin, err := bootstrap(in, tx.NewID)
		if err != nil {
			return err
		}
		cs := domain.ChangeSet{Title: "init", Maker: admin, Changes: make([]domain.Change, len(records))}
		var r rows
		for i, rec := range records {
			cs.Changes[i] = domain.Begin(rec)
			r.put(nil, rec)
		}
		if _, _, err := o.With(cs, tx.Now()); err != nil {
			return err
		}
		first = domain.Actor{Principal: admin, Assurance: domain.Asserted, Via: in.Via}
		w := &work{WriteTx: tx, actor: first, now: tx.Now(), org: o, act: act{duty: "admin"}}
		_, err = w.append(w.event(domain.EvBootstrap, "org"), map[string]int{"records": len(records)}, &r)
		return err
	})
	if err != nil {
		return domain.Actor{}, err
	}
	return first, nil
}

// bootstrap makes the records of a new organisation, in an order in which
// each refers only to what stands before it.
func bootstrap(in InitInput, newID func(string) domain.ID) ([]domain.Record, domain.ID, error) {
	if err := checkInit(&in); err != nil {
		return nil, "", err
	}
	areas, err := domain.Catalogue(in.Catalogue)
	if err != nil {
		return nil, "", err
	}
	out := []domain.Record{
		domain.Setting{ID: domain.SettingName, Value: in.Organisation},
		domain.Setting{ID: domain.SettingCatalogue, Value: in.Catalogue},
	}
	if in.Zone != "" {
		out = append(out, domain.Setting{ID: domain.SettingZone, Value: in.Zone})
	}
	for _, a := range areas {
		out = append(out, a)
	}
	var adminRole domain.ID
	for _, r := range domain.ShippedRoles() {
		id := newID(domain.PrefixRole)
		if r.Role.Admin {
			adminRole = id
		}
		out = append(out, r.Records(id, func() domain.ID { return newID(domain.PrefixGrant) })...)
	}
	var admin domain.ID
	for i, p := range append([]Person{in.Admin}, in.Checkers...) {
		id := newID(domain.PrefixUser)
		out = append(out, domain.Principal{ID: id, Kind: domain.User, Name: p.Name, Email: p.Email, Status: domain.Active})
		give := func(t domain.TargetKind, target domain.ID, l domain.Level) {
			out = append(out, domain.Grant{ID: newID(domain.PrefixGrant), Level: l,
				Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: id}, Target: domain.Target{Kind: t, ID: target}})
		}
		if i == 0 {
			admin = id
			give(domain.TargetAccount, "", domain.Level(domain.AccountAdmin))
			give(domain.TargetRole, adminRole, domain.Held)
			give(domain.TargetDuty, domain.ID(domain.DutyAdmin.String()), domain.Held)
			give(domain.TargetDuty, domain.ID(domain.DutyCampaignOwner.String()), domain.Held)
		} else {
			give(domain.TargetDuty, domain.ID(domain.DutyChecker.String()), domain.Held)
		}
		if p.UID >= 0 {
			out = append(out, domain.Binding{ID: bindingID(p.UID), Principal: id})
		}
	}
	return out, admin, nil
}

func checkInit(in *InitInput) error {
	in.Organisation = strings.TrimSpace(in.Organisation)
	if in.Organisation == "" {
		return domain.Errorf(domain.Invalid, "the organisation has no name").Hinted("give it one with --org-name")
	}
	if in.Catalogue == "" {
		in.Catalogue = domain.CatalogueStudio
	}
	if in.Zone != "" {
		if _, err := time.LoadLocation(in.Zone); err != nil || in.Zone == "Local" {
			return domain.Errorf(domain.Invalid, "%q is not a time zone", in.Zone).
				Hinted("use an IANA name such as Europe/Berlin")
		}
	}
	if len(in.Checkers) < 2 {
		return domain.Errorf(domain.Invalid, "two checkers are needed, %d given", len(in.Checkers)).
			Hinted("name two people besides the admin: whoever checks is never the one who proposed").ByRule("two-checkers")
	}
	seen, uids := map[string]bool{}, map[int]bool{}
	people := append([]Person{in.Admin}, in.Checkers...)
	for i, p := range people {
		p.Name, p.Email = strings.TrimSpace(p.Name), strings.TrimSpace(p.Email)
		if p.Email == "" || !strings.Contains(p.Email, "@") {
			return domain.Errorf(domain.Invalid, "%q is not an e-mail address", p.Email).
				Hinted("the admin and each checker are named by e-mail")
		}
		if p.Name == "" {
			p.Name = NameFromEmail(p.Email)
		}
		if seen[domain.Fold(p.Email)] || p.UID >= 0 && uids[p.UID] {
			return domain.Errorf(domain.Invalid, "%s is named twice", p.Email).
				Hinted("the admin and the checkers are different people").ByRule("two-checkers")
		}
		seen[domain.Fold(p.Email)], uids[p.UID] = true, true
		people[i] = p
	}
	in.Admin, in.Checkers = people[0], people[1:]
	return nil
}

// NameFromEmail makes "Ana Marin" of ana.marin@acme.example.
func NameFromEmail(email string) string {
	local, _, _ := strings.Cut(email, "@")
	words := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' || r == '-' })
	for i, w := range words {
		r := []rune(w)
		words[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
	}
	return strings.Join(words, " ")
}
