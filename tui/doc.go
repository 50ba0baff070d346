// Package tui is the console: the root model that holds the pages, and what a
// page may ask of it. The widgets are in tui/ui, styles in tui/theme, keys as data
// in tui/action, text made safe in tui/safe, and tui/tuitest drives all of it in
// tests without a terminal.
//
// # To add a page
//
//  1. Make a package tui/NAME. Declare the few reads it needs as an interface of
//     its own, in the words of domain and review. It imports no other page.
//
//  2. Write a pointer type with the five methods of [Page]. Build its widgets and
//     its action table once, in the function that makes it (below).
//
//  3. Init returns list.Init(); Update gives panes.Update what it does not know;
//     View is panes.View, for ui.NewPanes knows where the list and its details
//     were drawn: a click is for what is under it. Details are lines of spans drawn by ui.Block. Hand in plain strings: the
//     widgets make them safe and a theme.Role styles them.
//
//  4. Offer what fits of [Capturer] and [Escaper] (both: ask the list), [Unsaved],
//     [Status] and [Previewer].
//
//  5. Register it in cmd as a [PageSpec]; others open it with h.Push("person", id).
//
//  6. Test it with tuitest: golden frames at 200×50, 80×24 and 60×15, a Fuzz, and
//     root.Actions().Check().
//
// The function of step 2:
//
//	func New(reads Reads) func(h *tui.Host, arg string) tui.Page {
//		return func(h *tui.Host, arg string) tui.Page {
//			p := &page{h: h, id: arg}
//			p.list = ui.NewList(h.Env, ui.Config{What: "people", Columns: columns, Source: source{reads}, Enter: p.open})
//			p.panes = ui.NewPanes(h.Env, ui.PanesConfig{Main: p.list, Detail: p.details})
//			p.actions = append(action.Table{
//				{ID: "people.revoke", Keys: []string{"D"}, Help: "revoke", Scope: "people", Hint: 1, Off: p.whyNot, Do: p.askRevoke},
//			}, p.panes.Actions()...)
//			return p
//		}
//	}
//
// What a list of the page is filtered and sorted by, and where it was left, is
// remembered by itself, for the page and the argument it is opened with; a page that
// learns only later what it is about calls h.About. A page whose keys differ by tab
// offers [Screener]. An action that can be told in the palette what it would ask for
// has [action.Action.Takes].
//
// # What to keep to
//
// No slow work in Update or View: it goes into h.Work(label, fn), whose message
// comes back to the page that asked, in front or not, and not at all once it was
// left. The console shows the label and the time and esc cancels the context.
//
// A dialog is opened with h.Open(ui.NewConfirm(…)), at once, so that the next key
// of a burst is the dialog's. Capture what it is about when it is asked
// (list.Targets()), and let Do act on that.
//
// An action with Decision goes through the repeat guard: one press, one decision.
// Never decide from Update on a raw key, nor on enter or an arrow.
//
// Words that name a key ask h.Key for it: people have keys of their own.
//
// A success is h.Say(text), an error h.Fail(err), whose text is a sentence: what
// is wrong with which thing, and what to do.
//
// Host's functions are for Update, actions and dialogs; a command returns
// [PushMsg], [SayMsg] or [FailMsg] instead.
package tui
