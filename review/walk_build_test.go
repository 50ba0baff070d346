package review_test

import (
	"path/filepath"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
	"countersign/store/storetest"
)

// line is one campaign on its way, from which stands are taken.
type line struct {
	k     *walk
	name  string
	s     *store.Store
	svc   *review.Service
	clock *still
	c     review.Campaign
	asked bool // for its cancellation
}

// build plays four campaigns and takes a stand at each state they come to.
func (k *walk) build() {
	one := []review.Stage{{Reviewers: []string{review.ByManager}}}
	l := k.begin("plain", review.Definition{CountersignAll: true, Stages: one})
	l.stand(review.Draft)
	l.cancelled()
	l.stage()
	l.stand(review.Staged)
	l.cancelled()
	l.launch()
	l.decideAll()
	l.sign(walkRex)
	l.stand(review.Active)
	l.cancelled()
	l.countersign(walkRex)
	l.sign(walkTom)
	l.askToCancel()
	l.stand(review.Decided)
	l.cancelled()
	l.countersign(walkTom)
	l.stand(review.SignedOff)
	l.cancelled()
	l.remediate()
	l.stand(review.Remediating)
	l.cancelled()
	l.verify()
	l.stand(review.Verifying)
	l.cancelled()
	_, err := l.svc.Close(bg, actor(walkAda), l.c.ID)
	k.must(err)
	l.stand(review.Closed)
	l.end()

	l = k.begin("a revocation signed", review.Definition{CountersignAll: true, Stages: one})
	l.stage()
	l.launch()
	l.decideAll()
	l.sign(walkTom)
	l.askToCancel()
	l.stand(review.Active, "cancel", "approve the cancellation")
	l.cancelled()
	l.end()

	l = k.begin("of two stages", review.Definition{CountersignAll: true,
		Stages: append(one, review.Stage{Reviewers: []string{string(walkSam)}, Days: 10})})
	l.stage()
	l.launch()
	l.decideAll()
	l.sign(walkRex)
	l.countersign(walkRex)
	l.sign(walkTom)
	l.stand(review.Decided, "countersign, stage 1 of 2")
	l.end()

	l = k.begin("of plain keeps", review.Definition{Scope: review.Scope{Principals: []domain.ID{danaID}}, Stages: one})
	l.stage()
	l.launch()
	l.decideAll()
	l.stand(review.Active, "sign the only packet, which needs no checker")
	l.end()

	l = k.begin("nobody answered", review.Definition{CountersignAll: true, Stages: one})
	l.stage()
	l.launch()
	l.clock.put(l.c.Due.Add(time.Millisecond))
	_, err = l.svc.Lapse(bg, actor(walkAda), l.c.ID)
	k.must(err)
	l.stand(review.Decided, "cancel")
	l.countersign(walkRex)
	l.countersign(walkTom)
	l.stand(review.SignedOff, "reiterate", "cancel")
	l.remediate()
	l.stand(review.Remediating, "reiterate", "cancel")
	l.verify()
	l.stand(review.Verifying, "reiterate", "cancel")
	l.end()
}

// begin makes an organisation and drafts the campaign Q in it, due in a month.
func (k *walk) begin(name string, d review.Definition) *line {
	k.t.Helper()
	clock := &still{at: storetest.Start}
	path := filepath.Join(k.dir, strings.ReplaceAll(name, " ", "-")+".db")
	s, err := store.Create(bg, path, store.Options{Mode: review.Rehearsal, OrgName: "Acme", LogID: "log_test", Now: clock.Now, NewID: storetest.IDs()})
	k.must(err)
	var changes []domain.Change
	for _, r := range walkPeople() {
		changes = append(changes, domain.Begin(r))
	}
	storetest.Append(k.t, s, domain.Event{Type: domain.EvApplied, Subject: "seed"}, changes...)
	d.Scope.Kinds = []domain.TargetKind{domain.TargetAgent}
	l := &line{k: k, name: name, s: s, svc: review.New(s), clock: clock}
	l.c, err = l.svc.NewCampaign(bg, actor(walkAda), review.Campaign{Name: "Q", Due: storetest.Start.AddDate(0, 1, 0), Definition: d})
	k.must(err)
	return l
}

func walkPeople() []domain.Record {
	user := func(id, manager domain.ID, status domain.Status) domain.Principal {
		name := strings.TrimPrefix(string(id), "usr_")
		return domain.Principal{ID: id, Kind: domain.User, Name: name, Email: name + "@acme.example", Manager: manager, Status: status}
	}
	out := []domain.Record{
		user(walkAda, "", domain.Active), user(walkTom, "", domain.Active), user(walkRex, "", domain.Active), user(walkSam, "", domain.Active),
		user(walkMia, "", domain.Active), user(walkCleo, "", domain.Active), user(walkAl, "", domain.Active), user(walkIna, "", domain.Inactive),
		user(danaID, walkTom, domain.Active), user(eveID, walkRex, domain.Active),
		domain.Agent{ID: salesID, Name: "Sales", Description: "Sells", AccessType: domain.GroupRestricted, Classification: domain.ClassInternal, Owner: walkSam},
		domain.Agent{ID: opsID, Name: "Ops", Description: "Runs", AccessType: domain.GroupRestricted, Classification: domain.ClassInternal, Owner: walkSam},
		domain.Grant{ID: "gnt_1", Holder: principalHolder(danaID), Target: onAgent(salesID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_2", Holder: principalHolder(danaID), Target: onAgent(opsID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_3", Holder: principalHolder(eveID), Target: onAgent(opsID), Level: domain.ViewUse},
		domain.Grant{ID: "gnt_al", Holder: principalHolder(walkAl), Target: domain.Target{Kind: domain.TargetAccount}, Level: 1},
	}
	for who, duties := range map[domain.ID][]domain.Duty{walkAda: {domain.DutyCampaignOwner}, walkMia: {domain.DutyCampaignOwner, domain.DutyChecker},
		walkCleo: {domain.DutyChecker}, walkIna: {domain.DutyCampaignOwner, domain.DutyChecker}} {
		for _, d := range duties {
			out = append(out, domain.Grant{ID: "gnt_" + who + "_" + domain.ID(d.String()), Holder: principalHolder(who), Target: domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())}, Level: 1})
		}
	}
	return out
}

// stand keeps a copy of the database as it is.
func (l *line) stand(state review.State, ways ...string) {
	l.k.t.Helper()
	l.k.must(l.s.View(bg, func(tx review.Tx) (err error) { l.c, err = tx.Campaign("Q"); return err }))
	if l.c.State != state {
		l.k.t.Fatalf("the campaign %s is %s, want %s", l.name, l.c.State, state)
	}
	file := filepath.Join(l.k.dir, strings.ReplaceAll(l.name+"-"+state.String(), " ", "-")+".stand")
	l.k.must(l.s.Backup(bg, file))
	l.k.stands = append(l.k.stands, stand{name: state.String() + " (" + l.name + ")", file: file, state: state, due: l.c.Due, ways: ways, signed: l.asked})
}

// askToCancel has the owner ask for the end of what holds a signed revocation.
func (l *line) askToCancel() {
	l.k.t.Helper()
	_, q, err := l.svc.Cancel(bg, actor(walkAda), l.c.ID, "not like this")
	l.k.must(err)
	if l.asked = q.ID != ""; !l.asked {
		l.k.t.Fatalf("the campaign %s was cancelled by its owner alone", l.name)
	}
}

// cancelled takes the stand of the campaign cancelled in the state of the last
// one: by its owner, or by a checker at the owner's request.
func (l *line) cancelled() {
	l.k.t.Helper()
	was := l.k.stands[len(l.k.stands)-1]
	s := l.k.copyOf(was, "1 ms before")
	if l.asked {
		l.k.must(approveCancelling(review.New(s), actor(walkCleo), l.c))
	} else {
		_, _, err := review.New(s).Cancel(bg, actor(walkAda), l.c.ID, "not now")
		l.k.must(err)
	}
	file := was.file + "-cancelled"
	l.k.must(s.Backup(bg, file))
	l.k.must(s.Close())
	l.k.stands = append(l.k.stands, stand{name: "cancelled, was " + was.name, file: file, state: review.Cancelled, due: l.c.Due})
}

func (l *line) end() { l.k.must(l.s.Close()) }

func (l *line) stage() {
	_, err := l.svc.Stage(bg, actor(walkMia), l.c.ID, nil)
	l.k.must(err)
}

func (l *line) launch() {
	_, err := l.svc.Launch(bg, actor(walkCleo), l.c.ID)
	l.k.must(err)
}

// decideAll revokes item 1 where there is a checker, and keeps the rest.
func (l *line) decideAll() {
	l.k.t.Helper()
	var items []review.Item
	l.k.must(l.s.View(bg, func(tx review.Tx) (err error) { items, err = tx.Items(review.ItemQuery{Campaign: l.c.ID}); return err }))
	for _, it := range items {
		in := review.DecisionInput{Item: it.No, Answer: review.Keep, Reason: "in use"}
		if it.No == 1 && l.c.Definition.CountersignAll {
			in.Answer, in.Reason = review.Revoke, "not in use"
		}
		_, err := l.svc.Decide(bg, actor(it.Reviewer), l.c.ID, []review.DecisionInput{in})
		l.k.must(err)
	}
}

func (l *line) sign(who domain.ID) {
	l.k.t.Helper()
	_, err := l.svc.SignOff(bg, actor(who), l.c.ID, "Q")
	l.k.must(err)
}

func (l *line) countersign(who domain.ID) {
	l.k.t.Helper()
	_, err := l.svc.Countersign(bg, actor(walkCleo), l.c.ID, who, "")
	l.k.must(err)
}

func (l *line) remediate() {
	l.k.t.Helper()
	_, err := l.svc.Remediate(bg, actor(walkAda), l.c.ID)
	l.k.must(err)
}

func (l *line) verify() {
	l.k.t.Helper()
	_, err := l.svc.Verify(bg, actor(walkAda), l.c.ID)
	l.k.must(err)
}
