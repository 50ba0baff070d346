package change_test

import (
	"errors"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/tui/change"
	"countersign/tui/theme"
	"countersign/tui/tuitest/orgtest"
	"countersign/tui/ui"
)

func text(lines []ui.Line) string {
	var b strings.Builder
	for _, l := range lines {
		for _, s := range l {
			b.WriteString(s.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestExplainDrawsEveryPathAsATree(t *testing.T) {
	w := orgtest.New(t)
	sign := theme.New(theme.Options{}, true).Sign
	got := text(change.Explain(w.Org, w.Org.Access("usr_dana", domain.Target{Kind: domain.TargetAgent, ID: "agt_basic"}, "", orgtest.Now), sign))
	for _, want := range []string{"Dana Okafor on Basic Support Agent: Edit\n",
		"  Dana Okafor  manager of\n  └─ Tier 2 Support  Edit on Basic Support Agent\n     └─ Basic Support Agent: Edit\n",
		"  └─ Tier 2 Support  below\n     └─ Support Department  View & Use on Basic Support Agent\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
}

func TestExplainSaysWhyNot(t *testing.T) {
	w := orgtest.New(t)
	sign := theme.New(theme.Options{}, true).Sign
	for who, want := range map[domain.ID]string{"usr_lee": "inactive", "usr_noor": "Why there is no access"} {
		got := text(change.Explain(w.Org, w.Org.Access(who, domain.Target{Kind: domain.TargetAgent, ID: "agt_hr"}, "", orgtest.Now), sign))
		if !strings.Contains(got, "None") || !strings.Contains(got, want) {
			t.Errorf("%s: it does not say %q:\n%s", who, want, got)
		}
	}
}

// The same step of one person on several areas is one line, what is in an area
// counted; another step in it stands by itself.
func TestEffectsFoldAreas(t *testing.T) {
	o := orgtest.New(t).Org
	e := func(area domain.ID, after domain.Level) domain.Effect {
		return domain.Effect{Principal: "usr_noor", Target: domain.Target{Kind: domain.TargetArea, ID: area}, After: after}
	}
	got := text(change.Effects(o, domain.Verdict{Effects: []domain.Effect{
		e("analytics", domain.Read), e("analytics/conversations", domain.Read), e("analytics/conversations/pii", domain.Read), e("analytics/kpis", domain.Edit), e("voice/agent", domain.Read)}}))
	for _, want := range []string{"+ Noor Haddad: Analytics and 2 of its 13 parts and Voice › Agent, None → Read\n", "+ Noor Haddad: Analytics › KPIs, None → Edit\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	if n := strings.Count(got, "+ "); n != 2 {
		t.Errorf("%d lines of effects:\n%s", n, got)
	}
}

func TestRefusalSaysWhatToDo(t *testing.T) {
	got := text(change.Refusal(domain.Errorf(domain.Conflict, "the cup is full").Hinted("drink")))
	if got != "Refused: the cup is full\nWhat to do: drink\n" {
		t.Errorf("it says %q", got)
	}
	if got := text(change.Refusal(errors.New("the disk is gone"))); got != "the disk is gone\n" {
		t.Errorf("it says %q", got)
	}
}

func TestWindowWords(t *testing.T) {
	for want, w := range map[string]domain.Window{
		"always": {}, "from 2026-01-01": {From: "2026-01-01"}, "until 2026-03-31": {To: "2026-03-31"},
		"2026-01-01 to 2026-03-31, Europe/Berlin": {From: "2026-01-01", To: "2026-03-31", Zone: "Europe/Berlin"},
	} {
		if got := change.WindowWords(w); got != want {
			t.Errorf("%+v is %q, want %q", w, got, want)
		}
	}
}

// SetGrant over what a holder may have: none, the same, another level, two at once.
func TestSetGrant(t *testing.T) {
	h, target := domain.Holder{Kind: domain.HolderPrincipal, ID: "usr_tom"}, domain.Target{Kind: domain.TargetAgent, ID: "agt_basic"}
	window := domain.Window{To: "2026-12-31"}
	held := func(id domain.ID, l domain.Level, w domain.Window) domain.Grant {
		return domain.Grant{ID: id, Holder: h, Target: target, Level: l, Window: w, Origin: domain.Origin{Source: "hr"}}
	}
	for _, c := range []struct {
		name  string
		has   []domain.Grant
		level domain.Level
		want  string
	}{
		{"nothing, asked for some", nil, domain.ViewUse, "+1"}, {"nothing, asked for nothing", nil, domain.None, ""},
		{"the same", []domain.Grant{held("gnt_a", domain.ViewUse, window)}, domain.ViewUse, ""},
		{"other dates", []domain.Grant{held("gnt_a", domain.ViewUse, domain.Window{})}, domain.ViewUse, "~1"},
		{"a higher level", []domain.Grant{held("gnt_a", domain.ViewUse, window)}, domain.EditAgent, "~2"},
		{"asked for nothing", []domain.Grant{held("gnt_a", domain.ViewUse, window), held("gnt_b", domain.EditAgent, window)}, domain.None, "--"},
		{"two become one", []domain.Grant{held("gnt_a", domain.ViewUse, window), held("gnt_b", domain.EditAgent, window)}, domain.EditAgent, "~2-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := orgtest.New(t)
			for _, g := range c.has {
				if err := w.Apply(domain.Begin(g)); err != nil {
					t.Fatal(err)
				}
			}
			got := ""
			for _, ch := range change.SetGrant(w.Org, h, target, "", c.level, window, func(p string) domain.ID { return domain.ID(p + "_new") }) {
				after, _ := ch.After.(domain.Grant)
				switch {
				case ch.Before == nil:
					got += "+" + string('0'+rune(after.Level))
				case ch.After == nil:
					got += "-"
				default:
					got += "~" + string('0'+rune(after.Level))
					if after.Origin.Outside() {
						t.Error("what was changed here still claims to come from outside")
					}
				}
			}
			if got != c.want {
				t.Errorf("changes %q, want %q", got, c.want)
			}
		})
	}
}
