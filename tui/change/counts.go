package change

import (
	"fmt"
	"slices"

	"countersign/domain"
)

// nouns are what changes are counted as: the kinds of record, and grants by what they
// are on.
var (
	recordNouns = map[domain.Kind][2]string{
		domain.KindPrincipal: {"person, key or AI agent", "people, keys or AI agents"}, domain.KindGroup: {"group", "groups"},
		domain.KindAgent: {"agent", "agents"}, domain.KindSource: {"data source", "data sources"}, domain.KindRole: {"role", "roles"},
		domain.KindBinding: {"operating-system user", "operating-system users"}, domain.KindSoD: {"separation of duties", "separations of duties"},
		domain.KindSetting: {"setting", "settings"}, domain.KindExternal: {"mapping", "mappings"}, domain.KindArea: {"area", "areas"},
	}
	grantNouns = map[domain.TargetKind][2]string{
		domain.TargetGroup: {"membership", "memberships"}, domain.TargetAgent: {"grant on an agent", "grants on agents"},
		domain.TargetSource: {"grant on a data source", "grants on data sources"}, domain.TargetArea: {"area value", "area values"},
		domain.TargetRole: {"role held", "roles held"}, domain.TargetAgentRole: {"agent role", "agent roles"},
		domain.TargetAccount: {"account role", "account roles"}, domain.TargetDuty: {"duty", "duties"},
	}
)

// Counts says how many changes there are, by kind and effect: "3 memberships begin",
// "1 grant on an agent ends".
func Counts(changes []domain.Change) []string {
	type kind struct {
		one, many string
		effect    int
	}
	n := map[kind]int{}
	var order []kind
	for _, c := range changes {
		r := c.Record()
		noun, known := recordNouns[r.RecordKind()]
		if g, ok := r.(domain.Grant); ok {
			noun, known = grantNouns[g.Target.Kind]
		}
		if !known {
			noun = [2]string{"other record", "other records"}
		}
		k := kind{noun[0], noun[1], 1}
		switch {
		case c.Before == nil:
			k.effect = 0
		case c.After == nil:
			k.effect = 2
		}
		if n[k]++; n[k] == 1 {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b kind) int { return a.effect - b.effect })
	verbs := [3][2]string{{"begins", "begin"}, {"changes", "change"}, {"ends", "end"}}
	out := make([]string, len(order))
	for i, k := range order {
		if out[i] = fmt.Sprintf("%d %s %s", n[k], k.many, verbs[k.effect][1]); n[k] == 1 {
			out[i] = fmt.Sprintf("1 %s %s", k.one, verbs[k.effect][0])
		}
	}
	return out
}
