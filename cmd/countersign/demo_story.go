package main

import (
	"fmt"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/ingest"
)

// demoChapters are the quarter, in order, each with the last day on which
// anything happens; --until stops after one.
var demoChapters = []struct {
	name    string
	lastDay int
	play    func(*play)
}{
	{"imported", 1, (*play).organisation},
	{"launched", 5, (*play).launch},
	{"decided", 20, (*play).decide},
	{"signed-off", 23, (*play).check},
	{"closed", 40, (*play).settle},
	{"exported", 41, (*play).evidence},
}

// organisation starts Acme and loads it, every rise under four eyes.
func (p *play) organisation() {
	p.heading("1. The organisation is started and loaded")
	if p.err != nil {
		return
	}
	var mira domain.Actor
	mira, p.err = p.svc.Init(p.ctx, review.InitInput{Organisation: "Acme", Zone: "Europe/Berlin", Via: "uid 1000",
		Admin: review.Person{Name: "Mira Lindqvist", Email: mail("mira.lindqvist"), UID: -1},
		Checkers: []review.Person{{Name: "Tom Vale", Email: mail("tom.vale"), UID: -1},
			{Name: "Jonas Weber", Email: mail("jonas.weber"), UID: -1}}})
	if p.err != nil {
		return
	}
	p.said(mira.Principal, "starts Acme: she is its admin, Tom Vale and Jonas Weber are its checkers")

	people := p.load("mira.lindqvist", ingest.People, "directory", false)
	p.approveRefused("mira.lindqvist", people, domain.RuleMakerIsChecker)
	p.approveRefused("tom.vale", people, domain.RuleCheckerGains)
	p.approve("jonas.weber", people, "agrees with the list of HR")

	duties := p.propose("mira.lindqvist", "gives duties", p.duties(map[string]domain.Duty{
		"ana.ferreira": domain.DutyCampaignOwner, "ruth.adeyemi": domain.DutyExecutive, "idris.bello": domain.DutyAuditor}))
	p.approve("tom.vale", duties, "as the board decided")

	p.applied(p.load("mira.lindqvist", ingest.Groups, "directory", false))
	p.applied(p.load("mira.lindqvist", ingest.Members, "directory", false))

	agents := p.load("mira.lindqvist", ingest.Agents, "agents", true)
	p.approveRefused("tom.vale", agents, domain.RuleDutyMissing)
	p.approve("ruth.adeyemi", agents, "the agents in use today")
	grants := p.load("mira.lindqvist", ingest.Grants, "grants", true)
	p.approve("ruth.adeyemi", grants, "as the owners listed them")
	areas := p.load("mira.lindqvist", ingest.Areas, "areas", true)
	p.approveRefused("jonas.weber", areas, domain.RuleCheckerGains)
	p.approve("ruth.adeyemi", areas, "as it was in the old system")
	p.further()
}

// applied expects a proposal to have needed nobody else.
func (p *play) applied(cs review.Proposal) {
	if p.err == nil && cs.State != domain.Applied {
		p.err = domain.Errorf(domain.Internal, "the demo expected a change set to apply at once, and it is %s", cs.State)
	}
}

// duties makes the change set that gives duties to people.
func (p *play) duties(who map[string]domain.Duty) domain.ChangeSet {
	cs := domain.ChangeSet{Title: "Duties", Reason: "the quarter's review needs them"}
	ids, err := p.svc.IDs(p.ctx)
	if err != nil {
		p.err = err
		return cs
	}
	for _, d := range domain.Duties() {
		for _, local := range []string{"ana.ferreira", "ruth.adeyemi", "idris.bello", "grace.liu"} {
			if given, ok := who[local]; ok && given == d {
				cs.Changes = append(cs.Changes, domain.Begin(domain.Grant{ID: ids(domain.PrefixGrant), Level: domain.Held,
					Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: p.person(local)},
					Target: domain.Target{Kind: domain.TargetDuty, ID: domain.ID(d.String())}}))
			}
		}
	}
	return cs
}

// launch drafts, stages, checks and launches the campaign, after one check
// stood in the way.
func (p *play) launch() {
	p.to(5)
	p.heading("2. A campaign is planned, staged and launched")
	ana := p.as("ana.ferreira")
	if p.err != nil {
		return
	}
	due, err := parseDue(p.org(), p.began.AddDate(0, 0, 29).Format(time.DateOnly))
	if p.err = err; err != nil {
		return
	}
	def := p.define()
	if p.err != nil {
		return
	}
	c := review.Campaign{Name: quarterName(p.began), Template: def.ID, Due: due}
	if p.campaign, p.err = p.svc.NewCampaign(p.ctx, ana, c); p.err != nil {
		return
	}
	p.said(ana.Principal, "drafts %s from it; due %s", p.campaign.Name, c.Due.Format("2 January"))
	p.stage()
	p.check1()
	_, err = p.svc.Launch(p.ctx, p.as("jonas.weber"), p.campaign.ID)
	p.refused(p.as("jonas.weber"), "launch it", review.CheckNoChecker, err)
	grace := p.propose("mira.lindqvist", "gives Grace Liu, the controller, the duty checker",
		p.duties(map[string]domain.Duty{"grace.liu": domain.DutyChecker}))
	p.approve("jonas.weber", grace, "she is in neither security nor compliance")
	jonas := p.as("jonas.weber")
	if p.err != nil {
		return
	}
	if p.campaign, p.err = p.svc.Launch(p.ctx, jonas, p.campaign.ID); p.err == nil {
		p.said(jonas.Principal, "launches %s", p.campaign.Name)
	}
}

// define has the definition that each quarter's campaign is drafted from
// proposed and approved.
func (p *play) define() review.Template {
	ana, jonas := p.as("ana.ferreira"), p.as("jonas.weber")
	if p.err != nil {
		return review.Template{}
	}
	y, m, _ := p.began.Date()
	next := time.Date(y, m-(m-1)%3+3, 1, 0, 0, 0, 0, time.UTC)
	t, err := p.svc.ProposeTemplate(p.ctx, ana, review.Template{Name: "Quarterly user access", About: "All access of everybody, each quarter",
		Recurrence: review.Recurrence{Every: review.Quarterly, Day: review.DayFirst, Start: domain.Date(next.Format(time.DateOnly))},
		Definition: review.Definition{CountersignAll: true, Horizon: 92, Stages: []review.Stage{{Days: 30,
			Reviewers: []string{review.ByTargetOwner, review.ByManager}, Fallback: p.person("tom.vale")}}}})
	if p.err = err; err != nil {
		return t
	}
	p.said(ana.Principal, "proposes the definition %s: everything that gives access, asked of the agent's owner,", t.Name)
	p.more("then the holder's manager, then Tom Vale; 30 days, next on %s", next.Format("2 January 2006"))
	if t, p.err = p.svc.ApproveTemplate(p.ctx, jonas, string(t.ID), "as the policy asks"); p.err == nil {
		p.said(jonas.Principal, "approves it")
	}
	return t
}

// quarterName names a quarter: "Q4 2026".
func quarterName(t time.Time) string { return fmt.Sprintf("Q%d %d", (int(t.Month())+2)/3, t.Year()) }

// stage freezes the population and says how it ties out.
func (p *play) stage() {
	ana := p.as("ana.ferreira")
	if p.err != nil {
		return
	}
	if p.campaign, p.err = p.svc.Stage(p.ctx, ana, p.campaign.ID, nil); p.err != nil {
		return
	}
	p.said(ana.Principal, "stages it: %s frozen at event %d", review.Count(p.campaign.TieOut.InScope, "item", "items"), p.campaign.Frozen)
	equation := &page{}
	tieOutLines(equation, p.campaign)
	p.lines(equation)
}

// check1 says what the checks before the launch find.
func (p *play) check1() {
	ana := p.as("ana.ferreira")
	if p.err != nil {
		return
	}
	checks, err := p.svc.PreLaunch(p.ctx, p.campaign.ID)
	if p.err = err; err != nil {
		return
	}
	p.said(ana.Principal, "looks at the checks before the launch")
	for _, ch := range checks {
		word := "note"
		if ch.Block {
			word = "BLOCK"
		}
		p.more("%s: %s (%s)", word, ch.Text, ch.Hint)
	}
}

// meanwhile is what happens between staging and the end: access that nobody
// will have reviewed.
func (p *play) meanwhile() {
	ids, err := p.svc.IDs(p.ctx)
	o := p.org()
	if p.err != nil || err != nil {
		p.err = err
		return
	}
	platform, err := o.FindGroup("Platform Team")
	if p.err = err; err != nil {
		return
	}
	joins := p.propose("mira.lindqvist", "adds Dana Okafor to the Platform Team, for the move to the new line",
		domain.ChangeSet{Title: "Dana joins the Platform Team", Reason: "she helps with the move in October",
			Changes: []domain.Change{domain.Begin(domain.Grant{ID: ids(domain.PrefixGrant), Level: domain.Member,
				Holder: domain.Holder{Kind: domain.HolderPrincipal, ID: p.person("dana.okafor")},
				Target: domain.Target{Kind: domain.TargetGroup, ID: platform.ID}})}})
	p.applied(joins) // she reaches as much through the Release Crew: nothing rises
}
