package store

import (
	"countersign/domain"
	"countersign/review"
)

func originFields(o *domain.Origin) []field {
	return []field{text[string]{&o.Source}, text[string]{&o.File}}
}

// grantFields are the columns of a grant but its id, wherever one stands.
const grantColumns = "holder_kind holder target_kind target agent level win_from win_to zone origin origin_file"

func grantFields(r *domain.Grant) []field {
	return append([]field{word{&r.Holder.Kind}, text[domain.ID]{&r.Holder.ID}, word{&r.Target.Kind}, text[domain.ID]{&r.Target.ID},
		text[domain.ID]{&r.Agent}, rung{r}, text[domain.Date]{&r.Window.From}, text[domain.Date]{&r.Window.To},
		text[string]{&r.Window.Zone}}, originFields(&r.Origin)...)
}

// tables are the tables of state, one a kind, in the order they are verified.
var tables = []*table{
	tableOf("principal", "id kind name email department title manager employment status owner external last_active origin origin_file",
		func(r *domain.Principal) []field {
			return append([]field{text[domain.ID]{&r.ID}, word{&r.Kind}, text[string]{&r.Name}, text[string]{&r.Email},
				text[string]{&r.Department}, text[string]{&r.Title}, text[domain.ID]{&r.Manager}, word{&r.Employment},
				word{&r.Status}, text[domain.ID]{&r.Owner}, text[string]{&r.External}, text[domain.Date]{&r.LastActive}},
				originFields(&r.Origin)...)
		}),
	tableOf(`"group"`, "id name description parent life external rule_kind rule_text rule_on origin origin_file", func(r *domain.Group) []field {
		return append([]field{text[domain.ID]{&r.ID}, text[string]{&r.Name}, text[string]{&r.Description},
			text[domain.ID]{&r.Parent}, word{&r.Life}, text[string]{&r.External}, word{&r.Rule.Kind}, text[string]{&r.Rule.Text},
			flag{&r.Rule.On}}, originFields(&r.Origin)...)
	}),
	tableOf("agent", "id name description access_type classification owner creator life external origin origin_file",
		func(r *domain.Agent) []field {
			return append([]field{text[domain.ID]{&r.ID}, text[string]{&r.Name}, text[string]{&r.Description}, word{&r.AccessType},
				word{&r.Classification}, text[domain.ID]{&r.Owner}, text[domain.ID]{&r.Creator}, word{&r.Life},
				text[string]{&r.External}}, originFields(&r.Origin)...)
		}),
	tableOf("source", "id name description classification owner external origin origin_file", func(r *domain.Source) []field {
		return append([]field{text[domain.ID]{&r.ID}, text[string]{&r.Name}, text[string]{&r.Description},
			word{&r.Classification}, text[domain.ID]{&r.Owner}, text[string]{&r.External}}, originFields(&r.Origin)...)
	}),
	tableOf("agent_source", "agent source open origin origin_file id", func(r *domain.AgentSource) []field {
		return append([]field{text[domain.ID]{&r.Agent}, text[domain.ID]{&r.Source}, flag{&r.Open}},
			append(originFields(&r.Origin), madeID(r))...)
	}),
	tableOf("role", `id name description admin "default" for_users for_keys for_agents origin origin_file`, func(r *domain.Role) []field {
		return append([]field{text[domain.ID]{&r.ID}, text[string]{&r.Name}, text[string]{&r.Description}, flag{&r.Admin},
			flag{&r.Default}, flag{&r.ForUsers}, flag{&r.ForKeys}, flag{&r.ForAgents}}, originFields(&r.Origin)...)
	}),
	tableOf("area", "id name parent controls sensitive place origin origin_file", func(r *domain.Area) []field {
		return append([]field{text[domain.ID]{&r.ID}, text[string]{&r.Name}, text[domain.ID]{&r.Parent},
			text[string]{&r.Controls}, flag{&r.Sensitive}, number[int]{&r.Order}}, originFields(&r.Origin)...)
	}),
	tableOf(`"grant"`, "id "+grantColumns, func(r *domain.Grant) []field {
		return append([]field{text[domain.ID]{&r.ID}}, grantFields(r)...)
	}),
	tableOf("setting", "id value", func(r *domain.Setting) []field {
		return []field{text[domain.ID]{&r.ID}, text[string]{&r.Value}}
	}),
	tableOf("binding", "id principal", func(r *domain.Binding) []field {
		return []field{text[domain.ID]{&r.ID}, text[domain.ID]{&r.Principal}}
	}),
	tableOf("object", "id name description system origin origin_file", func(r *domain.Object) []field {
		return append([]field{text[domain.ID]{&r.ID}, text[string]{&r.Name}, text[string]{&r.Description},
			flag{&r.System}}, originFields(&r.Origin)...)
	}),
	tableOf("field", "id object name label origin origin_file", func(r *domain.Field) []field {
		return append([]field{text[domain.ID]{&r.ID}, text[domain.ID]{&r.Object}, text[string]{&r.Name},
			flag{&r.Label}}, originFields(&r.Origin)...)
	}),
	tableOf("external_group", `id source external name "group" origin origin_file`, func(r *domain.ExternalGroup) []field {
		return append([]field{text[domain.ID]{&r.ID}, text[string]{&r.Source}, text[string]{&r.External}, text[string]{&r.Name},
			text[domain.ID]{&r.Group}}, originFields(&r.Origin)...)
	}),
	tableOf("sod_rule", "id name severity reason a b", func(r *domain.SoDRule) []field {
		return []field{text[domain.ID]{&r.ID}, text[string]{&r.Name}, word{&r.Severity}, text[string]{&r.Reason},
			nested[domain.SoDSide]{&r.A}, nested[domain.SoDSide]{&r.B}}
	}),
	tableOf("usage", "principal target_kind target last_used count accuracy satisfaction origin origin_file id",
		func(r *domain.Usage) []field {
			return append([]field{text[domain.ID]{&r.Principal}, word{&r.Target.Kind}, text[domain.ID]{&r.Target.ID},
				text[domain.Date]{&r.LastUsed}, number[int]{&r.Count}, number[int]{&r.Accuracy}, number[int]{&r.Satisfaction}},
				append(originFields(&r.Origin), madeID(r))...)
		}),
	tableOf("change_set", "id title reason maker state source source_file source_sha256 source_rows campaign based_on changes",
		func(r *review.ChangeSetHead) []field {
			return []field{text[domain.ID]{&r.ID}, text[string]{&r.Title}, text[string]{&r.Reason}, text[domain.ID]{&r.Maker},
				word{&r.State}, text[string]{&r.Source.Source}, text[string]{&r.Source.Name}, text[string]{&r.Source.SHA256},
				number[int]{&r.Source.Rows}, text[domain.ID]{&r.Campaign}, number[domain.Seq]{&r.BasedOn}, number[int]{&r.Changes}}
		}),
	tableOf("approval", "change_set checker settles shared reason id", func(r *review.Approval) []field {
		return []field{text[domain.ID]{&r.ChangeSet}, text[domain.ID]{&r.Checker}, nested[[]domain.ID]{&r.Settles},
			flag{&r.Shared}, text[string]{&r.Reason}, madeID(r)}
	}),
	tableOf("campaign", "id name state stage owner definition due population frozen frozen_at tie_out reason closed_at iteration began makers launcher template template_version started_by was",
		func(r *review.Campaign) []field {
			return []field{text[domain.ID]{&r.ID}, text[string]{&r.Name}, word{&r.State}, number[int]{&r.Stage},
				text[domain.ID]{&r.Owner}, nested[review.Definition]{&r.Definition}, instant{&r.Due},
				text[domain.ID]{&r.Population}, number[domain.Seq]{&r.Frozen}, instant{&r.FrozenAt},
				nested[review.TieOut]{&r.TieOut}, text[string]{&r.Reason}, instant{&r.ClosedAt}, number[int]{&r.Iteration},
				instant{&r.Began}, nested[[]domain.ID]{&r.Makers}, text[domain.ID]{&r.Launcher}, text[domain.ID]{&r.Template},
				number[int]{&r.Version}, text[string]{&r.Trigger}, word{&r.Was}}
		}),
	tableOf("decision", "campaign item stage reviewer answer level reason round bulk seconds opened batch entered id", decisionFields),
	tableOf("packet", "campaign stage reviewer state round items keep reduce revoke abstain statement digest checker reason lapsed unsigned id",
		func(r *review.Packet) []field {
			return []field{text[domain.ID]{&r.Campaign}, number[int]{&r.Stage}, text[domain.ID]{&r.Reviewer}, word{&r.State},
				number[int]{&r.Round}, number[int]{&r.Items}, number[int]{&r.Keep}, number[int]{&r.Reduce},
				number[int]{&r.Revoke}, number[int]{&r.Abstain}, text[string]{&r.Statement}, text[string]{&r.Digest},
				text[domain.ID]{&r.Checker}, text[string]{&r.Reason}, flag{&r.Lapsed}, number[int]{&r.Unsigned}, madeID(r)}
		}),
	tableOf("item_return", "campaign item stage reviewer round reason due id", returnFields),
	tableOf("outcome", "campaign item result change_set at retained_by left_over until reason approver id", outcomeFields),
	tableOf("assignment", "campaign item stage reviewer rule instead_of past id", func(r *review.Assigned) []field {
		return []field{text[domain.ID]{&r.Campaign}, number[int]{&r.Item}, number[int]{&r.Stage},
			text[domain.ID]{&r.Reviewer}, text[string]{&r.Rule}, text[domain.ID]{&r.For}, nested[[]domain.ID]{&r.Past}, madeID(r)}
	}),
	tableOf("bulk", "id campaign stage reviewer items", func(r *review.Bulk) []field {
		return []field{text[domain.ID]{&r.ID}, text[domain.ID]{&r.Campaign}, number[int]{&r.Stage},
			text[domain.ID]{&r.Reviewer}, number[int]{&r.Items}}
	}),
	tableOf("ruling", "campaign item stage answer level rule reviewer unanswered stops last decisive checker iteration id", rulingFields),
	tableOf("definition", "template name about version state maker checker reason definition recurrence triggers retires id", func(r *review.Template) []field {
		return []field{text[domain.ID]{&r.ID}, text[string]{&r.Name}, text[string]{&r.About}, number[int]{&r.Version}, word{&r.State},
			text[domain.ID]{&r.Maker}, text[domain.ID]{&r.Checker}, text[string]{&r.Reason}, nested[review.Definition]{&r.Definition},
			nested[review.Recurrence]{&r.Recurrence}, nested[[]review.Trigger]{&r.Triggers}, flag{&r.Retires}, madeID(r)}
	}),
	tableOf("request", "id campaign act stage items instead_of reviewer due until reason maker state checker answer", func(r *review.Request) []field {
		return []field{text[domain.ID]{&r.ID}, text[domain.ID]{&r.Campaign}, word{&r.Act}, number[int]{&r.Stage}, nested[[]int]{&r.Items}, text[domain.ID]{&r.From},
			text[domain.ID]{&r.To}, instant{&r.Due}, text[domain.Date]{&r.Until}, text[string]{&r.Reason}, text[domain.ID]{&r.Maker}, word{&r.State},
			text[domain.ID]{&r.Checker}, text[string]{&r.Answer}}
	}),
	tableOf("substitute", "id person substitute win_from win_to zone reason maker", func(r *review.Substitute) []field {
		return []field{text[domain.ID]{&r.ID}, text[domain.ID]{&r.Person}, text[domain.ID]{&r.Substitute},
			text[domain.Date]{&r.Window.From}, text[domain.Date]{&r.Window.To}, text[string]{&r.Window.Zone}, text[string]{&r.Reason}, text[domain.ID]{&r.Maker}}
	}),
	tableOf("message", "id kind recipient campaign stage subject body state detail at", func(r *review.Message) []field {
		return []field{text[domain.ID]{&r.ID}, text[string]{&r.Kind}, text[domain.ID]{&r.To}, text[domain.ID]{&r.Campaign},
			number[int]{&r.Stage}, text[string]{&r.Subject}, text[string]{&r.Text}, word{&r.State}, text[string]{&r.Detail}, instant{&r.At}}
	}),
}

func rulingFields(r *review.Ruling) []field {
	return []field{text[domain.ID]{&r.Campaign}, number[int]{&r.Item}, number[int]{&r.Stage}, word{&r.Answer},
		number[domain.Level]{&r.Level}, text[string]{&r.Rule}, text[domain.ID]{&r.Reviewer}, flag{&r.Unanswered},
		flag{&r.Stops}, number[int]{&r.Last}, number[int]{&r.Decisive}, text[domain.ID]{&r.Checker}, number[int]{&r.Iteration}, madeID(r)}
}

func decisionFields(r *review.Decision) []field {
	return []field{text[domain.ID]{&r.Campaign}, number[int]{&r.Item}, number[int]{&r.Stage}, text[domain.ID]{&r.Reviewer},
		word{&r.Answer}, number[domain.Level]{&r.Level}, text[string]{&r.Reason}, number[int]{&r.Round},
		number[int]{&r.Bulk}, number[int]{&r.Seconds}, flag{&r.Opened},
		text[domain.ID]{&r.Batch}, text[domain.ID]{&r.Entered}, madeID(r)}
}

func returnFields(r *review.ItemReturn) []field {
	return []field{text[domain.ID]{&r.Campaign}, number[int]{&r.Item}, number[int]{&r.Stage}, text[domain.ID]{&r.Reviewer},
		number[int]{&r.Round}, text[string]{&r.Reason}, instant{&r.Due}, madeID(r)}
}

func outcomeFields(r *review.Outcome) []field {
	return []field{text[domain.ID]{&r.Campaign}, number[int]{&r.Item}, word{&r.Result}, text[domain.ID]{&r.ChangeSet},
		number[domain.Seq]{&r.At}, nested[[]int]{&r.By}, text[string]{&r.Left}, text[domain.Date]{&r.Until},
		text[string]{&r.Reason}, text[domain.ID]{&r.Approver}, madeID(r)}
}

// made is the id of a record whose id is made of its parts: written, and
// compared when read.
type made struct{ id func() domain.ID }

func madeID[R domain.Record](r *R) field { return made{func() domain.ID { return (*r).RecordID() }} }

func (f made) value() (any, error) { return string(f.id()), nil }
func (f made) Scan(src any) error {
	if s, ok := src.(string); !ok || domain.ID(s) != f.id() {
		return wrongColumn("the id "+string(f.id()), src)
	}
	return nil
}

// tableFor finds the table of a kind; an unknown kind is an Internal error.
func tableFor(k domain.Kind) (*table, error) {
	for _, t := range tables {
		if t.kind == k {
			return t, nil
		}
	}
	return nil, domain.Errorf(domain.Internal, "the store has no table for the kind of record %q", k)
}

// isAccess tells whether a kind is one an Org is made of.
func isAccess(k domain.Kind) bool {
	for _, a := range domain.AccessKinds() {
		if a == k {
			return true
		}
	}
	return false
}
