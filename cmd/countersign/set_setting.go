package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
)

// ownCommands says what changes the settings that are more than a word.
var ownCommands = map[domain.ID]string{
	domain.SettingPolicy:    "policy set",
	domain.SettingCatalogue: "catalogue move",
	domain.SettingPresets:   "catalogue preset",
}

// setSettingCmd makes "set setting": one of the organisation's settings.
func (e *env) setSettingCmd() *cobra.Command {
	var f proposing
	cmd := &cobra.Command{
		Use:   "setting NAME VALUE|none",
		Short: "Change one of the organisation's settings; none gives it the shipped value",
		Long: `Set setting changes one of the organisation's settings:

  dormant-days         the days unused from which something is a finding, heavier with each: 30,90
  broad-group          a group that reaches more people than this is a finding: 100
  sod                  what becomes of a change that breaks a separation of duties: flag or refuse
  conflicts            reviewers with a conflict of interest, where a campaign does not say: flag or refuse
  frameworks           which frameworks apply, and the months between reviews where not as shipped: sox,pci:3
  areas-follow-agents  whether a level in an area of an agent goes no higher than that on the agent: on or off
  name, zone           what the organisation is called, and the IANA time zone of its days

With none it has the value that is shipped. A setting always waits for a checker. The policy, the
catalogue and presets have commands of their own: policy, catalogue.

` + proposingHelp,
		Example: `  countersign set setting sod refuse --reason "audit finding 12"
  countersign set setting dormant-days 60,120 --dry-run`,
		Args: between(2, 2),
		RunE: e.proposer(&f, func(_ *session, o *domain.Org, _ maker, args []string) (string, []domain.Change, error) {
			return settingChange(o, domain.ID(strings.ToLower(strings.TrimSpace(args[0]))), args[1])
		}),
	}
	return e.proposingFlags(cmd, &f)
}

// settingChange makes the change after which a setting has the value; the
// domain's rules say which there are and what they may hold.
func settingChange(o *domain.Org, id domain.ID, value string) (string, []domain.Change, error) {
	if own := ownCommands[id]; own != "" {
		return "", nil, domain.Errorf(domain.Invalid, "%s is not set as one word", id).Hinted("use: countersign %s", own)
	}
	title := "Setting " + string(id) + ": " + value
	row, there := o.Get(domain.KindSetting, id)
	clears := none(value)
	switch after := (domain.Setting{ID: id, Value: value}); {
	case clears && there && slices.Contains([]domain.ID{domain.SettingName, domain.SettingZone}, id):
		return "", nil, domain.Errorf(domain.Invalid, "the organisation needs its %s", id).Hinted("give another one")
	case clears && there:
		return title, []domain.Change{domain.End(row.Record)}, nil
	case clears:
		return title, nil, nil
	case !there:
		return title, []domain.Change{domain.Begin(after)}, nil
	case row.Record == domain.Record(after):
		return title, nil, nil
	default:
		return title, []domain.Change{domain.Replace(row.Record, after)}, nil
	}
}
