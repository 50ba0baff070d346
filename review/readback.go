package review

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/domain"
)

// RowKind says what becomes of a row of a packet workbook that is read back.
type RowKind string

// The kinds. A row that is neither accepted nor unchanged is refused.
const (
	RowAccepted  RowKind = "accepted"    // it becomes a decision
	RowUnchanged RowKind = "unchanged"   // no answer in it, or the one that stands
	RowStale     RowKind = "stale"       // something moved since the workbook was made
	RowAltered   RowKind = "altered"     // a locked cell or the fingerprint is not what was exported
	RowIllegal   RowKind = "illegal"     // no legal answer, or without the reason it needs
	RowOwn       RowKind = "self-review" // the reviewer's own access, or of whoever reads it back
	RowDuplicate RowKind = "duplicate"   // rows that contradict each other
	RowNotYours  RowKind = "not yours"   // of a packet or item that is not the reviewer's, or not for the actor to enter
)

// RowKinds lists them in the order in which they are counted.
func RowKinds() []RowKind {
	return []RowKind{RowAccepted, RowUnchanged, RowStale, RowAltered, RowIllegal, RowOwn, RowDuplicate, RowNotYours}
}

// Refused tells whether a row of the kind stands in the way.
func (k RowKind) Refused() bool { return k != RowAccepted && k != RowUnchanged }

// ReadRow is one row of a file, as it was read.
type ReadRow struct {
	File     int    // which of the files, from 0
	Place    string // in it: "line 7", "Items!7"
	Item     string
	Packet   string
	Mark     string   // the fingerprint
	Shown    []string // as ShownColumns
	Decision string
	Reason   string
	Formulas []string // columns whose cell is a formula
	Fault    string   // why the row cannot be read, a sentence's end; "" where it can
	Typed    bool     // the fault is of a cell that takes typing
}

// Judged is a row with what becomes of it.
type Judged struct {
	File     int
	Place    string
	Campaign domain.ID
	Reviewer domain.ID
	Item     int // 0: it names none
	Holder   string
	Target   string
	Kind     RowKind
	Why      string // of an accepted row what it does, else why not

	key       packetRound
	input     DecisionInput
	situation Situation
	workbook  string
	highRisk  bool
	shares    []int // high-risk items on record that have its reason
}

// Reading judges the rows of packet workbooks against one picture of the
// store. It writes nothing.
type Reading struct {
	tx       Tx
	roots    Roots
	by       domain.ID
	files    []ReadFile
	only     domain.ID // the campaign that is meant, empty: what the rows say
	org      *domain.Org
	now      time.Time
	head     Head
	known    map[domain.Holder][]domain.ID
	books    map[string]*readBook
	events   map[domain.Seq]DecidedData
	judged   []Judged
	accepted map[string]int                 // by packet and item, the row that answered first
	reasons  map[packetRound]map[string]int // by folded reason, the high-risk row that gave it first
	given    map[packetRound]*givenReasons  // those on record
}

// packetRound is what one act of reading back is about.
type packetRound struct {
	campaign domain.ID
	reviewer domain.ID
	stage    int
	round    int
}

// readBook is the workbook a row says it is of, and the packet as it stands.
type readBook struct {
	PacketBook
	packet Packet
	may    error // why the actor may not enter it
	fault  string
	then   bool // Org is that of the book's event
}

// NewReading begins to judge the rows of files, read back by somebody; only,
// where set, is the one campaign that is meant.
func NewReading(tx Tx, roots Roots, by domain.ID, files []ReadFile, only domain.ID) (*Reading, error) {
	r := &Reading{tx: tx, roots: roots, by: by, files: slices.Clone(files), only: only, now: tx.Now(), known: map[domain.Holder][]domain.ID{},
		books: map[string]*readBook{}, events: map[domain.Seq]DecidedData{}, accepted: map[string]int{},
		reasons: map[packetRound]map[string]int{}, given: map[packetRound]*givenReasons{}}
	var err error
	if r.org, err = tx.Org(); err != nil {
		return nil, err
	}
	r.head, err = tx.Log()
	return r, err
}

// verdict is a row's kind with its reason: what a check ends with.
type verdict struct {
	kind RowKind
	why  string
}

func (v *verdict) Error() string { return string(v.kind) + ": " + v.why }

func rowIs(k RowKind, format string, args ...any) error {
	return &verdict{k, fmt.Sprintf(format, args...)}
}

// rowFor makes a row's verdict of a use case's refusal.
func rowFor(k RowKind, err error) error {
	if e := asError(err); e != nil && e.Code != domain.Internal {
		return &verdict{k, e.Message}
	}
	return err
}

// Judge judges a row and keeps what becomes of it. An error is of the store.
func (r *Reading) Judge(row ReadRow) error {
	j := Judged{File: row.File, Place: row.Place}
	err := r.judge(row, &j)
	var v *verdict
	if errors.As(err, &v) {
		j.Kind, j.Why, err = v.kind, v.why, nil
	}
	if err != nil {
		return err
	}
	if j.Kind == RowAccepted {
		r.once(&j)
	}
	if j.Kind == RowAccepted && j.highRisk {
		if err := r.ownReason(&j); err != nil {
			return err
		}
	}
	r.judged = append(r.judged, j)
	return nil
}

func (r *Reading) judge(row ReadRow, j *Judged) error {
	switch {
	case row.Fault != "" && row.Typed:
		return rowIs(RowIllegal, "%s", row.Fault)
	case row.Fault != "":
		return rowIs(RowAltered, "%s", row.Fault)
	}
	b, err := r.bookOf(row)
	if err != nil {
		return err
	}
	j.Campaign, j.Reviewer = b.Campaign.ID, b.Reviewer
	j.key = packetRound{b.Campaign.ID, b.Reviewer, b.Stage, b.Round}
	it, own, err := r.item(b, row.Item)
	if err != nil {
		return err
	}
	j.Item, j.Holder, j.Target = it.No, it.Holder, it.Target
	stood, err := r.asShown(b, it, row)
	if err != nil {
		return err
	}
	if strings.TrimSpace(row.Decision) == "" && strings.TrimSpace(row.Reason) == "" && !slices.Contains(row.Formulas, ColumnDecision) {
		return rowIs(RowUnchanged, "no answer in it")
	}
	if b.may != nil {
		return rowFor(RowNotYours, b.may)
	}
	if !own {
		return rowIs(RowNotYours, "item %d is for %s to review now", it.No, r.name(it.Reviewer))
	}
	if err := r.notOwn(it, b.Reviewer); err != nil {
		return err
	}
	return r.answered(b, it, row, stood, j)
}

// answered judges what a row of the reviewer's own says.
func (r *Reading) answered(b *readBook, it Item, row ReadRow, stood Situation, j *Judged) error {
	for _, c := range row.Formulas {
		if c == ColumnDecision || c == ColumnReason {
			return rowIs(RowIllegal, "the cell %s holds a formula: write the words themselves", c)
		}
	}
	answer, level, wrong := ParseChoice(it, row.Decision)
	if strings.TrimSpace(row.Decision) == "" {
		wrong = domain.Errorf(domain.Invalid, "a reason is given, and no decision")
	}
	in := DecisionInput{Item: it.No, Answer: answer, Level: level, Reason: strings.TrimSpace(row.Reason)}
	if wrong == nil && sameAnswer(it, in) {
		return rowIs(RowUnchanged, "%s already", AnswerWords(it.Decision.Answer, it.Decision.Level, it.Holding.Ladder()))
	}
	if err := r.stillStands(b, it, row, stood); err != nil {
		return err
	}
	if wrong != nil {
		return rowFor(RowIllegal, wrong)
	}
	d, err := judgeDecision(b.Campaign, it, in)
	if err == nil && it.HighRisk && d.Reason == "" {
		err = needsOwnReason(it, d)
	}
	if err == nil && len([]rune(d.Reason)) > mostShown {
		err = domain.Errorf(domain.Invalid, "the reason has %d characters, %d is the most", len([]rune(d.Reason)), mostShown)
	}
	if err != nil {
		return rowFor(RowIllegal, err)
	}
	j.Kind, j.input, j.situation, j.workbook = RowAccepted, in, SituationOf(r.org, it), b.ID()
	j.highRisk = it.HighRisk
	j.Why = AnswerWords(d.Answer, d.Level, it.Holding.Ladder())
	if it.Decision.Answer != Silent {
		j.Why += ", was " + AnswerWords(it.Decision.Answer, it.Decision.Level, it.Holding.Ladder())
	}
	if d.Reason != "" {
		j.Why += ": " + d.Reason
	}
	return nil
}

// sameAnswer tells whether an input says what stands.
func sameAnswer(it Item, in DecisionInput) bool {
	d := it.Decision
	return d.Answer != Silent && d.Answer == in.Answer && (d.Answer != Reduce || d.Level == in.Level) && d.Reason == in.Reason
}

func (r *Reading) name(id domain.ID) string {
	if id == "" {
		return "nobody"
	}
	return r.org.Name(domain.KindPrincipal, id)
}

// notOwn is what the use case refuses as "own-access".
func (r *Reading) notOwn(it Item, reviewer domain.ID) error {
	now := subjectsNow(r.org, it, r.now, r.known)
	who := reviewer
	own := SoleSubject(r.org, it.Holding, it.Subjects, who) || SoleSubject(r.org, it.Holding, now, who)
	if !own && r.by != reviewer {
		who = r.by
		own = slices.Contains(it.Subjects, who) || slices.Contains(now, who)
	}
	if own {
		return rowIs(RowOwn, "it is %s's own access", r.name(who))
	}
	return nil
}

// bookOf gives the workbook that a row says it is of.
func (r *Reading) bookOf(row ReadRow) (*readBook, error) {
	at, round, ok := readFingerprint(row.Mark)
	key := strings.TrimSpace(row.Packet)
	parts := strings.Split(key, "/")
	if !ok || len(parts) != 3 {
		return nil, rowIs(RowAltered, "the fingerprint or the packet's name is not one that was exported")
	}
	key += fmt.Sprintf(" %d %d", at, round)
	if b := r.books[key]; b != nil {
		if b.fault != "" {
			return nil, rowIs(RowNotYours, "%s", b.fault)
		}
		return b, nil
	}
	stage, err := strconv.Atoi(parts[1])
	if err != nil || int64(at) >= r.head.Size {
		return nil, rowIs(RowAltered, "the fingerprint or the packet's name is not one that was exported")
	}
	b := &readBook{PacketBook: PacketBook{Reviewer: domain.ID(parts[2]), Stage: stage, Round: round, Event: at, Log: r.head.Log, tx: r.tx,
		Org: r.org, given: map[domain.Seq]string{}}}
	b.Campaign, err = r.tx.Campaign(domain.ID(parts[0]))
	switch {
	case domain.CodeOf(err) == domain.NotFound || err == nil && b.Campaign.ID != domain.ID(parts[0]):
		b.fault = "it is of a campaign that this database does not have"
	case err != nil:
		return nil, err
	case r.only != "" && b.Campaign.ID != r.only:
		b.fault = fmt.Sprintf("it is of the campaign %q", b.Campaign.Name)
	case b.Campaign.Population == "":
		b.fault = fmt.Sprintf("the campaign %q has no items", b.Campaign.Name)
	default:
		if b.packet, err = r.tx.Packet(b.Campaign.ID, stage, b.Reviewer); err != nil {
			return nil, err
		}
		if b.Root, err = r.roots(int64(at) + 1); err != nil {
			return nil, err
		}
		if b.may, err = r.mayEnter(b); err != nil {
			return nil, err
		}
	}
	r.books[key] = b
	if b.fault != "" {
		return nil, rowIs(RowNotYours, "%s", b.fault)
	}
	return b, nil
}

// mayEnter says why the packet's decisions are not to be read back, and asks who
// could check them only while they could be written.
func (r *Reading) mayEnter(b *readBook) (why, err error) {
	err = entersFor(r.org, b.Campaign, r.by, b.Reviewer, r.now)
	if err == nil && b.Campaign.State == Active && b.Campaign.Stage == b.Stage {
		err = MayEnter(r.tx, r.org, b.Campaign, r.by, b.Reviewer)
	}
	if asError(err) != nil {
		return err, nil
	}
	return nil, err
}

// item gives the item that a row names, and whether it is the reviewer's.
func (r *Reading) item(b *readBook, text string) (Item, bool, error) {
	no, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(text), ".0"))
	if err != nil || no < 1 {
		return Item{}, false, rowIs(RowAltered, "%q is no item's number", text)
	}
	if b.Stage == b.Campaign.Stage && b.Campaign.State == Active {
		own, err := r.tx.Items(ItemQuery{Campaign: b.Campaign.ID, Stage: b.Stage, Reviewer: b.Reviewer, No: no})
		if err != nil || len(own) > 0 {
			return append(own, Item{})[0], true, err
		}
	}
	it, err := r.tx.Item(b.Campaign.ID, no)
	if domain.CodeOf(err) == domain.NotFound {
		return it, false, rowIs(RowAltered, "there is no item %d in %q", no, b.Campaign.Name)
	}
	return it, b.Stage != b.Campaign.Stage || b.Campaign.State != Active, err
}

// once takes an item's answer the first time it is given; the same again
// changes nothing, and another one makes duplicates of both.
func (r *Reading) once(j *Judged) {
	key := fmt.Sprintf("%s/%d/%s/%d", j.Campaign, j.key.stage, j.Reviewer, j.Item)
	at, twice := r.accepted[key]
	if !twice {
		r.accepted[key] = len(r.judged)
		return
	}
	first := &r.judged[at]
	where := first.Place
	if first.File != j.File {
		where = r.files[first.File].Name + ", " + where
	}
	if first.Kind == RowAccepted && first.input == j.input && first.key == j.key {
		j.Kind, j.Why = RowUnchanged, "said already: "+where
		return
	}
	j.Kind, j.Why = RowDuplicate, "answered otherwise: "+where
	if first.Kind == RowAccepted {
		also := j.Place
		if first.File != j.File {
			also = r.files[j.File].Name + ", " + also
		}
		first.Kind, first.Why = RowDuplicate, "answered otherwise: "+also
	}
}

// Rows gives what becomes of each row, in the order they were judged, once all
// of them are.
func (r *Reading) Rows() []Judged {
	r.settle()
	return r.judged
}

// Len gives how many were judged so far.
func (r *Reading) Len() int { return len(r.judged) }

// File gives one of the files that are read.
func (r *Reading) File(i int) ReadFile { return r.files[i] }

// Counts gives how many rows are of each kind.
func (r *Reading) Counts() map[RowKind]int {
	n := map[RowKind]int{}
	for _, j := range r.Rows() {
		n[j.Kind]++
	}
	return n
}

// EntryAct is what one act of reading back writes: Enter's arguments.
type EntryAct struct {
	Campaign domain.ID
	Entry    Entry
	Inputs   []DecisionInput
}

// Acts makes the acts of the accepted rows, one a packet, in the order in which
// the packets came.
func (r *Reading) Acts() []EntryAct {
	var out []EntryAct
	at := map[packetRound]int{}
	for _, j := range r.Rows() {
		if j.Kind != RowAccepted {
			continue
		}
		i, ok := at[j.key]
		if !ok {
			i = len(out)
			at[j.key] = i
			out = append(out, EntryAct{Campaign: j.Campaign, Entry: Entry{Reviewer: j.Reviewer, Stage: j.key.stage, Round: j.key.round, Situations: map[int]Situation{}}})
		}
		a := &out[i]
		a.Inputs = append(a.Inputs, j.input)
		a.Entry.Situations[j.Item] = j.situation
		a.Entry.count(r.files[j.File], j.workbook)
	}
	return out
}

// count adds a row to the file it was read from.
func (e *Entry) count(f ReadFile, workbook string) {
	for i := range e.Files {
		if e.Files[i].SHA256 == f.SHA256 && e.Files[i].Workbook == workbook {
			e.Files[i].Rows++
			return
		}
	}
	f.Workbook, f.Rows = workbook, 1
	e.Files = append(e.Files, f)
}
