package storetest

import (
	"testing"

	"countersign/domain"
	"countersign/review"
)

// The seeded organisation: three users, a group of two with a manager, one
// agent given to the group, one area and one role.
var (
	Ana   = domain.Principal{ID: "usr_ana", Kind: domain.User, Name: "Ana Ruiz", Email: "ana@acme.example", Department: "Support", Employment: domain.Employee, Status: domain.Active}
	Ben   = domain.Principal{ID: "usr_ben", Kind: domain.User, Name: "Ben Okafor", Email: "ben@acme.example", Department: "Support", Manager: "usr_ana", Employment: domain.Employee, Status: domain.Active}
	Cleo  = domain.Principal{ID: "usr_cleo", Kind: domain.User, Name: "Cleo Lind", Email: "cleo@acme.example", Department: "Security", Employment: domain.External, Status: domain.Active}
	Tier2 = domain.Group{ID: "grp_tier2", Name: "Tier 2"}
	Voice = domain.Agent{ID: "agt_voice", Name: "Voice", AccessType: domain.GroupRestricted, Classification: domain.ClassInternal, Owner: "usr_ana"}
	Flows = domain.Area{ID: "flows", Name: "Flows", Order: 1}
	Guest = domain.Role{ID: "rol_guest", Name: "Guest", Default: true, ForUsers: true}

	BenInTier2   = grant("gnt_ben", "usr_ben", domain.Target{Kind: domain.TargetGroup, ID: "grp_tier2"}, domain.Member)
	AnaLeads     = grant("gnt_ana", "usr_ana", domain.Target{Kind: domain.TargetGroup, ID: "grp_tier2"}, domain.Manager)
	CleoFlows    = grant("gnt_cleo", "usr_cleo", domain.Target{Kind: domain.TargetArea, ID: "flows"}, domain.Edit)
	Tier2OnVoice = domain.Grant{ID: "gnt_tier2", Holder: domain.Holder{Kind: domain.HolderGroup, ID: "grp_tier2"},
		Target: domain.Target{Kind: domain.TargetAgent, ID: "agt_voice"}, Level: domain.ViewUse}
)

func grant(id, holder domain.ID, on domain.Target, l domain.Level) domain.Grant {
	return domain.Grant{ID: id, Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: holder}, Target: on, Level: l}
}

// Records are all records of the seeded organisation.
func Records() []domain.Record {
	return []domain.Record{Ana, Ben, Cleo, Tier2, Voice, Flows, Guest, BenInTier2, AnaLeads, CleoFlows, Tier2OnVoice,
		domain.Setting{ID: domain.SettingName, Value: "Acme"}, domain.Binding{ID: "uid:1000", Principal: "usr_ana"}}
}

// Seed records the organisation in one event and gives its number.
func Seed(t testing.TB, s review.Store) domain.Seq {
	t.Helper()
	var changes []domain.Change
	for _, r := range Records() {
		changes = append(changes, domain.Begin(r))
	}
	return Append(t, s, domain.Event{Type: domain.EvBootstrap, Subject: "org", Actor: "usr_ana"}, changes...)
}
