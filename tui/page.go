package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"countersign/tui/action"
	"countersign/tui/theme"
	"countersign/tui/ui"
)

// Page is one screen of the console. It is a pointer that lives from the moment
// it is opened until it is left; its methods are called one after another, never
// at once. It does no slow work in them: that goes into Host.Work.
type Page interface {
	// Init is called once, when the page is opened.
	Init() tea.Cmd
	// Update takes every message that is the page's: the answers to its own
	// commands, keys that no action is on, and keys and pastes while it captures.
	// Answers to commands come to the page that gave the command, in front or not.
	Update(msg tea.Msg) tea.Cmd
	// View draws the page as h lines of exactly w cells.
	View(w, h int) string
	// Title is its place in the trail.
	Title() string
	// Actions are its keys, the widgets' among them.
	Actions() action.Table
}

// These are what a page may offer besides.
type (
	// Capturer takes keys as text while it says so: an input is open.
	Capturer interface{ Capturing() bool }
	// Escaper clears something on esc, the filter before the marks; used is false
	// if there was nothing to clear, and esc leaves the page.
	Escaper interface {
		Esc() (cmd tea.Cmd, used bool)
	}
	// Unsaved says what would be lost by leaving, "" if nothing.
	Unsaved interface{ Unsaved() string }
	// Status stands at the right of the header.
	Status interface{ Status() string }
	// Returner is told when what was opened over it was left, to load what may
	// have changed.
	Returner interface{ Returned() tea.Cmd }
	// Previewer switches its preview; the console's p calls it.
	Previewer interface{ TogglePreview() }
)

// PageSpec registers a page. Pages know each other by ID only.
type PageSpec struct {
	ID    string // "people", "person"
	Title string // in the menu and the palette
	// Key opens the page from anywhere and puts it in the menu: "1". Without a
	// key the page is opened by other pages, with an argument.
	Key string
	// Verb, where set, opens the page from the palette with what is typed after it,
	// which VerbName names: ":import staff.csv". Long says in the palette what for.
	Verb, VerbName, Long string
	// New makes the page for an argument, the ID of what it shows. It only
	// builds: loading is Init's.
	New func(h *Host, arg string) Page
}

// Config is what a console is made of.
type Config struct {
	Product string        // "Countersign"
	Actor   string        // who is acting, for the header
	Banner  string        // always shown when set: "REHEARSAL: people are played with --as"
	Pages   []PageSpec    // the menu in this order; the first is home
	Notice  func() string // more to show on every screen, asked for with each frame; nil: nothing
	First   string        // the page opened over the first one by who left none open; may be empty
	Theme   theme.Options
	Mouse   bool // wheel and click; off leaves the terminal its own selection
	Held    bool // the terminal is asked to mark the keys that are held down
	Still   bool // reduced motion: nothing ticks or moves by itself

	// Now is the clock, handed in by cmd. After gives msg back after d; nil means
	// by a timer.
	Now   func() time.Time
	After func(d time.Duration, msg tea.Msg) tea.Cmd
	// Export writes a table as a file in the format of Formats and gives its path.
	// nil: nothing is exported.
	Export func(ctx context.Context, t Table, format string) (path string, err error)
	// Reports are the names of reports, which the palette's word export opens the page
	// "reports" for.
	Reports []string
	// State is what the person finds again, and Keep keeps it; it is called in
	// commands. Where it is nil nothing is kept, and Forgets, if set, says so once.
	State   State
	Keep    func(ctx context.Context, s State) error
	Forgets string
	// Keys are the person's own; nil means those the actions come with.
	Keys *action.Keymap
	// Finder finds things by name, for the palette; the zero Finder finds nothing.
	Finder Finder
	// Context ends all work of the console with it; nil means none does.
	Context context.Context
}

// Host is what the console does for one page. All its functions take effect at
// once, so that the next key of a burst already meets the new state; they are
// for Update, the functions of actions and those of dialogs, never for commands.
type Host struct {
	*ui.Env
	root  *Root
	entry *entry
}

// Push opens the page with ID over this one, for arg.
func (h *Host) Push(id, arg string) tea.Cmd { return h.root.push(id, arg) }

// Switch leaves all pages for the one with ID; the last view key comes back.
func (h *Host) Switch(id string) tea.Cmd { return h.root.switchTo(id) }

// Actor is who is acting, as the header names them: who signs is said where one signs.
func (h *Host) Actor() string { return h.root.cfg.Actor }

// Pop leaves the page.
func (h *Host) Pop() tea.Cmd { return h.root.back() }

// PopTo leaves the page for the one before, whose list then shows the row with key,
// which was made or changed here.
func (h *Host) PopTo(key string) tea.Cmd {
	cmd := h.root.back()
	if e := h.root.front(); e != nil && e != h.entry && len(e.lists) > 0 {
		cmd = tea.Batch(cmd, e.lists[0].Go(key))
	}
	return cmd
}

// Anew opens every page of the trail again, but the one that asks: what they show is
// another. The last view is forgotten.
func (h *Host) Anew() tea.Cmd { return h.root.anew(h.entry) }

// AnyUnsaved says what would be lost if the other open pages were left, "" if nothing.
func (h *Host) AnyUnsaved() string {
	for _, e := range slices.Concat(h.root.stack, h.root.last) {
		if u, ok := e.page.(Unsaved); ok && e != h.entry && u.Unsaved() != "" {
			return e.title() + ": " + u.Unsaved()
		}
	}
	return ""
}

// Quit leaves the program; it asks if any page has something unsaved.
func (h *Host) Quit() tea.Cmd { return h.root.quit() }

// Key is the first key of one of the page's actions or the console's, as people read
// it, for words that name it; "" where there is none. It is for Update and View.
func (h *Host) Key(id string) string {
	for _, t := range []action.Table{h.entry.page.Actions(), h.root.nav} {
		for _, a := range h.root.cfg.Keys.Apply(t) {
			if a.ID == id && len(a.Keys) > 0 {
				return action.KeyName(a.Keys[0], h.root.look.Load().ASCII)
			}
		}
	}
	return ""
}

// Copy puts s on the person's clipboard, through the terminal.
func (h *Host) Copy(s string) tea.Cmd {
	h.Say("copied")
	return tea.SetClipboard(s)
}

// The same by message, for commands: PushMsg{"person", "usr_7"}.
type (
	// PushMsg opens a page over the one in front.
	PushMsg struct{ ID, Arg string }
	// SwitchMsg leaves all pages for one.
	SwitchMsg struct{ ID string }
	// PopMsg leaves the page in front.
	PopMsg struct{}
	// SayMsg shows a success.
	SayMsg struct{ Text string }
	// FailMsg shows an error until esc.
	FailMsg struct{ Err error }
)

// Deferred is a message that is to be handed on later by whoever runs the
// commands, a test's clock. The root has it keep whose message it carries.
type Deferred interface {
	// Map is the same with f of the message it carries.
	Map(f func(tea.Msg) tea.Msg) tea.Msg
}
