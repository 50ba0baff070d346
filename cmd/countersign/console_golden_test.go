package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/domain"
	"countersign/review"
	"countersign/testdata/demo"
	"countersign/tui"
	"countersign/tui/importpage"
	"countersign/tui/theme"
	"countersign/tui/tuitest"
)

// shot is a screen that is held: who looks at which page, on the demo played until a
// chapter, after which keys.
type shot struct {
	name    string // of its file
	page    string
	arg     string // "" for what pageArgs has
	until   string // "decided" where nothing is said
	who     string // helen.osei
	before  func(t *testing.T, s *session)
	keys    []string
	typed   string // after the keys
	picture string // of the README, "" for none
}

// shots are every page the program registers, each once at least, and the dialogs in
// which something is signed, decided or put forward.
func shots(pages []tui.PageSpec) []shot {
	special := map[string]shot{
		"home":        {until: "launched"},
		"review":      {until: "launched"},
		"approvals":   {who: "jonas.weber"},
		"packet":      {who: "jonas.weber", picture: "packet"},
		"campaigns":   {who: "ana.ferreira", until: "launched"},
		"campaign":    {who: "ana.ferreira", picture: "campaign"},
		"worklist":    {who: "ana.ferreira", until: "signed-off", before: remediate, picture: "worklist"},
		"plan":        {who: "ana.ferreira", until: "launched"},
		"keys":        {who: "mira.lindqvist", picture: "keys"},
		"sources":     {who: "mira.lindqvist"},
		"policy":      {who: "mira.lindqvist", picture: "policy"},
		"who":         {picture: "who"},
		"why":         {picture: "why"},
		"reports":     {who: "idris.bello", picture: "reports"},
		"start":       {who: "mira.lindqvist", picture: "start"},
		"import-file": {arg: homeFolder + "/people.csv", who: "mira.lindqvist"},
		"import":      {who: "mira.lindqvist"},
	}
	var out []shot
	for _, spec := range pages {
		sh := special[spec.ID]
		sh.name, sh.page = spec.ID, spec.ID
		out = append(out, sh)
	}
	return append(out,
		shot{name: "dialog-charts", page: "campaigns", who: "ana.ferreira", keys: []string{"b", "8"}, picture: "charts"},
		shot{name: "dialog-bulk", page: "review", until: "launched", keys: []string{"space", "space", "space", "D"}},
		shot{name: "dialog-countersign", page: "approvals", who: "jonas.weber", keys: []string{"a"}},
		shot{name: "dialog-return", page: "packet", who: "jonas.weber", keys: []string{"space", "b"}},
		shot{name: "dialog-propose", page: "areas", who: "mira.lindqvist", keys: []string{"G", "2", "w"}},
		shot{name: "dialog-bind", page: "people", who: "mira.lindqvist", keys: []string{"B"}},
		shot{name: "dialog-duty", page: "people", who: "mira.lindqvist", keys: []string{"u", "enter"}},
		shot{name: "dialog-separation", page: "separations", who: "mira.lindqvist", keys: []string{"n"}, typed: "Build and release"},
		shot{name: "dialog-settings", page: "settings", who: "mira.lindqvist", keys: []string{"e"}},
		shot{name: "dialog-help", page: "review", until: "launched", keys: []string{"?"}},
		shot{name: "dialog-palette", page: "review", until: "launched", keys: []string{":"}, typed: "dan"},
		shot{name: "dialog-sign", page: "review", until: "launched", before: decideAll, keys: []string{"F"}}, // the last: it decides
	)
}

// decideAll answers whatever is left of the actor's items.
func decideAll(t *testing.T, s *session) {
	t.Helper()
	var in []review.DecisionInput
	var campaign review.Campaign
	if err := s.view(func(tx review.Tx) error {
		all, err := tx.Campaigns()
		if err != nil {
			return err
		}
		campaign = all[0]
		items, err := tx.Items(review.ItemQuery{Campaign: campaign.ID, Reviewer: s.actor.Principal})
		for _, it := range items {
			if it.Decision.Answer == review.Silent {
				in = append(in, review.DecisionInput{Item: it.No, Answer: review.Abstain, Reason: "for another to say"})
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, one := range in {
		if _, err := s.svc.Decide(s.ctx, s.actor, campaign.ID, []review.DecisionInput{one}); err != nil && ruleOf(err) != "own-access" {
			t.Fatal(err)
		}
	}
}

// remediate makes the signed decisions true, as far as that is done here.
func remediate(t *testing.T, s *session) {
	t.Helper()
	if _, err := s.svc.Remediate(s.ctx, s.actor, domain.ID(pageArgs(t, s)["campaign"])); err != nil {
		t.Fatal(err)
	}
}

// Every page is drawn as its golden file has it, in two sizes, in colours and without:
// the text, and in which style each cell is. A page without a file fails, and so does a
// file without a page. The README's pictures are drawn of the same screens.
func TestEveryPageIsDrawnAsItWas(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	goldens, pictures := filepath.Join(here, "testdata", "pages"), filepath.Join(here, "..", "..", "tui", "pictures")
	files := filesAtHome(t)
	demos, opened := map[string]*session{}, map[string]*everyPage{}
	open := func(t2 *testing.T, sh shot) *everyPage {
		t2.Helper()
		until, who := orElse(sh.until, "decided"), orElse(sh.who, "helen.osei")
		if demos[until] == nil {
			demos[until] = demoUntil(t, until)
		}
		p := opened[until+" "+who]
		if p == nil {
			p = gateEveryPage(t, openAs(t, demos[until].env, who))
			p.edit = func(cfg *tui.Config) {
				cfg.Keep, cfg.State = nil, tui.State{}
				atHome(p.s, files, cfg.Pages)
			}
			opened[until+" "+who] = p
		}
		if sh.before != nil {
			sh.before(t2, p.s)
		}
		return p
	}
	t.Chdir(t.TempDir())
	all := shots(consolePages(&session{env: &env{}}))
	for i, sh := range all {
		if testing.Short() && i%5 != 0 {
			continue
		}
		t.Run(sh.name, func(t *testing.T) {
			p := open(t, sh)
			texts, styles := map[string]string{}, map[string]string{}
			for _, kind := range []theme.Kind{theme.Dark, theme.NoColour} {
				o := theme.Options{Kind: kind}
				p.open(t, o, 200, 50)
				p.show(sh)
				for _, size := range [][2]int{{200, 50}, {80, 24}} {
					p.Resize(size[0], size[1])
					p.Advance(time.Minute)
					p.Sound()
					at := fmt.Sprintf("%dx%d %s", size[0], size[1], kind)
					texts[at], styles[at] = p.Frame(), tuitest.Styles(p.FrameStyled(), size[0], size[1], o)
				}
				if sh.picture != "" && kind == theme.Dark {
					p.Resize(140, 36)
					p.Advance(time.Minute)
					p.PictureIn(pictures, sh.picture)
				}
			}
			tuitest.GoldenIn(t, goldens, sh.name, recorded(texts, styles))
		})
	}
	tuitest.GoldenIn(t, goldens, "palette", tuitest.Palette(theme.Options{Kind: theme.Dark}))
	noStrayGoldens(t, goldens, all)
}

// recorded is what a golden file holds: each size with its text, which is the same in
// every look or told apart, and the styles of each look.
func recorded(texts, styles map[string]string) string {
	var b strings.Builder
	for _, size := range []string{"200x50", "80x24"} {
		dark, none := size+" dark", size+" none"
		fmt.Fprintf(&b, "=== %s\n%s--- dark\n%s", size, texts[dark], styles[dark])
		if texts[none] != texts[dark] {
			fmt.Fprintf(&b, "--- without colour it reads\n%s", texts[none])
		}
		fmt.Fprintf(&b, "--- without colour\n%s", styles[none])
	}
	return b.String()
}

// show opens the page of a shot and presses its keys.
func (p *everyPage) show(sh shot) {
	arg := orElse(sh.arg, p.args[sh.page])
	i := slices.IndexFunc(p.cfg.Pages, func(s tui.PageSpec) bool { return s.ID == sh.page })
	if arg == "" && p.cfg.Pages[i].Key != "" {
		p.Send(tui.SwitchMsg{ID: sh.page})
	} else {
		p.Send(tui.PushMsg{ID: sh.page, Arg: arg})
	}
	p.Advance(time.Minute) // all it asked for is there
	p.Keys(sh.keys...)
	p.Type(sh.typed)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// noStrayGoldens fails at a file that no shot has.
func noStrayGoldens(t *testing.T, dir string, all []shot) {
	t.Helper()
	there, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range there {
		name := strings.TrimSuffix(f.Name(), ".golden")
		if name == "palette" || slices.ContainsFunc(all, func(sh shot) bool { return sh.name == name }) {
			continue
		}
		if flag.Lookup("update").Value.String() != "true" {
			t.Errorf("testdata/pages/%s is of no page; run the test with -update to be rid of it", f.Name())
		} else if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
			t.Error(err)
		}
	}
}

// homeFolder is what the folder of files to import is called on the screen, wherever
// the test has it.
const homeFolder = "/home/mira/files"

// filesAtHome makes a folder of files to import, of the same age in every run.
func filesAtHome(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"people.csv", "groups.csv", "agents.csv"} {
		raw, err := demo.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, demoStart, demoStart); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// atHome has the pages of imports find the files of dir under homeFolder.
func atHome(s *session, dir string, pages []tui.PageSpec) {
	d := importDesk{orgDesk{s: s}}
	reads := renamed{d, dir}
	for i := range pages {
		switch pages[i].ID {
		case "import":
			pages[i].New = importpage.New(reads)
		case "import-file":
			pages[i].New = importpage.NewFile(reads, d)
		}
	}
}

// renamed is the files of a folder under another name.
type renamed struct {
	importDesk
	dir string
}

func (r renamed) there(path string) string {
	if path == "" {
		return r.dir
	}
	return strings.Replace(path, homeFolder, r.dir, 1)
}

func (r renamed) here(path string) string {
	if path == filepath.Dir(r.dir) {
		return filepath.Dir(homeFolder)
	}
	return strings.Replace(path, r.dir, homeFolder, 1)
}

func (r renamed) Folder(ctx context.Context, path string, hidden bool) (importpage.Folder, error) {
	f, err := r.importDesk.Folder(ctx, r.there(path), hidden)
	f.Path, f.Parent = r.here(f.Path), r.here(f.Parent)
	for i := range f.Entries {
		f.Entries[i].Path = r.here(f.Entries[i].Path)
	}
	return f, err
}

func (r renamed) File(ctx context.Context, ask importpage.Ask) (importpage.File, error) {
	ask.Path = r.there(ask.Path)
	f, err := r.importDesk.File(ctx, ask)
	f.Path = r.here(f.Path)
	return f, err
}

func (r renamed) Plan(ctx context.Context, ask importpage.Ask, tell func(done, total int64)) (importpage.Preview, error) {
	ask.Path = r.there(ask.Path)
	return r.importDesk.Plan(ctx, ask, tell)
}

// Every picture is linked from the README, and every link has its picture.
func TestEveryPictureIsInTheREADME(t *testing.T) {
	raw, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	all, err := filepath.Glob("../../tui/pictures/*.svg")
	if err != nil || len(all) == 0 {
		t.Fatal("no pictures: ", err)
	}
	for _, path := range all {
		if link := "(tui/pictures/" + filepath.Base(path) + ")"; !strings.Contains(string(raw), link) {
			t.Errorf("the README links %s nowhere", link)
		}
	}
	for _, part := range strings.Split(string(raw), "](tui/pictures/")[1:] {
		name, _, _ := strings.Cut(part, ")")
		if !slices.Contains(all, filepath.Join("..", "..", "tui", "pictures", name)) {
			t.Errorf("the README shows %s, which is not there", name)
		}
	}
}
