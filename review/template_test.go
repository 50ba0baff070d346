package review_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"countersign/domain"
	"countersign/review"
	"countersign/store/storetest"
)

// monthly is a definition of the whole of it, as a maker would write it.
func monthly(name string) review.Template {
	return review.Template{Name: name, Recurrence: review.Recurrence{Every: review.Monthly, Day: review.DayLast, Start: "2027-01-31"},
		Definition: review.Definition{AutoLaunch: true, CountersignAll: true, Scope: review.Scope{Kinds: []domain.TargetKind{domain.TargetAgent}},
			Stages: []review.Stage{{Reviewers: []string{review.ByManager, review.ByTargetOwner}, Days: 14, Reminders: []int{7, 1}}}}}
}

func (w *world) define(t review.Template) review.Template {
	w.t.Helper()
	t, err := w.svc.ProposeTemplate(context.Background(), w.admin, t)
	w.must(err)
	return t
}

// approved proposes a definition by Ada and has Cleo approve it.
func (w *world) approved(t review.Template) review.Template {
	w.t.Helper()
	t = w.define(t)
	t, err := w.svc.ApproveTemplate(context.Background(), w.cleo, string(t.ID), "")
	w.must(err)
	return t
}

func (w *world) versions(name string) (out []review.Template) {
	w.t.Helper()
	storetest.View(w.t, w.s, func(tx review.Tx) (err error) { out, err = review.FindTemplate(tx, name); return err })
	return out
}

// TestDefinitionsUnderFourEyes: every act on a definition by every person.
// Ada is its maker and holds no checker's duty; Cleo and Carl are checkers;
// Dana holds no duty at all.
func TestDefinitionsUnderFourEyes(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	_, err := w.svc.ProposeTemplate(ctx, w.dana, monthly("Mine"))
	w.wantRule(err, "duty-missing")
	_, err = w.svc.ProposeTemplate(ctx, domain.Actor{}, monthly("Mine"))
	w.wantRule(err, "actor-missing")
	_, err = w.svc.ApproveTemplate(ctx, w.cleo, "Mine", "")
	if domain.CodeOf(err) != domain.NotFound {
		t.Errorf("what was refused is there: %v", err)
	}

	def := w.define(monthly("Agents"))
	_, err = w.svc.ApproveTemplate(ctx, w.admin, "Agents", "")
	w.wantRule(err, "duty-missing")
	_, err = w.svc.ApproveTemplate(ctx, w.dana, "Agents", "")
	w.wantRule(err, "duty-missing")
	_, err = w.svc.RejectTemplate(ctx, w.dana, "Agents", "no")
	w.wantRule(err, "duty-missing")
	if _, ok := review.TemplateInForce(w.versions("Agents")); ok {
		t.Fatal("a definition is in force that nobody approved")
	}
	_, err = w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "X", Template: def.ID})
	w.wantRule(err, "not-in-force")

	// A maker who is a checker too is still the maker.
	w.seed(domain.Grant{ID: "gnt_ada_checks", Holder: principalHolder(w.admin.Principal),
		Target: domain.Target{Kind: domain.TargetDuty, ID: domain.ID(domain.DutyChecker.String())}, Level: 1})
	_, err = w.svc.ApproveTemplate(ctx, w.admin, "agents", "")
	w.wantRule(err, "own-definition")

	def, err = w.svc.ApproveTemplate(ctx, w.cleo, "agents", "as it should be")
	w.must(err)
	if def.State != review.TemplateApproved || def.Checker != w.cleo.Principal || def.Maker != w.admin.Principal {
		t.Errorf("approved: %+v", def)
	}
	_, err = w.svc.ApproveTemplate(ctx, w.carl, "Agents", "")
	w.wantRule(err, "not-pending")
	_, err = w.svc.RejectTemplate(ctx, w.carl, "Agents", "late")
	w.wantRule(err, "not-pending")
}

// TestDefinitionVersions: a change is a new version; what was approved stays
// in force until the change is; a campaign keeps the version it was drafted
// with, whatever comes of the definition.
func TestDefinitionVersions(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	first := w.approved(monthly("Agents"))
	draft, err := w.svc.NewCampaign(ctx, w.admin, review.Campaign{Name: "By hand", Template: first.ID,
		Definition: review.Definition{Scope: review.Scope{ExternalsOnly: true}}}) // what the caller says of it does not count
	w.must(err)
	if draft.Version != 1 || draft.Definition.Scope.ExternalsOnly || draft.Definition.Stages[0].Days != 14 {
		t.Errorf("drafted with %+v", draft)
	}
	if want := review.DueAfter(storetest.Start, 14); draft.Due.Before(want) || draft.Due.After(want.AddDate(0, 0, 1)) {
		t.Errorf("due %s, want 14 days from the draft", draft.Due)
	}

	change := monthly("AGENTS")
	change.Definition.Stages[0].Days = 21
	second := w.define(change)
	if second.Version != 2 || second.ID != first.ID || second.Name != "Agents" {
		t.Errorf("the change is %+v", second)
	}
	if now, ok := review.TemplateInForce(w.versions("Agents")); !ok || now.Version != 1 {
		t.Errorf("while the change waits, version %d is in force", now.Version)
	}
	_, err = w.svc.ProposeTemplate(ctx, w.admin, monthly("Agents"))
	w.wantRule(err, "pending")
	if _, err = w.svc.RejectTemplate(ctx, w.carl, "Agents", " "); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("rejected without a reason: %v", err)
	}
	_, err = w.svc.RejectTemplate(ctx, w.carl, "Agents", "too long")
	w.must(err)
	_, err = w.svc.ProposeTemplate(ctx, w.admin, monthly("Agents"))
	w.wantRule(err, "unchanged")
	third := w.approved(change)
	if now, ok := review.TemplateInForce(w.versions("Agents")); third.Version != 3 || !ok || now.Definition.Stages[0].Days != 21 {
		t.Errorf("version %d is in force with %d days", now.Version, now.Definition.Stages[0].Days)
	}

	// Its maker takes a proposal back; retiring takes two people too.
	w.define(monthly("Agents"))
	_, err = w.svc.RejectTemplate(ctx, w.admin, "Agents", "not yet")
	w.must(err)
	if _, err = w.svc.RetireTemplate(ctx, w.admin, "Agents", ""); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("retired without a reason: %v", err)
	}
	_, err = w.svc.RetireTemplate(ctx, w.dana, "Agents", "mine")
	w.wantRule(err, "duty-missing")
	_, err = w.svc.RetireTemplate(ctx, w.admin, "Agents", "another takes it in")
	w.must(err)
	if _, ok := review.TemplateInForce(w.versions("Agents")); !ok {
		t.Error("one person retired it")
	}
	_, err = w.svc.ApproveTemplate(ctx, w.cleo, "Agents", "")
	w.must(err)
	if _, ok := review.TemplateInForce(w.versions("Agents")); ok {
		t.Error("a retired definition is in force")
	}
	_, err = w.svc.RetireTemplate(ctx, w.admin, "Agents", "again")
	w.wantRule(err, "not-in-force")
	again := w.approved(monthly("Agents"))
	if now, ok := review.TemplateInForce(w.versions("Agents")); !ok || now.Version != again.Version {
		t.Error("it cannot be taken up again")
	}

	storetest.View(t, w.s, func(tx review.Tx) error {
		c, err := tx.Campaign("By hand")
		if err == nil && (c.Version != 1 || c.Definition.Stages[0].Days != 14) {
			t.Errorf("the campaign's definition moved: version %d, %d days", c.Version, c.Definition.Stages[0].Days)
		}
		return err
	})
	var states []string
	for _, v := range w.versions("Agents") {
		states = append(states, v.State.String())
	}
	want := []string{"approved", "rejected", "approved", "rejected", "retired", "approved"}
	if !slices.Equal(states, want) {
		t.Errorf("the versions are %v, want %v", states, want)
	}
}

// TestShippedDefinitions: there is one for each audit the documents ask for,
// and each can be proposed as it is, but for a start date.
func TestShippedDefinitions(t *testing.T) {
	w := newWorld(t)
	often := map[review.Period]int{}
	on := map[review.Trigger]int{}
	for _, def := range review.Shipped() {
		often[def.Recurrence.Every]++
		for _, x := range def.Triggers {
			on[x]++
		}
		if def.Recurrence.Every != review.Never {
			if _, err := w.svc.ProposeTemplate(context.Background(), w.admin, def); domain.CodeOf(err) != domain.Invalid {
				t.Errorf("%s was proposed without a start date: %v", def.Name, err)
			}
			def.Recurrence.Start = "2026-01-01"
		}
		w.approved(def)
	}
	// Twig, regular audits: three monthly, one quarterly, and yearly the model
	// with its policies, and archiving.
	if often[review.Monthly] != 3 || often[review.Quarterly] != 1 || often[review.Yearly] != 2 {
		t.Errorf("shipped: %v", often)
	}
	for _, x := range review.Triggers() {
		if on[x] != 1 {
			t.Errorf("%d shipped definitions start on %s", on[x], x)
		}
	}
	unused, err := review.FindShipped("monthly UNUSED assignments")
	if err != nil || unused.Definition.Scope.Unused != 30 {
		t.Errorf("%+v, %v", unused, err)
	}
}

const goodFile = `{
  "name": "Two stages",
  "recurrence": {"every": "half-yearly", "day": "15", "start": "2026-01-01", "zone": "Europe/Berlin"},
  "triggers": ["owner-left", "mover"],
  "definition": {
    "scope": {"kinds": ["agent", "group"], "agents": ["Sales Agent"], "classifications": ["Internal"], "unused_days": 90,
      "exclude": [{"holder": "Tom Vale", "reason": "reviewed by the board"}]},
    "stages": [
      {"reviewers": ["manager", "tom@acme.example"], "days": 14, "reminders": [7, 1, -2], "stops": ["revoke"],
       "escalations": [{"after_days": 10, "to": ["second-manager"], "replace": true}]},
      {"reviewers": ["owner"], "fallback": "ada@acme.example", "days": 7, "strategy": "all-must-accept"}
    ],
    "countersign_all": true, "horizon_days": 92, "non_response": {"high": "revoke", "other": "keep"}
  }
}`

// TestDefinitionFile: a file is read with names as people write them, and what
// is written is read back as the same.
func TestDefinitionFile(t *testing.T) {
	w := newWorld(t)
	def, err := review.ReadTemplate([]byte(goodFile), w.org())
	w.must(err)
	d := def.Definition
	if d.Scope.Agents[0] != salesID || d.Stages[0].Reviewers[1] != string(tomID) || d.Stages[1].Fallback != w.admin.Principal ||
		d.Scope.Exclude[0].Holder != tomID || d.NonResponse.High != review.SilenceRevokes || d.Stages[0].Stops[0] != review.Revoke ||
		def.Recurrence.Every != review.HalfYearly || !d.Stages[0].Escalations[0].Replace {
		t.Errorf("read %+v", def)
	}
	file, err := def.File()
	w.must(err)
	back, err := review.ReadTemplate(file, w.org())
	w.must(err)
	again, err := back.File()
	w.must(err)
	if !bytes.Equal(file, again) {
		t.Errorf("written\n%s\nread back as\n%s", file, again)
	}
	w.approved(def)
}

// TestMistypedDefinitionFile: each mistake is a sentence that names its place.
func TestMistypedDefinitionFile(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ from, to, say string }{
		{`"days": 14, `, ``, "definition.stages[0].days"},
		{`"days": 14`, `"days": "14"`, "definition.stages[0].days"},
		{`"days": 14`, `"days": 1.5`, "definition.stages[0].days"},
		{`"days": 14`, `"days": 9999999999999999999999`, "definition.stages[0].days"},
		{`"days": 7`, `"days": -7`, "definition.stages[1].days"},
		{`"days": 7`, `"Days": 7`, "definition.stages[1].Days"},
		{`"days": 7`, `"days": 7, "days": 8`, "definition.stages[1].days"},
		{`half-yearly`, `halfyearly`, "recurrence.every"},
		{`"15"`, `"14"`, "recurrence.day"},
		{`"15"`, `15`, "recurrence.day"},
		{`Europe/Berlin`, `Europe/Berln`, "recurrence"},
		{`2026-01-01`, `2026-02-30`, "recurrence"},
		{`"start": "2026-01-01", `, ``, "recurrence"},
		{`"owner-left"`, `"owner-gone"`, "triggers[0]"},
		{`"owner-left"`, `"mover"`, "triggers[1]"},
		{`"agent", `, `"agnet", `, "definition.scope.kinds[0]"},
		{`Internal`, `Internel`, "definition.scope.classifications[0]"},
		{`"Sales Agent"`, `"Sails Agent"`, "definition.scope.agents[0]"},
		{`Tom Vale`, `Tim Vale`, "definition.scope.exclude[0].holder"},
		{`, "reason": "reviewed by the board"`, ``, "definition.scope.exclude[0]"},
		{`"holder": "Tom Vale", `, ``, "definition.scope.exclude[0]"},
		{`tom@acme.example`, `tim@acme.example`, "definition.stages[0].reviewers[1]"},
		{`["manager", "tom@acme.example"]`, `[]`, "definition.stages[0].reviewers"},
		{`"second-manager"`, `"third-manager"`, "definition.stages[0].escalations[0].to[0]"},
		{`"after_days": 10`, `"after_days": 14`, "definition.stages[0].escalations[0].after_days"},
		{`[7, 1, -2]`, `[7, 7]`, "definition.stages[0].reminders[1]"},
		{`[7, 1, -2]`, `[15]`, "definition.stages[0].reminders[0]"},
		{`all-must-accept`, `all-must-acept`, "definition.stages[1].strategy"},
		{`"other": "keep"`, `"other": "kep"`, "definition.non_response.other"},
		{`"revoke"]`, `"revok"]`, "definition.stages[0].stops[0]"},
		{`"countersign_all": true`, `"countersign_all": "yes"`, "definition.countersign_all"},
		{`"countersign_all"`, `"countersign_al"`, "definition.countersign_al"},
		{`"horizon_days": 92`, `"horizon_days": -1`, "definition.horizon_days"},
		{`"Two stages"`, `""`, "name"},
		{`"Two stages"`, `null`, "name"},
		{`"Two stages"`, `"Two\nstages"`, "name"},
		{`"name"`, `"titel"`, "titel"},
		{`{"every"`, `["every"`, "recurrence"},
		{"\n}", "\n} {}", "end of the file"},
		{"\n}", "\n", "JSON"},
	} {
		if !strings.Contains(goodFile, c.from) {
			t.Fatalf("the good file has no %s", c.from)
		}
		i := strings.LastIndex(goodFile, c.from)
		if c.from != "\n}" {
			i = strings.Index(goodFile, c.from)
		}
		raw := goodFile[:i] + c.to + goodFile[i+len(c.from):]
		_, err := review.ReadTemplate([]byte(raw), w.org())
		var e *domain.Error
		if !errors.As(err, &e) || e.Code != domain.Invalid && e.Code != domain.NotFound || !strings.Contains(e.Message, c.say) || e.Hint == "" {
			t.Errorf("%s for %s: %v; want a sentence about %s", c.to, c.from, err, c.say)
		}
	}
}

// FuzzDefinitionFile: whatever a file holds, it is refused with a sentence, or
// read, checked and written as a file that is read back as the same.
func FuzzDefinitionFile(f *testing.F) {
	f.Add([]byte(goodFile))
	for _, def := range review.Shipped() {
		b, err := def.File()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"definition":{"stages":[[[[`))
	o := newWorld(f).org()
	f.Fuzz(func(t *testing.T, raw []byte) {
		def, err := review.ReadTemplate(raw, o)
		if err != nil {
			if c := domain.CodeOf(err); c != domain.Invalid && c != domain.NotFound && c != domain.Conflict {
				t.Fatalf("%v (%s)", err, c)
			}
			return
		}
		file, err := def.File()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := review.ReadTemplate(file, o); err != nil {
			t.Fatalf("%v in\n%s", err, file)
		}
	})
}
