package review

import (
	"context"
	"fmt"

	"countersign/domain"
)

// checkPacket is what countersigning and returning share.
func (s *Service) checkPacket(ctx context.Context, actor domain.Actor, name string, campaign, reviewer domain.ID,
	fn func(*work, Campaign, Packet, packetScan) error) error {
	return prepared(ctx, s, actor, act{name, campaign, "checker"}, func(tx Tx) (packetScan, error) {
		c, err := tx.Campaign(campaign)
		if err != nil || c.Population == "" {
			return packetScan{}, err
		}
		return scanPacket(tx, c, reviewer)
	}, func(w *work, scan packetScan) error {
		c, err := w.Campaign(campaign)
		if err != nil {
			return err
		}
		if err := w.requireDuty(domain.DutyChecker); err != nil {
			return err
		}
		before, err := w.Packet(c.ID, c.Stage, reviewer)
		if err != nil {
			return err
		}
		why, err := w.barred(c, before, scan, actor.Principal, name == "countersign")
		if err != nil {
			return err
		}
		if why != nil {
			return why.Hinted("%s", w.whoChecks(c, before, scan))
		}
		if before.State != Signed || c.State != Active && c.State != Decided {
			by := ""
			if before.State == Countersigned && before.Checker != "" {
				by = " by " + w.name(before.Checker)
			}
			return domain.Errorf(domain.Conflict, "the packet of %s in %q is %s%s", w.name(reviewer), c.Name, before.State, by).
				Hinted("only a signed packet is countersigned or returned").ByRule("not-signed")
		}
		return fn(w, c, before, scan)
	})
}

// barred says why a person may not check a packet, whatever of its items is
// their own access; nil where nothing bars them.
func (w *work) barred(c Campaign, p Packet, scan packetScan, who domain.ID, countersigns bool) (*domain.Error, error) {
	return lookAt(w, c).barred(w.org, p, scan, who, countersigns)
}

func (l *looked) barred(o *domain.Org, p Packet, scan packetScan, who domain.ID, countersigns bool) (*domain.Error, error) {
	c := l.c
	name, reviewer := o.Name(domain.KindPrincipal, who), o.Name(domain.KindPrincipal, p.Reviewer)
	if nos := scan.record[who]; len(nos) > 0 {
		return domain.Errorf(domain.Forbidden, "%s was to review %s, which %s answered for: that is no second pair of eyes",
			name, itemList(nos), reviewer).ByRule("checker-is-reviewer"), nil
	}
	at, err := l.entering(p.Reviewer, who)
	switch {
	case err != nil:
		return nil, err
	case at > 0:
		return domain.Errorf(domain.Forbidden, "%s entered decisions of %s at event %d and cannot check them", name, reviewer, at).
			ByRule("checker-entered"), nil
	case who == c.Owner && (p.Lapsed || scan.abstentionLowers(c.Definition)):
		return domain.Errorf(domain.Forbidden, "%s owns the campaign %q and cannot check what its rule for silence decides", name, c.Name).
			ByRule("checker-is-owner"), nil
	case countersigns && p.Lapsed && p.State == Signed && p.Checker == who:
		return domain.Errorf(domain.Forbidden, "%s returned items of the packet of %s, which lapsed after that", name, reviewer).
			ByRule("checker-is-returner"), nil
	case who == p.Reviewer:
		return domain.Errorf(domain.Forbidden, "%s made these decisions and cannot check them", reviewer).ByRule("checker-is-reviewer"), nil
	}
	if nos := scan.beside[who]; len(nos) > 0 {
		return domain.Errorf(domain.Forbidden, "%s answers for %s too, and reviewers of one item do not check each other", name, itemList(nos)).
			ByRule("checker-is-reviewer"), nil
	}
	return nil, nil
}

// ownIn refuses a checker who is a subject of items of a packet.
func ownIn(o *domain.Org, scan packetScan, who domain.ID) *domain.Error {
	nos := scan.subjects[who]
	if len(nos) == 0 {
		return nil
	}
	return domain.Errorf(domain.Forbidden, "%s is a subject of %s and cannot countersign them", o.Name(domain.KindPrincipal, who), itemList(nos)).
		ByRule("checker-is-subject")
}

// whoChecks says who could countersign a packet instead.
func (w *work) whoChecks(c Campaign, p Packet, scan packetScan) string {
	can, err := ableToCheck(w, w.org, c, p, scan)
	switch {
	case err != nil:
		return "another checker must" // and who, could not be read
	case len(can) == 0:
		return "nobody else can: give the duty checker to somebody who neither answers for these items nor has them (countersign duty PERSON checker)"
	}
	return names(w.org, can) + " can"
}

// ableToCheck gives the checkers who may countersign a packet.
func ableToCheck(tx Tx, o *domain.Org, c Campaign, p Packet, scan packetScan) ([]domain.ID, error) {
	var can []domain.ID
	l := lookAt(tx, c)
	for _, one := range o.WithDuty(domain.DutyChecker, tx.Now()) {
		why, err := l.barred(o, p, scan, one.ID, true)
		if err != nil {
			return nil, err
		}
		if why == nil && len(scan.subjects[one.ID]) == 0 {
			can = append(can, one.ID)
		}
	}
	return can, nil
}

// WhyNotCheck says why a person may not countersign a packet of the campaign's
// present stage, "" where nothing stands against it but that they may lack the
// duty. It looks at every item of the packet.
func WhyNotCheck(tx Tx, o *domain.Org, c Campaign, p Packet, who domain.ID) (string, error) {
	return lookAt(tx, c).whyNot(o, p, who)
}

func (l *looked) whyNot(o *domain.Org, p Packet, who domain.ID) (string, error) {
	if p.Reviewer == who {
		return "you made these decisions", nil
	}
	scan, err := l.scan(p.Reviewer)
	if err != nil {
		return "", err
	}
	why, err := l.barred(o, p, scan, who, true)
	switch own := scan.subjects[who]; {
	case err != nil:
		return "", err
	case why != nil:
		return why.Message, nil
	case len(own) > 0:
		return fmt.Sprintf("%s %s your own access", itemList(own), isAre(len(own))), nil
	}
	return "", nil
}
