package itemlist

import (
	"countersign/domain"
	"countersign/review"
	"countersign/tui"
)

// Places are the pages an item leads to: who holds it, what it is on, inside which
// agent, who answers for it, its events.
func Places(it review.Item, name func(domain.ID) string) []tui.Lead {
	g, no := it.Holding, Key(it.No)
	var out []tui.Lead
	add := func(page string, id domain.ID, label, note string) {
		if id != "" {
			out = append(out, tui.Lead{Page: page, Arg: string(id), Label: page + " " + label, Note: note})
		}
	}
	switch g.Holder.Kind {
	case domain.HolderPrincipal:
		add("person", g.Holder.ID, it.Holder, "holds it")
	case domain.HolderGroup:
		add("group", g.Holder.ID, it.Holder, "holds it")
	case domain.HolderRole:
		add("role", g.Holder.ID, it.Holder, "holds it")
	}
	switch g.Target.Kind {
	case domain.TargetAgent, domain.TargetAccessType, domain.TargetCreator:
		add("agent", g.Target.ID, it.Target, "what it is on")
	case domain.TargetGroup:
		add("group", g.Target.ID, it.Target, "what it is on")
	case domain.TargetRole:
		add("role", g.Target.ID, it.Target, "what it is on")
	case domain.TargetSource:
		add("source", g.Target.ID, it.Target, "what it is on")
	case domain.TargetArea:
		if g.Holder.Kind == domain.HolderPrincipal || g.Holder.Kind == domain.HolderGroup || g.Holder.Kind == domain.HolderRole {
			out = append(out, tui.Lead{Page: "areas", Arg: g.Holder.Kind.String() + ":" + string(g.Holder.ID), Label: "areas of " + it.Holder, Note: "what it is on"})
		}
	}
	if g.Agent != "" {
		add("agent", g.Agent, name(g.Agent), "inside this agent")
	}
	if it.Reviewer != "" {
		add("person", it.Reviewer, name(it.Reviewer), "reviewer")
	}
	id := string(it.Campaign) + "/" + no
	if it.Reviewer != "" && it.Packet != review.Open {
		packet := review.Packet{Campaign: it.Campaign, Stage: it.Stage, Reviewer: it.Reviewer}
		out = append(out, tui.Lead{Page: "log", Arg: string(packet.RecordID()), Label: "sign-off and countersignature of its packet", Note: "history"},
			tui.Lead{Page: "packet", Arg: string(packet.RecordID()), Label: "all items of its packet", Note: "packet"})
	}
	return append(out, tui.Lead{Page: "log", Arg: id, Label: "events about item " + no, Note: "history"},
		tui.Lead{Page: "campaign", Arg: string(it.Campaign), Label: "all items of the campaign", Note: "campaign"})
}
