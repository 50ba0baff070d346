package main

import (
	"fmt"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// verdict is what somebody thinks of one item.
type verdict struct {
	holder, target string
	kind           domain.TargetKind
	answer         review.Answer
	level          string // of a reduction
	reason         string
}

// verdicts are the decisions that are not plain keeps, by reviewer, in the
// order in which people get to it.
var verdicts = []struct {
	who  string
	list []verdict
}{
	{"yuki.tanaka", []verdict{
		{"Theo Brandt", "Deployments", domain.TargetArea, review.Revoke, "", "an intern does not promote agents to Live"},
	}},
	{"helen.osei", []verdict{
		{"Imre Vass", "Client-Facing Assistant", domain.TargetAgent, review.Reduce, "View & Use", "a consultant uses the agent, we edit it"},
		{"Paul Renner", "Customer Support Agent", domain.TargetAgent, review.Revoke, "", "left in August"},
		{"Dana Okafor", "Deployments", domain.TargetArea, review.Revoke, "", "the move to the new line is over"},
		{"Dana Okafor", "Release Crew", domain.TargetGroup, review.Revoke, "", "support does not release any more"},
	}},
	{"dana.okafor", []verdict{
		{"Paul Renner", "Tier 2 Support", domain.TargetGroup, review.Revoke, "", "left in August"},
	}},
	{"sam.whitlock", []verdict{
		{"Niko Virtanen", "Holiday Support Staff", domain.TargetGroup, review.Revoke, "", "the season is over"},
		{"Stella Grant", "Holiday Support Staff", domain.TargetGroup, review.Revoke, "", "the season is over"},
	}},
	{"noor.haddad", []verdict{
		{"Everyone", "access type of Payroll Helper", domain.TargetAccessType, review.Reduce, "Group-Restricted",
			"payslips are for payroll, not for everyone"},
	}},
	{"clara.jensen", []verdict{
		{"Felix Moreau", "Product Documentation Assistant", domain.TargetAgent, review.Revoke, "", "he reads it; Clara edits it"},
	}},
	{"tom.vale", []verdict{
		{"Release Crew", "Deployments", domain.TargetArea, review.Abstain, "", "security does not know who is on call"},
	}},
}

// decide lets every reviewer answer: what is special first, the rest as it
// is.
func (p *play) decide() {
	p.to(6)
	p.heading("3. The reviewers decide, and sign off")
	p.meanwhile()
	passed := p.items(review.ItemQuery{}, func(it review.Item) bool { return slices.Contains(it.Flags, review.FlagPassedOn) })
	for _, it := range passed {
		p.print("                         item %d, %s on %s, is passed on to %s (%s)", it.No, it.Holder, it.Target, p.name(it.Reviewer), it.Rule)
	}
	for i, one := range verdicts {
		p.to(6 + i/2)
		for _, v := range one.list {
			p.says(one.who, v)
		}
	}
	p.ownAccess()
	p.to(13)
	p.reassign()
	p.keepTheRest()
	p.signAll()
}

// says records one verdict.
func (p *play) says(who string, v verdict) {
	it := p.item(v.holder, v.target, v.kind)
	a := p.as(who)
	if p.err != nil {
		return
	}
	in := review.DecisionInput{Item: it.No, Answer: v.answer, Reason: v.reason, Seconds: 25 + it.No%40, Opened: true}
	ladder := it.Holding.Ladder()
	if v.answer == review.Reduce {
		if in.Level, p.err = ladder.Parse(v.level); p.err != nil {
			return
		}
	}
	if _, p.err = p.svc.Decide(p.ctx, a, p.campaign.ID, []review.DecisionInput{in}); p.err != nil {
		return
	}
	what := map[review.Answer]string{review.Keep: "keeps", review.Reduce: "reduces", review.Revoke: "revokes",
		review.Abstain: "abstains from"}[v.answer]
	p.said(a.Principal, "%s item %d: %s, %s on %s%s: %q", what, it.No, it.Holder, ladder.Word(it.Holding.Level), it.Target,
		toWords(v), v.reason)
	for _, line := range it.Remains {
		p.more("what remains: %s", line)
	}
	if it.Holding.Target.Kind == domain.TargetAccessType {
		p.loses(it, in.Level)
	}
}

func toWords(v verdict) string {
	if v.level == "" {
		return ""
	}
	return " to " + v.level
}

// loses says how many people a decision takes something from.
func (p *play) loses(it review.Item, to domain.Level) {
	o := p.org()
	if p.err != nil {
		return
	}
	changes, err := o.Lower(it.Holding.ID, to)
	if p.err = err; err != nil {
		return
	}
	_, effects, err := o.With(domain.ChangeSet{Title: "try", Reason: "try", Changes: changes}, p.at)
	if p.err = err; err == nil {
		p.more("what it does: %s", review.EffectsSummary(effects))
	}
}

// ownAccess: somebody tries to decide what is theirs.
func (p *play) ownAccess() {
	it := p.item("Helen Osei", "creator's right on Customer Support Agent", domain.TargetCreator)
	a := p.as("helen.osei")
	if p.err != nil {
		return
	}
	_, err := p.svc.Decide(p.ctx, a, p.campaign.ID, []review.DecisionInput{{Item: it.No, Answer: review.Keep}})
	p.refused(a, fmt.Sprintf("keep item %d, her own right on the agent she made", it.No), "own-access", err)
}

// reassign gives what Tom abstained from to somebody who knows.
func (p *play) reassign() {
	it := p.item("Release Crew", "Deployments", domain.TargetArea)
	to := p.person("yuki.tanaka")
	a := p.as("ana.ferreira")
	if p.err != nil {
		return
	}
	const why = "engineering keeps the list of who is on call"
	q, err := p.svc.Reassign(p.ctx, a, p.campaign.ID, []int{it.No}, to, why)
	if p.err = err; err != nil {
		return
	}
	p.said(a.Principal, "asks that item %d go to %s: %q", it.No, p.name(to), why)
	checker := p.as("jonas.weber")
	if p.err != nil {
		return
	}
	if _, p.err = p.svc.ApproveRequest(p.ctx, checker, q.ID, "they know who is on call"); p.err == nil {
		p.said(checker.Principal, "approves it; item %d is for %s to review", it.No, p.name(to))
	}
}

// reviewers gives everybody with items, by name.
func (p *play) reviewers() (out []domain.ID) {
	p.view(func(tx review.Tx, o *domain.Org) error {
		all, err := tx.Progress(p.campaign.ID)
		for _, g := range all {
			if g.Items > 0 {
				out = append(out, g.Reviewer)
			}
		}
		slices.SortFunc(out, func(a, b domain.ID) int {
			return strings.Compare(o.Name(domain.KindPrincipal, a), o.Name(domain.KindPrincipal, b))
		})
		return err
	})
	return out
}

// asID makes somebody act by id.
func (p *play) asID(id domain.ID) domain.Actor {
	var local string
	p.view(func(_ review.Tx, o *domain.Org) error {
		who, _ := o.Principal(id)
		local, _, _ = strings.Cut(who.Email, "@")
		return nil
	})
	return p.as(local)
}

// keepTheRest: plain items in one act, each high-risk one on its own.
func (p *play) keepTheRest() {
	for i, r := range p.reviewers() {
		if i%5 == 4 {
			p.to(14 + i/5)
		}
		open := p.items(review.ItemQuery{Reviewer: r, State: review.ItemOpen}, nil)
		var plain []review.DecisionInput
		for _, it := range open {
			if !it.HighRisk {
				in := review.DecisionInput{Item: it.No, Answer: review.Keep, Seconds: 8 + it.No%20}
				if it.Advice.Against(review.Keep, it.Holding.Level) {
					in.Reason = "needed again at the end of the quarter"
				}
				plain = append(plain, in)
			}
		}
		if len(plain) > 0 {
			a := p.asID(r)
			if p.err != nil {
				return
			}
			if _, p.err = p.svc.Decide(p.ctx, a, p.campaign.ID, plain); p.err != nil {
				return
			}
			p.said(r, "keeps %s in one act", review.Count(len(plain), "plain item", "plain items"))
		}
		for _, it := range open {
			if it.HighRisk {
				p.keepOne(r, it)
			}
		}
	}
}

// keepOne keeps a high-risk item.
func (p *play) keepOne(r domain.ID, it review.Item) {
	a := p.asID(r)
	if p.err != nil {
		return
	}
	in := review.DecisionInput{Item: it.No, Answer: review.Keep, Reason: "needed for the job", Seconds: 20 + it.No%50, Opened: true}
	if _, p.err = p.svc.Decide(p.ctx, a, p.campaign.ID, []review.DecisionInput{in}); p.err == nil {
		p.said(r, "keeps item %d (high risk): %s, %s on %s", it.No, it.Holder, it.Holding.Ladder().Word(it.Holding.Level), it.Target)
	}
}

// sign types the campaign's name.
func (p *play) sign(r domain.ID) {
	a := p.asID(r)
	if p.err != nil {
		return
	}
	var k review.Packet
	if k, p.err = p.svc.SignOff(p.ctx, a, p.campaign.ID, p.campaign.Name); p.err == nil {
		p.said(r, "types %q and signs off: %s; %d kept, %d reduced, %d revoked, %d abstained", p.campaign.Name,
			review.Count(k.Items, "item", "items"), k.Keep, k.Reduce, k.Revoke, k.Abstain)
	}
}

// signAll: Yuki contradicts herself first.
func (p *play) signAll() {
	p.to(20)
	yuki := p.as("yuki.tanaka")
	if p.err != nil {
		return
	}
	_, err := p.svc.SignOff(p.ctx, yuki, p.campaign.ID, p.campaign.Name)
	p.refused(yuki, "sign off", "contradiction", err)
	p.says("yuki.tanaka", verdict{"Theo Brandt", "Deployments › Project history", domain.TargetArea, review.Revoke, "", "goes with Deployments"})
	helen := p.person("helen.osei")
	for _, r := range p.reviewers() {
		if p.sign(r); r == helen {
			p.tooLate()
		}
	}
}

// tooLate: a decision after sign-off.
func (p *play) tooLate() {
	it := p.item("Imre Vass", "Client-Facing Assistant", domain.TargetAgent)
	helen := p.as("helen.osei")
	if p.err != nil {
		return
	}
	_, err := p.svc.Decide(p.ctx, helen, p.campaign.ID, []review.DecisionInput{{Item: it.No, Answer: review.Keep, Reason: "he asked"}})
	p.refused(helen, fmt.Sprintf("keep item %d after all", it.No), "signed", err)
}
