package main

import (
	"bytes"

	"countersign/domain"
	"countersign/review"
	"countersign/store/ingest"
	"countersign/testdata/demo"
)

// further loads what roles permit, the data sources, a key and an AI agent,
// who used what, a rule of a group and a separation of duties.
func (p *play) further() {
	p.roles()
	sources := p.load("mira.lindqvist", ingest.Sources, "sources", true)
	p.applied(sources)
	p.settled(p.load("mira.lindqvist", ingest.AgentSources, "sources", true), "ruth.adeyemi", "as the agent's owner set it up")
	p.settled(p.load("mira.lindqvist", ingest.SourceGrants, "sources", true), "ruth.adeyemi", "managers see customers, support the wiki")
	p.settled(p.load("mira.lindqvist", ingest.Principals, "keys", true), "tom.vale", "both have an owner")
	p.usage()
	o := p.org()
	ids, err := p.svc.IDs(p.ctx)
	if p.err == nil {
		p.err = err
	}
	if p.err != nil {
		return
	}
	g, err := o.FindGroup("Compliance and Security")
	if p.err = err; err != nil {
		return
	}
	with := g
	with.Rule = domain.Rule{Kind: domain.Expression, Text: "department in ['Compliance', 'Security']", On: true}
	p.settled(p.propose("mira.lindqvist", "gives a group its rule", domain.ChangeSet{Title: "Compliance and Security by department",
		Reason: "nobody keeps that list by hand", Changes: []domain.Change{domain.Replace(g, with)}}), "jonas.weber", "as we are organised")
	pay, err := o.FindAgent("Payroll Helper")
	if p.err = err; err != nil {
		return
	}
	p.settled(p.propose("mira.lindqvist", "separates two duties", domain.ChangeSet{Title: "Payroll apart from releases",
		Reason: "who pays does not deploy", Changes: []domain.Change{domain.Begin(domain.SoDRule{ID: ids(domain.PrefixSoD), Name: "Payroll and releases",
			Severity: domain.SeverityHigh, Reason: "nobody both changes payroll answers and promotes agents",
			A: domain.SoDSide{Target: domain.Target{Kind: domain.TargetAgent, ID: pay.ID}, Level: domain.EditAgent},
			B: domain.SoDSide{Target: domain.Target{Kind: domain.TargetArea, ID: "deployments"}, Level: domain.Edit}})}}),
		"jonas.weber", "a rule of the audit")
}

// roles adopts the objects and lays down the roles beside the shipped ones.
func (p *play) roles() {
	o := p.org()
	if p.err != nil {
		return
	}
	objects, err := domain.AdoptObjects(o, domain.ObjectsCRM)
	if p.err = err; err != nil {
		return
	}
	p.settled(p.propose("mira.lindqvist", "adopts the objects of the CRM", domain.ChangeSet{Title: "Objects and fields",
		Reason: "roles speak of them", Changes: objects}), "jonas.weber", "the objects we have")
	p.settled(p.load("mira.lindqvist", ingest.Roles, "roles", true), "jonas.weber", "an intern's role, and one for figures")
	p.settled(p.load("mira.lindqvist", ingest.Permissions, "roles", true), "jonas.weber", "an intern changes people, and sees no deals")
}

// settled has a proposal approved where it waits.
func (p *play) settled(cs review.Proposal, by, reason string) {
	if p.err == nil && cs.State == domain.Proposed {
		p.approve(by, cs, reason)
	}
}

// usage records who used what: it changes nobody's access, so nobody else is
// needed.
func (p *play) usage() {
	a := p.as("mira.lindqvist")
	raw, err := demo.Files.ReadFile("usage.csv")
	if p.err == nil {
		p.err = err
	}
	o := p.org()
	ids, err := p.svc.IDs(p.ctx)
	if p.err == nil {
		p.err = err
	}
	if p.err != nil {
		return
	}
	plan, err := ingest.Plan(o, ingest.Usage, bytes.NewReader(raw), ingest.Options{Source: "usage", File: "usage.csv", NewID: ids})
	if err == nil {
		err = plan.Permit(false, 0)
	}
	if p.err = err; err != nil {
		return
	}
	var done review.UsageDone
	if done, p.err = p.svc.ImportUsage(p.ctx, a, plan.Set); p.err == nil {
		p.said(a.Principal, "records who used what: %s", review.Count(done.Rows, "row", "rows"))
	}
}
