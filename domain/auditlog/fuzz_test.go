package auditlog

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// A text that parses is written back to the byte, and no text makes the parser
// panic or fail without a code.
func FuzzParse(f *testing.F) {
	a := newPair(f, logID)
	cp := someCheckpoint(f)
	empty := Checkpoint{Origin: "l", Root: EmptyRoot(), Time: time.Unix(1, 5).UTC()}
	f.Add(sign(f, cp))
	f.Add(sign(f, empty))
	f.Add(sign(f, cp, a.signer))
	f.Add(sign(f, empty, a.signer, newPair(f, "b").signer))
	f.Add([]byte(c2spBody + "\n" + c2spSig))
	f.Add([]byte("\n\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data, a.verifier)
		if err != nil {
			if CodeOf(err) == "" {
				t.Fatalf("a refusal without a code: %v", err)
			}
			return
		}
		text, err := s.Text()
		if err != nil || string(text) != string(data) {
			t.Fatalf("read %q, wrote %q, %v", data, text, err)
		}
		if (s.Signing == NotSigned) != (len(s.Signatures) == 0) {
			t.Fatalf("%d signatures, and %v", len(s.Signatures), s.Signing)
		}
		again, err := Parse(text, a.verifier)
		if err != nil || again.Checkpoint != s.Checkpoint {
			t.Fatalf("read %+v, then %+v, %v", s.Checkpoint, again.Checkpoint, err)
		}
	})
}

// A proof that parses is written back the same, and checking it ends.
func FuzzParseProof(f *testing.F) {
	ls := lines(8)
	tab := stored(f, ls)
	cp := held(f, ls)
	for n := range int64(8) {
		in, err := ProveInclusion(logID, 8, n, tab)
		if err != nil {
			f.Fatal(err)
		}
		co, err := ProveConsistency(logID, n, 8, tab)
		if err != nil {
			f.Fatal(err)
		}
		for _, p := range []interface{ JSON() ([]byte, error) }{in, co} {
			data, err := p.JSON()
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Add([]byte(`{"proof":"countersign-inclusion-1","log":"l","size":9007199254740991,"event":9007199254740990,"path":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if in, err := ParseInclusion(data); err == nil {
			text, err := in.JSON()
			again, err2 := ParseInclusion(text)
			if err != nil || err2 != nil || !sameJSON(data, text) || again.Event != in.Event {
				t.Fatalf("read %q, wrote %q, %v, %v", data, text, err, err2)
			}
			stranger := Checkpoint{Origin: in.Log, Size: in.Size, Root: cp.Root}
			if in.Check(stranger, []byte("never logged")) == nil {
				t.Fatalf("%s proves an event that never was", data)
			}
		} else if CodeOf(err) == "" {
			t.Fatalf("a refusal without a code: %v", err)
		}
		if co, err := ParseConsistency(data); err == nil {
			text, err := co.JSON()
			if err != nil || !sameJSON(data, text) {
				t.Fatalf("read %q, wrote %q, %v", data, text, err)
			}
			wrong := Checkpoint{Origin: co.Log, Size: co.From, Root: RecordHash([]byte("no root of this log"))}
			newer := Checkpoint{Origin: co.Log, Size: co.To, Root: cp.Root}
			if co.Check(wrong, newer) == nil {
				t.Fatalf("%s proves a root it cannot", data)
			}
		} else if CodeOf(err) == "" {
			t.Fatalf("a refusal without a code: %v", err)
		}
	})
}

func sameJSON(a, b []byte) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}
