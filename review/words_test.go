package review_test

import (
	"testing"

	"countersign/domain"
	"countersign/review"
)

func TestEffectsInOneSentence(t *testing.T) {
	lose := func(p domain.ID, to domain.Level) domain.Effect {
		return domain.Effect{Principal: p, Target: onAgent(salesID), Before: domain.EditAgent, After: to}
	}
	gain := domain.Effect{Principal: "usr_c", Target: onAgent(salesID), After: domain.ViewUse}
	for want, effects := range map[string][]domain.Effect{
		"nobody's access changes": nil,
		"2 people lose access":    {lose("usr_a", 0), lose("usr_b", 0), lose("usr_b", 0)},
		"1 person loses access; 1 person keeps a lower level; 1 person gains access": {lose("usr_a", 0), lose("usr_b", domain.ViewUse), gain},
	} {
		if got := review.EffectsSummary(effects); got != want {
			t.Errorf("%d effects read %q, want %q", len(effects), got, want)
		}
	}
	if g, l := review.Tally([]domain.Effect{lose("usr_a", 0), lose("usr_a", 1), gain}); g != 1 || l != 1 {
		t.Errorf("tally %d gain, %d lose", g, l)
	}
}

func TestAllowsCoversEveryRung(t *testing.T) {
	o := newWorld(t).org()
	ids := map[domain.TargetKind]domain.ID{domain.TargetArea: "voice", domain.TargetDuty: "checker", domain.TargetAgent: salesID,
		domain.TargetGroup: crewID, domain.TargetAccessType: salesID, domain.TargetCreator: salesID}
	for _, k := range domain.TargetKinds() {
		for l := domain.Level(1); l <= domain.LadderOf(k).Top(); l++ {
			if review.Allows(o, domain.Grant{Target: domain.Target{Kind: k, ID: ids[k]}, Level: l}) == "" {
				t.Errorf("nothing says what %s allows on %s", domain.LadderOf(k).Word(l), k)
			}
		}
	}
	for _, d := range domain.Duties() {
		if review.Allows(o, domain.Grant{Target: domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())}, Level: 1}) == "" {
			t.Errorf("nothing says what the duty %s allows", d)
		}
	}
}

func TestNamesFromAddresses(t *testing.T) {
	for email, want := range map[string]string{"ana.marin@acme.example": "Ana Marin", "o_neil-x@a.b": "O Neil X", "élan@a.b": "Élan"} {
		if got := review.NameFromEmail(email); got != want {
			t.Errorf("%s reads %q, want %q", email, got, want)
		}
	}
}
