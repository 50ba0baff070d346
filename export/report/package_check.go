package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/review"
)

// Held is what somebody holds outside the database: a checkpoint, and, where that
// was taken later than the package's, the proof that its log continues this one.
type Held struct {
	Checkpoint auditlog.Checkpoint
	Proof      *auditlog.Consistency
}

// PackageVerification is what was found about a package.
type PackageVerification struct {
	Statement   Statement
	Played      *Statement       // what the log says it must be; nil where it could not be played again
	Signing     auditlog.Signing // of its checkpoint
	Files       int              // held against the manifest
	Events      int64            // of the log, hashed again
	Root        auditlog.Hash    // over them
	Proofs      int              // that were checked
	Items       int              // frozen, digested again
	Figures     int              // of the workbook, counted again
	Compared    bool             // workbook and tables, cell by cell, with what the log says
	Why         string           // they were not
	Replayed    int              // rulings worked out again from the votes
	Anchored    bool             // a checkpoint held outside vouches for all of the log, or a key that was given signed its own
	Held        string           // what was found of that checkpoint, as a sentence
	Version     string           // of the program that verifies, said by the caller; empty: it is not known
	Bytes       string           // how the workbook's bytes stand to those this program makes of the log, as a sentence
	Faults      []string         // sentences: what does not hold
	Differences []string         // cells, each as a sentence
	More        bool             // there are further ones

	broken bool // the log cannot be played again
	proved []int64
}

// Holds tells whether nothing disagrees.
func (v *PackageVerification) Holds() bool { return len(v.Faults) == 0 && len(v.Differences) == 0 }

// Whole tells whether the log's lines are such that they can be played again.
func (v *PackageVerification) Whole() bool { return !v.broken }

// Claim says in a sentence what was shown, and no more.
func (v *PackageVerification) Claim() string {
	cells := "Workbook and tables are, cell for cell, what the events of its log say."
	if !v.Compared {
		cells = "The cells of the workbook and the tables were not compared: " + v.Why + "."
	}
	switch {
	case !v.Holds():
		return "The package does not hold: it was changed, or is not what the log says."
	case v.Anchored:
		return cells + " The log is the one that was vouched for outside the package."
	}
	return cells + " This shows only that the package agrees with itself: whoever changed all of it together would pass. A checkpoint held elsewhere (--checkpoint), or the database, shows more."
}

// Told is what the package is: as its log says where that was played again, else
// only as it says of itself.
func (v *PackageVerification) Told() Statement {
	if v.Played != nil {
		return *v.Played
	}
	return v.Statement
}

// Fault notes what does not hold.
func (v *PackageVerification) Fault(format string, args ...any) {
	v.Faults = append(v.Faults, fmt.Sprintf(format, args...))
}

// differ notes a cell; false once there are enough.
func (v *PackageVerification) differ(sentence string) bool {
	if len(v.Differences) >= MaxDifferences {
		v.More = true
		return false
	}
	v.Differences = append(v.Differences, sentence)
	return true
}

// Check holds a package against itself and, where one is given, against what is
// held outside: every file against the manifest; the checkpoint, the log's lines,
// the root over them and each proof against each other; the frozen items against
// the digest the log has of them. It reads each file from its beginning to its end
// and keeps little.
//
// What does not hold is in the verification; the error is for what cannot be read
// as a package, and the context's.
func (p *Package) Check(ctx context.Context, held *Held, progress Progress) (*PackageVerification, error) {
	v := &PackageVerification{Statement: p.Statement, Why: "the log's lines do not hold"}
	if err := p.checkManifest(ctx, v, progress); err != nil {
		return v, err
	}
	cp, err := p.checkCheckpoint(v)
	if err != nil {
		return v, err
	}
	staged, err := p.checkLog(ctx, v, cp, held, progress)
	if err != nil {
		return v, err
	}
	return v, p.checkPopulation(v, staged)
}

// checkManifest holds every file against its line of the manifest.
func (p *Package) checkManifest(ctx context.Context, v *PackageVerification, progress Progress) error {
	want, err := p.readManifest()
	if err != nil {
		return err
	}
	for _, name := range p.Files() {
		if name == fileManifest {
			continue
		}
		progress.tell("file "+name, 0, 0)
		if err := ctx.Err(); err != nil {
			return err
		}
		sum, err := p.sum(name)
		if err != nil {
			return err
		}
		v.Files++
		switch listed, ok := want[name]; {
		case !ok:
			v.Fault("%s is not in the manifest", name)
		case listed != sum:
			v.Fault("%s has the SHA-256 %s, the manifest says %s", name, sum, listed)
		}
		delete(want, name)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		v.Fault("%s is in the manifest and not in the package", name)
	}
	return nil
}

// readManifest reads the sums by file.
func (p *Package) readManifest() (map[string]string, error) {
	body, err := p.small(fileManifest)
	if err != nil {
		return nil, err
	}
	out, err := readSums(body)
	if err != nil {
		return nil, refusedPackage("its %s %v", fileManifest, err)
	}
	return out, nil
}

func (p *Package) sum(name string) (sum string, err error) {
	r, err := p.open(name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// checkCheckpoint holds the checkpoint against the statement.
func (p *Package) checkCheckpoint(v *PackageVerification) (auditlog.Checkpoint, error) {
	body, err := p.small(fileCheckpoint)
	if err != nil {
		return auditlog.Checkpoint{}, err
	}
	signed, err := auditlog.Parse(body, p.Signers...)
	switch {
	case auditlog.CodeOf(err) == auditlog.BadSignature:
		v.Fault("%s is not signed with the key given: %v", fileCheckpoint, err)
		signed, err = auditlog.Parse(body)
	case err == nil && len(p.Signers) > 0 && signed.Signing != auditlog.SignedByKnown:
		v.Fault("%s is %s, and a signature is asked for", fileCheckpoint, signed.Signing)
	}
	if err != nil {
		return auditlog.Checkpoint{}, refusedPackage("its %s is no checkpoint (%v)", fileCheckpoint, err)
	}
	cp, s := signed.Checkpoint, p.Statement
	v.Signing, v.Anchored = signed.Signing, signed.Signing == auditlog.SignedByKnown
	if cp.Origin != string(s.Log) || cp.Size != s.Size || cp.Root != s.Root {
		v.Fault("%s is of log %s, %d events, root %s; %s says log %s, %d events, root %s",
			fileCheckpoint, cp.Origin, cp.Size, cp.Root, fileStatement, s.Log, s.Size, s.Root)
	}
	return cp, nil
}

// stagedAt is the event that froze the population, and its digest.
type stagedAt struct {
	seq    domain.Seq
	digest string
}

// logCheck is the log being read.
type logCheck struct {
	v         *PackageVerification
	cp        auditlog.Checkpoint
	stated    string // the file that says it
	b         auditlog.Builder
	held      *Held
	then      auditlog.Hash // the root at the held checkpoint's size
	staged    stagedAt
	campaign  bool
	nextProof func() ([]byte, error, bool)
	proof     auditlog.Inclusion
	proofs    int
	more      bool
}

// checkLog builds the log anew from its lines and checks the proofs on the way.
func (p *Package) checkLog(ctx context.Context, v *PackageVerification, cp auditlog.Checkpoint, held *Held, progress Progress) (stagedAt, error) {
	proofs, stated := p.lines(fileProofs), fileCheckpoint
	if p.files[fileProofs] == nil { // a workbook carries none, and no checkpoint of its own
		proofs, stated = func(func([]byte, error) bool) {}, fileStatement
	}
	next, stop := iter.Pull2(proofs)
	defer stop()
	c := &logCheck{v: v, cp: cp, stated: stated, held: held, nextProof: next}
	if err := c.readProof(); err != nil {
		return c.staged, err
	}
	for line, err := range p.Lines() {
		if err != nil {
			return c.staged, err
		}
		if c.b.Size()%page == 0 {
			progress.tell("log", c.b.Size(), p.Statement.Size)
			if err := ctx.Err(); err != nil {
				return c.staged, err
			}
		}
		if err := c.line(line); err != nil || v.broken {
			return c.staged, err
		}
	}
	v.Events, v.Root = c.b.Size(), c.b.Root()
	c.roots()
	if c.more {
		v.Fault("%s, line %d: it is about event %d, which %s does not have there", fileProofs, c.proofs, c.proof.Event, fileLog)
	}
	if !c.campaign {
		v.broken = true
		v.Fault("%s never names the campaign %s: it is another campaign's log, or of another time", fileLog, p.Statement.Campaign)
	}
	return c.staged, nil
}

// line takes the next line of the log.
func (c *logCheck) line(line []byte) error {
	n, v := c.b.Size(), c.v
	var e domain.Event
	err := json.Unmarshal(line, &e)
	again, bad := e.Canonical()
	what := ""
	switch {
	case err != nil:
		what = "it is no event"
	case bad != nil || !bytes.Equal(again, line):
		what = "it is not in the canonical form"
	case int64(e.Seq) != n:
		what = fmt.Sprintf("it is event %d, and event %d belongs there: lines were taken out, put in or moved", e.Seq, n)
	case e.Log != v.Statement.Log:
		what = fmt.Sprintf("it is of log %s, and the package of log %s", e.Log, v.Statement.Log)
	}
	if what != "" {
		v.broken = true
		v.Fault("%s, line %d: %s", fileLog, n+1, what)
		return nil
	}
	if e.Subject == string(v.Statement.Campaign) {
		c.campaign = true
	}
	if e.Type == review.EvStaged {
		var data review.StagedData
		if json.Unmarshal(e.Data, &data) == nil && data.Population == v.Statement.Population {
			c.staged = stagedAt{e.Seq, data.TieOut.Digest}
		}
	}
	if c.held != nil && c.held.Checkpoint.Size == n {
		c.then = c.b.Root()
	}
	if err := c.b.Add(line); err != nil {
		return err
	}
	for c.more && c.proof.Event == n {
		if err := c.proof.Check(c.cp, line); err != nil {
			v.Fault("%s, line %d: %s", fileProofs, c.proofs, sentenceOf(err))
		} else {
			v.Proofs++
			v.proved = append(v.proved, n)
		}
		if err := c.readProof(); err != nil {
			return err
		}
	}
	return nil
}

// readProof reads the next proof, if there is one. They stand in the order of
// events.
func (c *logCheck) readProof() error {
	line, err, ok := c.nextProof()
	if c.more = ok; err != nil || !ok {
		return err
	}
	c.proofs++
	next, err := auditlog.ParseInclusion(line)
	if err != nil {
		return refusedPackage("line %d of its %s is no proof (%s)", c.proofs, fileProofs, sentenceOf(err))
	}
	c.proof = next
	return nil
}

func sentenceOf(err error) string {
	var e *auditlog.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// roots holds the root of the lines against the package's checkpoint and against
// the one held outside.
func (c *logCheck) roots() {
	v, s := c.v, c.v.Statement
	if v.Events != s.Size {
		v.Fault("%s has %d events, %s says %d", fileLog, v.Events, fileStatement, s.Size)
	}
	if v.Events != c.cp.Size || v.Root != c.cp.Root {
		v.Fault("the %d events of %s have the root %s, %s says %s over %d: a line or the checkpoint was changed",
			v.Events, fileLog, v.Root, c.stated, c.cp.Root, c.cp.Size)
	}
	if c.held == nil {
		return
	}
	held := c.held.Checkpoint
	if held.Size == v.Events {
		c.then = v.Root
	}
	found := auditlog.CompareRoot(held, string(s.Log), v.Events, c.then)
	v.Held = found.Message
	switch found.Relation {
	case auditlog.Consistent:
		v.Anchored = v.Anchored || held.Size == v.Events
		if held.Size != v.Events {
			v.Held += fmt.Sprintf(" For the events from %d on it says nothing.", held.Size)
		}
	case auditlog.Shorter:
		c.later()
	default:
		v.Fault("the checkpoint held outside is not of this log: %s", found.Message)
	}
}

// later holds the log against a checkpoint that was taken later.
func (c *logCheck) later() {
	v, held := c.v, c.held.Checkpoint
	if c.held.Proof == nil {
		v.Held = fmt.Sprintf("The checkpoint was taken later, at %d events, and alone says nothing of the first %d. Give --proof too, as countersign log proof --from %d --checkpoint FILE makes it on the database.",
			held.Size, v.Events, v.Events)
		return
	}
	if p := c.held.Proof; p.Log != string(v.Statement.Log) || p.From != v.Events || p.To != held.Size {
		v.Held = fmt.Sprintf("The proof is about log %s and leads from %d to %d events: it says nothing here, where one from %d to %d of log %s is needed.",
			p.Log, p.From, p.To, v.Events, held.Size, v.Statement.Log)
		return
	}
	here := auditlog.Checkpoint{Origin: string(v.Statement.Log), Size: v.Events, Root: v.Root}
	if err := c.held.Proof.Check(here, held); err != nil {
		v.Held = sentenceOf(err)
		v.Fault("the checkpoint held outside does not continue this log: %s", sentenceOf(err))
		return
	}
	v.Anchored = true
	v.Held = fmt.Sprintf("The checkpoint's log, of %d events, begins with exactly these %d.", held.Size, v.Events)
}

// checkPopulation holds the frozen items against the log.
func (p *Package) checkPopulation(v *PackageVerification, staged stagedAt) error {
	if v.broken {
		return nil
	}
	sum, err := p.sum(filePopulation)
	if err != nil {
		return err
	}
	for _, err := range p.Population() {
		if err != nil {
			if domain.CodeOf(err) != domain.Invalid {
				return err
			}
			v.broken = true
			v.Fault("%v", err)
			return nil
		}
		v.Items++
	}
	switch {
	case staged.digest == "":
		v.broken = true
		v.Fault("no event of %s froze the items %s", fileLog, v.Statement.Population)
	case staged.digest != sum:
		v.Fault("%s has the SHA-256 %s, event %d of the log froze items with %s: an item was changed, added or removed", filePopulation, sum, staged.seq, staged.digest)
	}
	return nil
}
