package report

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
)

// statementOf is what a package of the evidence says of itself.
func statementOf(ev *CampaignEvidence) (Statement, error) {
	root, err := auditlog.ParseHash(ev.Meta.Root)
	c, m := ev.Campaign, ev.Meta
	return Statement{Form: packageForm, Log: m.Log, Size: m.Size, Root: root, At: m.At.UTC(), Campaign: c.ID, Name: c.Name,
		State: c.State.String(), Pinned: ev.Pinned, Population: c.Population, Items: ev.Figures.All.Items, Digest: c.TieOut.Digest,
		Mode: modeWord(m.Mode), MadeBy: m.Version}, err
}

// bytes are statement.json.
func (s Statement) bytes() ([]byte, error) {
	body, err := json.MarshalIndent(s, "", "  ")
	return append(body, '\n'), err
}

// compareSaid makes the statement, the README and the time of the checkpoint again
// from the log and faults what differs; only the version that made the package is
// taken from the package. What the log says then stands in the verification.
func (p *Package) compareSaid(ctx context.Context, tx review.Tx, v *PackageVerification) error {
	ev, err := gatherCampaign(ctx, tx, p.Statement.Campaign, p.Statement.MadeBy, p.Statement.Size)
	if errors.Is(err, errMovedOn) {
		v.Fault("%s says %d events, and the evidence of the campaign ends before: its log goes on where no package does", fileStatement, p.Statement.Size)
		return nil
	}
	if c := domain.CodeOf(err); err != nil && (c == domain.NotFound || c == domain.Conflict) {
		v.Fault("the evidence cannot be made from the log: %v", err)
		return nil
	}
	if err != nil {
		return err
	}
	want, err := statementOf(&ev)
	if err != nil {
		return err
	}
	v.Played = &want
	if err := p.compareStatement(v, want); err != nil {
		return err
	}
	readme, err := p.small(fileReadme)
	if err != nil {
		return err
	}
	if !bytes.Equal(readme, []byte(packageReadme(want, ev.Meta.Organisation))) {
		v.Fault("%s does not say what the log says, or was not written by this program", fileReadme)
	}
	return nil
}

// compareStatement names every field that the log says otherwise.
func (p *Package) compareStatement(v *PackageVerification, want Statement) error {
	body, err := want.bytes()
	if err != nil {
		return err
	}
	said, err := p.small(fileStatement)
	if err != nil || bytes.Equal(said, body) {
		return err
	}
	before := len(v.Faults)
	have, err := p.Statement.bytes()
	if err != nil {
		return err
	}
	a, b := bytes.Split(body, []byte("\n")), bytes.Split(have, []byte("\n"))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			v.Fault("%s says %s, and the log says %s", fileStatement, trimField(b[i]), trimField(a[i]))
		}
	}
	if len(v.Faults) == before {
		v.Fault("%s is not written as this program writes it: another reader may read something else in it", fileStatement)
	}
	return nil
}

func trimField(line []byte) []byte { return bytes.Trim(line, " ,") }
