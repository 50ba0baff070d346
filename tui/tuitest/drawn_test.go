package tuitest

import "testing"

// What is left over, or has another style, is found; what is drawn well is not.
func TestDrawnFindsWhatIsLeftOver(t *testing.T) {
	d := NewDrawn(6, 2)
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, frame := range []string{"abcdef\nghijkl", "\x1b[7mabc\x1b[m株 \nghijkl", "abc   \n\x1b[1mg\x1b[m株jkl", "      \n      "} {
		if fault, err := d.Frame(frame, 6, 2); fault != "" || err != nil {
			t.Errorf("%q: %s %v", frame, fault, err)
		}
	}
	if fault, err := d.Frame("abcd\nefgh", 4, 2); fault != "" || err != nil {
		t.Errorf("after a resize: %s %v", fault, err)
	}
	for name, spoil := range map[string]string{"a cell": "\x1b[1;1HX", "a style": "\x1b[2;2H\x1b[7mf\x1b[m"} {
		if _, err := d.term.WriteString(spoil); err != nil {
			t.Fatal(err)
		}
		if fault, err := d.Frame("abcd\nefgh", 4, 2); fault == "" || err != nil {
			t.Errorf("%s left over is not found: %v", name, err)
		}
		if _, err := d.term.WriteString("\x1b[1;1Habcd\x1b[2;1Hefgh"); err != nil {
			t.Fatal(err)
		}
	}
}
