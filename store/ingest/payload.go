package ingest

import (
	"slices"

	"countersign/store/ingest/table"
)

// payloadOf gives the members of the objects that a JSON file of a kind holds:
// the bodies of the requests by which a script gives groups to an agent and
// people to a group (seed: Twig, API-based management), with the agent or the
// group in them where it is not named for the whole file. Other kinds are not
// read as JSON.
func payloadOf(k Kind, o Options) []table.Member {
	var out []table.Member
	switch k {
	case Grants:
		out = []table.Member{{Name: "agentId"}, {Name: "groupId"}, {Name: "userId"}, {Name: "permission"}, {Name: "startDate"}, {Name: "endDate"}, {Name: "timezone"}}
	case Members:
		out = []table.Member{{Name: "groupId"}, {Name: "userIds", List: true}, {Name: "role"}, {Name: "startDate"}, {Name: "endDate"}, {Name: "timezone"}}
	}
	return slices.DeleteFunc(out, func(m table.Member) bool {
		return o.Agent != "" && m.Name == "agentId" || k == Members && o.Group != "" && m.Name == "groupId"
	})
}

// PayloadMembers lists the members that the objects of a JSON file of a kind may
// have; none where the kind is not read as JSON.
func PayloadMembers(k Kind) []string {
	var out []string
	for _, m := range payloadOf(k, Options{}) {
		out = append(out, m.Name)
	}
	return out
}
