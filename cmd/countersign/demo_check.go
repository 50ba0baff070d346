package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/store/ingest"
	"countersign/testdata/demo"
)

// lines prints a page below what was said last.
func (p *play) lines(of *page) {
	for line := range strings.Lines(of.text()) {
		p.more("%s", strings.TrimRight(line, "\n"))
	}
}

// check: the checkers countersign, send one packet back, and are refused
// where they decided or are meant themselves.
func (p *play) check() {
	p.to(22)
	p.heading("4. The checkers countersign")
	tom, ana := p.person("tom.vale"), p.person("ana.ferreira")
	a := p.as("tom.vale")
	_, err := p.svc.Countersign(p.ctx, a, p.campaign.ID, tom, "")
	p.refused(a, "countersign his own packet", "checker-is-reviewer", err)
	a = p.as("jonas.weber")
	_, err = p.svc.Countersign(p.ctx, a, p.campaign.ID, ana, "")
	p.refused(a, "countersign the packet of his own manager", "checker-is-subject", err)

	carlos := p.person("carlos.mendez")
	p.returns("jonas.weber", carlos, "Nina Hofer", []string{"Deployments", "Account"},
		"why does sales operations promote to Live and change the account?")
	p.to(23)
	p.says("carlos.mendez", verdict{"Nina Hofer", "Deployments", domain.TargetArea, review.Reduce, "Read", "she watches releases, she makes none"})
	p.says("carlos.mendez", verdict{"Nina Hofer", "Account", domain.TargetArea, review.Revoke, "", "billing moved to finance"})
	p.sign(carlos)
	for _, r := range p.reviewers() {
		switch r {
		case tom:
			p.countersigns("grace.liu", r)
		case ana:
			p.countersigns("tom.vale", r)
		default:
			p.countersigns(p.free(r), r)
		}
	}
}

// free finds a checker who is neither the reviewer nor a subject of the
// reviewer's items.
func (p *play) free(reviewer domain.ID) string {
	items := p.items(review.ItemQuery{Reviewer: reviewer}, nil)
	for _, local := range []string{"jonas.weber", "tom.vale", "grace.liu"} {
		id := p.person(local)
		if id != reviewer && !slices.ContainsFunc(items, func(it review.Item) bool { return slices.Contains(it.Subjects, id) }) {
			return local
		}
	}
	return "jonas.weber"
}

func (p *play) countersigns(who string, reviewer domain.ID) {
	a := p.as(who)
	if p.err != nil {
		return
	}
	var k review.Packet
	if k, p.err = p.svc.Countersign(p.ctx, a, p.campaign.ID, reviewer, "read item by item"); p.err == nil {
		p.said(a.Principal, "countersigns the packet of %s: %s", p.name(reviewer), review.Count(k.Items, "item", "items"))
	}
}

// returns sends a holder's items back to their reviewer.
func (p *play) returns(who string, reviewer domain.ID, holder string, targets []string, why string) {
	var back []review.Item
	for _, t := range targets {
		back = append(back, p.item(holder, t, domain.TargetArea))
	}
	a := p.as(who)
	if p.err != nil {
		return
	}
	due := p.at.AddDate(0, 0, 10)
	if _, p.err = p.svc.Return(p.ctx, a, p.campaign.ID, reviewer, numbers(back), why, due); p.err == nil {
		p.said(a.Principal, "returns items %s to %s: %q", joinInts(numbers(back)), p.name(reviewer), why)
	}
}

func joinInts(ns []int) string {
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ", ")
}

// settle makes the decisions true, here and in the directory, until nothing
// stands in the way of closing.
func (p *play) settle() {
	p.to(33)
	p.heading("5. The decisions become true, are verified, and the campaign is closed")
	p.remediate()
	p.verify()
	ana := p.as("ana.ferreira")
	if p.err != nil {
		return
	}
	_, err := p.svc.Close(p.ctx, ana, p.campaign.ID)
	p.refused(ana, "close "+p.campaign.Name, "unsettled", err)

	p.to(40)
	p.leavePlatform()
	p.importAgain()
	p.verify()
	p.except("Niko Virtanen", "Holiday Support Staff", "the directory can take him out in December only")
	p.verify()
	p.acknowledge()
	ana = p.as("ana.ferreira")
	if p.err != nil {
		return
	}
	if p.campaign, p.err = p.svc.Close(p.ctx, ana, p.campaign.ID); p.err == nil {
		p.said(ana.Principal, "closes %s: %s, all settled", p.campaign.Name, review.Count(p.campaign.TieOut.InScope, "item", "items"))
	}
}

// acknowledge: management acknowledges what remains. The chief operating officer
// reviewed, so it is the controller, whom the board names for it.
func (p *play) acknowledge() {
	ruth := p.as("ruth.adeyemi")
	if p.err != nil {
		return
	}
	const statement = "I have read the results and the one exception; the access that remains is appropriate."
	_, err := p.svc.Acknowledge(p.ctx, ruth, p.campaign.ID, statement)
	p.refused(ruth, "acknowledge the results of "+p.campaign.Name, "acknowledge-reviewer", err)
	duty := p.propose("mira.lindqvist", "gives a duty", p.duties(map[string]domain.Duty{"grace.liu": domain.DutyExecutive}))
	p.settled(duty, "tom.vale", "as the board decided")
	grace := p.as("grace.liu")
	if p.err != nil {
		return
	}
	var a review.Acknowledgement
	if a, p.err = p.svc.Acknowledge(p.ctx, grace, p.campaign.ID, statement); p.err == nil {
		p.said(grace.Principal, "acknowledges for management, at event %d: %q", a.Seq, a.Statement)
	}
}

func (p *play) remediate() {
	ana := p.as("ana.ferreira")
	if p.err != nil {
		return
	}
	r, err := p.svc.Remediate(p.ctx, ana, p.campaign.ID)
	if p.err = err; err != nil {
		return
	}
	p.said(ana.Principal, "remediates: %s made true by %s; %s lived in the directory",
		review.Count(r.Items, "decision", "decisions"), review.Count(r.ChangeSets, "change set", "change sets"),
		review.Count(r.Outside, "item", "items"))
	work, err := p.svc.WorkList(p.ctx, p.campaign.ID)
	if p.err = err; err != nil {
		return
	}
	for _, w := range work {
		p.more("work list, item %d: %s", w.Item, w.What)
	}
}

func (p *play) verify() {
	ana := p.as("ana.ferreira")
	if p.err != nil {
		return
	}
	results, err := p.svc.Verify(p.ctx, ana, p.campaign.ID)
	if p.err = err; err != nil {
		return
	}
	p.said(ana.Principal, "verifies at event %d: %s", p.org().Key(), resultsWords(results))
	for _, it := range p.items(review.ItemQuery{}, func(it review.Item) bool {
		return it.Outcome.Result != review.Verified && it.Outcome.Result != review.Pending
	}) {
		p.more("%s", leftWords(it))
	}
}

// leavePlatform takes away the path that nobody reviewed.
func (p *play) leavePlatform() {
	o := p.org()
	if p.err != nil {
		return
	}
	platform, err := o.FindGroup("Platform Team")
	if p.err = err; err != nil {
		return
	}
	dana := domain.Holder{Kind: domain.HolderPrincipal, ID: p.person("dana.okafor")}
	cs := domain.ChangeSet{Title: "Dana leaves the Platform Team", Reason: "the review found it: the move is over"}
	for _, g := range o.GrantsOf(dana) {
		if g.Target == (domain.Target{Kind: domain.TargetGroup, ID: platform.ID}) {
			cs.Changes = append(cs.Changes, domain.End(g))
		}
	}
	p.applied(p.propose("mira.lindqvist", "takes Dana Okafor out of the Platform Team", cs))
}

// importAgain: the directory did its part, and its next export shows it.
func (p *play) importAgain() {
	if p.err != nil {
		return
	}
	raw, err := demo.Files.ReadFile("members.csv")
	if p.err = err; err != nil {
		return
	}
	var kept strings.Builder
	for line := range strings.Lines(string(raw)) {
		gone := strings.HasPrefix(line, mail("paul.renner")) || strings.HasPrefix(line, mail("stella.grant")) ||
			strings.HasPrefix(line, mail("dana.okafor")) && strings.Contains(line, "Release Crew")
		if !gone {
			kept.WriteString(line)
		}
	}
	const name = "directory.csv"
	if p.err = writeFile(p.file(name), kept.String()); p.err == nil {
		p.applied(p.imports("mira.lindqvist", ingest.Members, "directory", name, []byte(kept.String()), false, true))
	}
}

// except accepts what cannot be done yet: two people waive what two signed.
func (p *play) except(holder, target, why string) {
	it := p.item(holder, target, domain.TargetGroup)
	a := p.as("ana.ferreira")
	checker := p.as("jonas.weber")
	if p.err != nil {
		return
	}
	until := domain.Date(time.Date(p.at.Year(), 12, 31, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	q, err := p.svc.Except(p.ctx, a, p.campaign.ID, []int{it.No}, until, why)
	if p.err = err; err != nil {
		return
	}
	p.said(a.Principal, "asks that item %d be accepted until %s: %q", it.No, until, why)
	if _, p.err = p.svc.ApproveRequest(p.ctx, checker, q.ID, "until then"); p.err == nil {
		p.said(checker.Principal, "approves it")
	}
}
