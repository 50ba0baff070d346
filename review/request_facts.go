package review

import (
	"fmt"

	"countersign/domain"
)

// mostFacts are so many items named by what they are; of the others the number
// is said.
const mostFacts = 20

// RequestFacts says what a request is about, for who signs it: of each item
// whose access to what, and what was answered; of a cancellation what was
// signed that falls with it.
func RequestFacts(tx Tx, q Request) ([]string, error) {
	if q.Act == RequestCancel {
		return fallsWith(tx, q.Campaign)
	}
	var out []string
	for i, no := range q.Items {
		if i == mostFacts {
			return append(out, fmt.Sprintf("and %s", Count(len(q.Items)-i, "item more", "items more"))), nil
		}
		it, err := tx.Item(q.Campaign, no)
		if err != nil {
			return nil, err
		}
		l := it.Holding.Ladder()
		answer, level, _ := it.Stands()
		s := "nobody answered"
		if answer != Silent {
			s = AnswerWords(answer, level, l)
		}
		if it.Outcome.Result != Pending {
			s += ", " + it.Outcome.Result.String()
		}
		if it.Outcome.Left != "" {
			s += ": " + it.Outcome.Left
		}
		out = append(out, fmt.Sprintf("item %d: %s has %s on %s; %s", no, it.Holder, l.Word(it.Holding.Level), it.Target, s))
	}
	return out, nil
}

// fallsWith says what was signed in a campaign.
func fallsWith(tx Tx, campaign domain.ID) ([]string, error) {
	packets, err := tx.Packets(campaign)
	if err != nil {
		return nil, err
	}
	signed, reduced, revoked := 0, 0, 0
	for _, p := range packets {
		if p.State == Signed || p.State == Countersigned {
			signed, reduced, revoked = signed+1, reduced+p.Reduce, revoked+p.Revoke
		}
	}
	return []string{fmt.Sprintf("what falls with it: %s signed, with %s and %s in them", Count(signed, "packet", "packets"),
		Count(revoked, "revocation", "revocations"), Count(reduced, "reduction", "reductions"))}, nil
}
