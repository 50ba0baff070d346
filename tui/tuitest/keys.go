package tuitest

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// special are the keys with names.
var special = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6, "f7": tea.KeyF7, "f8": tea.KeyF8,
	"f9": tea.KeyF9, "f10": tea.KeyF10, "f11": tea.KeyF11, "f12": tea.KeyF12,
}

// Key is the message of pressing the key with name, as KeyPressMsg.String names
// it. It panics at a name it does not know: that is a fault of the test.
func Key(name string) tea.KeyPressMsg {
	if name == "space" || name == " " {
		return tea.KeyPressMsg{Code: ' ', Text: " "}
	}
	var mod tea.KeyMod
	rest := name
	for prefix, m := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt, "shift+": tea.ModShift} {
		if len(rest) > len(prefix) {
			if r, ok := strings.CutPrefix(rest, prefix); ok {
				rest, mod = r, mod|m
			}
		}
	}
	if code, ok := special[rest]; ok {
		return tea.KeyPressMsg{Code: code, Mod: mod}
	}
	r, n := utf8.DecodeRuneInString(rest)
	if n != len(rest) {
		panic("no key is called " + name)
	}
	k := tea.KeyPressMsg{Code: r, Mod: mod}
	if mod == 0 {
		k.Text = rest
		if unicode.IsUpper(r) {
			k.Code, k.ShiftedCode, k.Mod = unicode.ToLower(r), r, tea.ModShift
		}
	}
	return k
}

// Held is the key as a terminal that knows tells it while it is held down.
func Held(name string) tea.KeyPressMsg {
	k := Key(name)
	k.IsRepeat = true
	return k
}

// Paste is the message of a paste of text.
func Paste(text string) tea.PasteMsg { return tea.PasteMsg{Content: text} }

// commands takes a batch or a sequence apart.
func commands(msg tea.Msg) ([]tea.Cmd, bool) {
	if msg == nil {
		return nil, false
	}
	v := reflect.ValueOf(msg)
	if v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return nil, false
	}
	out := make([]tea.Cmd, v.Len())
	for i := range out {
		out[i], _ = v.Index(i).Interface().(tea.Cmd)
	}
	return out, true
}
