package auditlog

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

type pair struct {
	signer   note.Signer
	verifier note.Verifier
}

func newPair(t testing.TB, name string) pair {
	t.Helper()
	keys, err := GenerateKeys(name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSigner(keys.Private)
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewVerifier(keys.Public)
	if err != nil {
		t.Fatal(err)
	}
	return pair{s, v}
}

func sign(t testing.TB, cp Checkpoint, signers ...note.Signer) []byte {
	t.Helper()
	text, err := Format(cp, signers...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func someCheckpoint(t testing.TB) Checkpoint {
	t.Helper()
	cp, err := NewCheckpoint(logID, 12, RecordHash([]byte("x")), time.Date(2026, 7, 1, 8, 30, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return cp
}

// Who reads what: texts signed by nobody, by a, by a and b; readers who know
// nobody, a, b, or a stranger of a's name.
func TestWhoSigned(t *testing.T) {
	a, b, impostor := newPair(t, "a"), newPair(t, "b"), newPair(t, "a")
	cp := someCheckpoint(t)
	unsigned, byA, byBoth := sign(t, cp), sign(t, cp, a.signer), sign(t, cp, a.signer, b.signer)
	knows := func(v ...note.Verifier) []note.Verifier { return v }
	for _, tt := range []struct {
		name  string
		text  []byte
		known []note.Verifier
		want  Signing
		open  Code // what Open says; "" opens
	}{
		{"unsigned, knows nobody", unsigned, nil, NotSigned, Unsigned},
		{"unsigned, knows a", unsigned, knows(a.verifier), NotSigned, Unsigned},
		{"by a, knows nobody", byA, nil, SignedByUnknown, UnknownKey},
		{"by a, knows a", byA, knows(a.verifier), SignedByKnown, ""},
		{"by a, knows b", byA, knows(b.verifier), SignedByUnknown, UnknownKey},
		{"by a, knows another of that name", byA, knows(impostor.verifier), SignedByUnknown, UnknownKey},
		{"by a, knows both of that name", byA, knows(impostor.verifier, a.verifier), SignedByKnown, ""},
		{"by both, knows b", byBoth, knows(b.verifier), SignedByKnown, ""},
		{"by both, knows both", byBoth, knows(a.verifier, b.verifier), SignedByKnown, ""},
	} {
		s, err := Parse(tt.text, tt.known...)
		if err != nil || s.Signing != tt.want || s.Checkpoint != cp {
			t.Errorf("%s: %v, %v, want %v", tt.name, s.Signing, err, tt.want)
		}
		if text, err := s.Text(); err != nil || string(text) != string(tt.text) {
			t.Errorf("%s: written back as %q, %v", tt.name, text, err)
		}
		known := 0
		for _, sig := range s.Signatures {
			if sig.Known {
				known++
			}
		}
		if (known > 0) != (tt.want == SignedByKnown) || known > len(tt.known) {
			t.Errorf("%s: %d signatures are marked known", tt.name, known)
		}
		_, err = Open(tt.text, tt.known...)
		wantCode(t, tt.name+", opened", err, tt.open)
		if tt.open == "" && err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// Each byte of a signed text, changed, makes it one that does not open: the
// signature is over every byte of the body.
func TestEveryByteOfASignedTextCounts(t *testing.T) {
	a := newPair(t, logID)
	text := sign(t, someCheckpoint(t), a.signer)
	for i := range text {
		for _, x := range []byte{1, 0x20, 0x80} {
			bad := []byte(string(text))
			bad[i] ^= x
			if s, err := Open(bad, a.verifier); err == nil {
				t.Fatalf("byte %d (%q) changed, and it opens: %+v", i, text[i], s)
			}
		}
	}
	moved := strings.Replace(string(text), "\n12\n", "\n11\n", 1)
	_, err := Parse([]byte(moved), a.verifier)
	wantCode(t, "another size under the same signature", err, BadSignature)
	if _, err := Parse([]byte(moved)); err != nil {
		t.Errorf("who knows no key cannot tell: %v", err)
	}
}

// One good signature does not excuse a bad one by another known key.
func TestOneBadSignatureOfTwoIsRefused(t *testing.T) {
	a, b := newPair(t, "a"), newPair(t, "b")
	cp := someCheckpoint(t)
	other := cp
	other.Size++
	_, sigB, _ := strings.Cut(string(sign(t, other, b.signer)), "\n\n")
	_, err := Parse([]byte(string(sign(t, cp, a.signer))+sigB), a.verifier, b.verifier)
	wantCode(t, "a's good, b's of another text", err, BadSignature)
}

func TestSignatureLinesRefused(t *testing.T) {
	a := newPair(t, "a")
	text := string(sign(t, someCheckpoint(t), a.signer))
	body, line, _ := strings.Cut(text, "\n\n")
	body += "\n\n"
	fields := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
	dash, name, sig := fields[0], fields[1], fields[2]
	for what, s := range map[string]string{
		"twice":              text + line,
		"no last newline":    strings.TrimSuffix(text, "\n"),
		"blank line after":   text + "\n",
		"junk after":         text + "x\n",
		"blank line between": text + "\n" + line,
		"hyphen":             body + "- " + name + " " + sig + "\n",
		"no name":            body + dash + "  " + sig + "\n",
		"name with plus":     body + dash + " a+b " + sig + "\n",
		"invisible name":     body + dash + " a\u200b " + sig + "\n",
		"no signature":       body + dash + " " + name + "\n",
		"empty signature":    body + dash + " " + name + " \n",
		"only the key's hash": body + dash + " " + name + " " +
			base64.StdEncoding.EncodeToString([]byte{1, 2, 3, 4}) + "\n",
		"stray bits":       body + dash + " " + name + " AAAAAAF=\n",
		"no padding":       body + dash + " " + name + " " + strings.TrimRight(sig, "=") + "AA\n",
		"space at the end": body + dash + " " + name + " " + sig + " \n",
		"more than 100":    body + manySignatures(101),
		"one without body": "\n" + line,
	} {
		_, err := Parse([]byte(s), a.verifier)
		wantCode(t, what, err, Malformed)
	}
	if s, err := Parse([]byte(body+manySignatures(100)), a.verifier); err != nil || s.Signing != SignedByUnknown {
		t.Errorf("100 signatures by strangers: %v, %v", s.Signing, err)
	}
}

// manySignatures makes lines whose keys all differ.
func manySignatures(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("— k " + base64.StdEncoding.EncodeToString([]byte{0, 0, 0, byte(i), 9, 9}) + "\n")
	}
	return b.String()
}

type oddSigner struct {
	name string
	err  error
}

func (s oddSigner) Name() string                { return s.name }
func (s oddSigner) KeyHash() uint32             { return 1 }
func (s oddSigner) Sign([]byte) ([]byte, error) { return []byte("sig"), s.err }

func TestSigningFails(t *testing.T) {
	cp := someCheckpoint(t)
	gone := errors.New("token was pulled out")
	if _, err := Format(cp, oddSigner{"k", gone}); !errors.Is(err, gone) {
		t.Errorf("a signer's error: %v", err)
	}
	_, err := Format(cp, oddSigner{name: "k"}, oddSigner{name: "k"})
	wantCode(t, "the same key twice", err, Malformed)
	_, err = Format(cp, oddSigner{name: "k\u200b"})
	wantCode(t, "a name that cannot be read back", err, Malformed)
	if _, err := Format(cp, oddSigner{name: "k k"}); err == nil {
		t.Error("a name with a space signs")
	}
	var crowd []note.Signer
	for i := range maxSignatures + 1 {
		crowd = append(crowd, oddSigner{name: "k" + itoa(i)})
	}
	_, err = Format(cp, crowd...)
	wantCode(t, "more signers than are read back", err, Malformed)
	if text := sign(t, cp, crowd[1:]...); len(text) == 0 {
		t.Error("as many signers as are read back sign nothing")
	}
	_, err = Format(cp, oddSigner{name: strings.Repeat("k", MaxCheckpointBytes)})
	wantCode(t, "too long to be read back", err, Malformed)
}

func TestKeys(t *testing.T) {
	one, err := GenerateKeys(logID)
	if err != nil {
		t.Fatal(err)
	}
	two, err := GenerateKeys(logID)
	if err != nil {
		t.Fatal(err)
	}
	if one == two || !strings.HasPrefix(one.Private, "PRIVATE+KEY+"+logID+"+") || !strings.HasPrefix(one.Public, logID+"+") {
		t.Errorf("keys %q and %q", one.Public, two.Public)
	}
	for _, name := range []string{"", "a b", "a+b", "a\nb", "\xff"} {
		_, err := GenerateKeys(name)
		wantCode(t, "key named "+name, err, Malformed)
	}
	for _, s := range []string{"", "x", one.Public, one.Private[:60], one.Private + "A"} {
		_, err := NewSigner(s)
		wantCode(t, "private key", err, Malformed)
		if s != "" && len(s) > 1 && strings.Contains(err.Error(), s) {
			t.Errorf("the error repeats what may be a secret: %v", err)
		}
	}
	for _, s := range []string{"", "x", one.Private, one.Public[:40], "b" + one.Public} {
		_, err := NewVerifier(s)
		wantCode(t, "public key", err, Malformed)
	}
	secret := one.Private[len(one.Private)-20:]
	if _, err := NewVerifier(one.Private); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a private key given as a public one: %v", err)
	}
}

func TestSigningWords(t *testing.T) {
	want := map[Signing]string{NotSigned: "not signed", SignedByUnknown: "signed by an unknown key", SignedByKnown: "signed by a known key", 0: "unknown"}
	for s, words := range want {
		if s.String() != words {
			t.Errorf("Signing(%d) is %q, want %q", s, s, words)
		}
	}
}
