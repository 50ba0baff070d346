package main

import (
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/export/report"
	"countersign/review"
)

func (e *env) packetExportCmd() *cobra.Command {
	var campaign, dir string
	var all bool
	cmd := &cobra.Command{
		Use:   "export [REVIEWER…]",
		Short: "Write a reviewer's open items as a workbook to answer in",
		Long: `Export writes one workbook for each reviewer named, yourself if nobody is, or with --all for every
one whose packet is open in the present stage. It has the items that are open, each with what must
be known to decide it; only the columns Decision, whose list holds what the item can be, and Reason
take typing. Nothing is filled in beforehand. The files' names are the same each time:
packet-CAMPAIGN-stage-N-EMAIL.xlsx; they are replaced whole, for nobody but you to read, and each is in the log before it is there.

` + campaignHelp,
		Example: `  countersign packet export --dir ~/review
  countersign packet export helen@acme.example --dir packets
  countersign packet export --all --dir packets --json`,
		Args: between(0, -1),
		RunE: e.with(needsReader, func(s *session, args []string) error {
			if all && len(args) > 0 {
				return domain.Errorf(domain.Invalid, "reviewers are named, and --all was given").Hinted("give one of the two")
			}
			return s.exportPackets(campaign, args, all, dir)
		}),
	}
	campaignFlag(cmd, &campaign)
	cmd.Flags().BoolVar(&all, "all", false, "every reviewer whose packet is open")
	cmd.Flags().StringVar(&dir, "dir", ".", "the `FOLDER` to write to")
	return e.jsonFlag(cmd)
}

// packetFileJSON is one workbook that was written.
type packetFileJSON struct {
	Reviewer thingJSON  `json:"reviewer"`
	Stage    int        `json:"stage"`
	Round    int        `json:"round"`
	Event    domain.Seq `json:"made_after_event"`
	Workbook string     `json:"workbook"`
	File     string     `json:"file"`
	Items    int        `json:"items"`
}

func (s *session) exportPackets(campaign string, refs []string, all bool, dir string) error {
	doc := struct {
		about
		Campaign domain.ID        `json:"campaign"`
		Packets  []packetFileJSON `json:"packets"`
	}{Packets: []packetFileJSON{}}
	p := s.newPage()
	err := s.view(func(tx review.Tx) error {
		c, err := campaignOf(tx, campaign)
		if err != nil {
			return err
		}
		if doc.about, err = s.aboutNow(tx); err != nil {
			return err
		}
		doc.Campaign = c.ID
		who, err := s.packetsMeant(tx, c, refs, all)
		for _, id := range who {
			if err != nil {
				return err
			}
			var one packetFileJSON
			if one, err = s.exportPacket(tx, c, id, dir); err == nil {
				doc.Packets = append(doc.Packets, one)
				p.line("%s: %s of %s", one.File, review.Count(one.Items, "item", "items"), one.Reviewer.Name)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(doc.Packets) == 0 {
		p.line("no packet is open")
	}
	return s.answer(doc, p)
}

// packetsMeant gives the reviewers whose packets are to be exported.
func (s *session) packetsMeant(tx review.Tx, c review.Campaign, refs []string, all bool) ([]domain.ID, error) {
	if !all && len(refs) == 0 {
		if s.actor.Principal == "" {
			return nil, domain.Errorf(domain.Invalid, "it is not said whose packet").Hinted("name a reviewer, or give --all")
		}
		return []domain.ID{s.actor.Principal}, nil
	}
	o, err := tx.Org()
	if err != nil {
		return nil, err
	}
	var out []domain.ID
	for _, ref := range refs {
		p, err := findPrincipal(o, ref)
		if err != nil {
			return nil, err
		}
		out = append(out, p.ID)
	}
	if !all || c.State != review.Active {
		if all {
			_, err = review.NewPacketBook(tx, report.Roots(s.ctx, tx), c, "") // says that the campaign takes no answers
		}
		return out, err
	}
	asked, err := tx.Asked(c.ID, c.Stage)
	if err != nil {
		return nil, err
	}
	for _, id := range asked {
		k, err := tx.Packet(c.ID, c.Stage, id)
		if err != nil {
			return nil, err
		}
		if id != "" && k.State != review.Signed && k.State != review.Countersigned {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b domain.ID) int {
		return compareNames(o.Name(domain.KindPrincipal, a), o.Name(domain.KindPrincipal, b))
	})
	return out, nil
}

func compareNames(a, b string) int {
	switch a, b := domain.Fold(a), domain.Fold(b); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// exportPacket writes one reviewer's workbook into a folder.
func (s *session) exportPacket(tx review.Tx, c review.Campaign, reviewer domain.ID, dir string) (packetFileJSON, error) {
	wb, b, err := report.PacketWorkbook(s.ctx, tx, c, reviewer)
	if err != nil {
		return packetFileJSON{}, err
	}
	real, err := openFolder(dir)
	if err != nil {
		return packetFileJSON{}, err
	}
	one := packetFileJSON{Reviewer: principalJSON(b.Org, reviewer), Stage: b.Stage, Round: b.Round, Event: b.Event, Workbook: b.ID(),
		File: filepath.Join(real, report.PacketFile(b))}
	x := review.Export{Report: "packet", Format: string(report.XLSX), AsOf: b.Event, Campaign: c.ID}
	w, err := s.leave(s.ctx, one.File, x, func(to io.Writer) (report.Written, error) {
		return report.Write(s.ctx, to, report.XLSX, wb, "")
	})
	one.Items = w.Rows
	return one, err
}
