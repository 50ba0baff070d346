package auditlog

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

// Signing says what is known of who signed a checkpoint's text.
type Signing uint8

// The states of a text's signatures. The zero Signing is none of them.
const (
	// NotSigned: the text carries no signature.
	NotSigned Signing = iota + 1
	// SignedByUnknown: it carries signatures, none by a key that was given;
	// they prove nothing to the reader.
	SignedByUnknown
	// SignedByKnown: at least one signature is by a key that was given, and
	// every signature that claims such a key verifies.
	SignedByKnown
)

// String returns the state as words.
func (s Signing) String() string {
	switch s {
	case NotSigned:
		return "not signed"
	case SignedByUnknown:
		return "signed by an unknown key"
	case SignedByKnown:
		return "signed by a known key"
	}
	return "unknown"
}

// Signature is one signature line of a checkpoint.
type Signature struct {
	Name    string // the key's name
	KeyHash uint32 // the key's hash; with the name, the key's id
	Known   bool   // verified with a key that was given to Parse
	base64  string // hash and signature, as in the text
}

// Signed is a checkpoint with what was found about its signatures.
type Signed struct {
	Checkpoint Checkpoint
	Signing    Signing
	Signatures []Signature // in the order of the text
}

// Keys is a pair of Ed25519 keys in the text form of sumdb/note. The private
// one lives outside the database.
type Keys struct {
	Private string // PRIVATE+KEY+name+hash+base64
	Public  string // name+hash+base64: give it to whoever checks
}

// GenerateKeys makes a pair of keys under a name (customarily the log's id),
// from the system's secure randomness. It returns [Malformed] for a name that
// could not be a log's id.
func GenerateKeys(name string) (Keys, error) {
	if err := checkOrigin(name); err != nil {
		return Keys{}, refuse(Malformed, "", "The name %q cannot name a key: a name has 1 to %d bytes without spaces, plus signs and invisible characters.", short(name), MaxOriginBytes)
	}
	private, public, err := note.GenerateKey(nil, name) // nil: always the secure source
	if err != nil {
		return Keys{}, fmt.Errorf("making a signing key: %w", err)
	}
	return Keys{Private: private, Public: public}, nil
}

// NewSigner reads a private key. It returns [Malformed], without repeating the
// key, where it is none.
func NewSigner(private string) (note.Signer, error) {
	s, err := note.NewSigner(private)
	if err != nil {
		return nil, refuse(Malformed, "A private key is one line, PRIVATE+KEY+name+hash+base64.", "This is not a private key, or it is not whole.")
	}
	return s, nil
}

// Verifier is a public key that checks signatures.
type Verifier = note.Verifier

// NewVerifier reads a public key. It returns [Malformed] where it is none.
func NewVerifier(public string) (Verifier, error) {
	if strings.Contains(public, "PRIVATE+KEY") { // whatever stands before it: its text is never repeated
		return nil, refuse(Malformed, "Keep it secret, and give the public key instead.", "This is a private key.")
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		return nil, refuse(Malformed, "A public key is one line, name+hash+base64.", "This is not a public key, or it is not whole.")
	}
	return v, nil
}

// Format returns the checkpoint's text, signed by each signer in turn, or
// unsigned where there is none.
//
// It returns [OutOfRange] and [Malformed] as [Checkpoint.Validate] does, the
// latter also for signers that share a key or whose lines [Parse] would
// refuse, and a signer's own error.
func Format(c Checkpoint, signers ...note.Signer) ([]byte, error) {
	text, err := c.Text()
	if err != nil {
		return nil, err
	}
	if len(signers) == 0 {
		return []byte(text), nil
	}
	out, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		return nil, fmt.Errorf("signing the checkpoint of log %s at size %d: %w", c.Origin, c.Size, err)
	}
	if _, _, err := split(out); err != nil { // what is written can be read back
		return nil, err
	}
	return out, nil
}

// Text returns the text that was parsed, to the byte.
func (s Signed) Text() ([]byte, error) {
	body, err := s.Checkpoint.Text()
	if err != nil || len(s.Signatures) == 0 {
		return []byte(body), err
	}
	var b bytes.Buffer
	b.WriteString(body + "\n")
	for _, sig := range s.Signatures {
		b.WriteString(sigPrefix + sig.Name + " " + sig.base64 + "\n")
	}
	return b.Bytes(), nil
}

// Parse reads a checkpoint's text, signed or not, and says which: a reader who
// needs a signature uses [Open], or looks at Signing. Signatures by keys that
// are not given are kept and prove nothing, so that keys may be changed and
// witnesses added.
//
// It returns [Malformed] for a text that is not, to the byte, one that
// [Format] could have written, and [BadSignature] where a signature claims one
// of the known keys and does not verify.
func Parse(data []byte, known ...note.Verifier) (Signed, error) {
	body, sigs, err := split(data)
	if err != nil {
		return Signed{}, err
	}
	cp, err := parseBody(body)
	if err != nil {
		return Signed{}, err
	}
	s := Signed{Checkpoint: cp, Signatures: sigs, Signing: NotSigned}
	if len(sigs) == 0 {
		return s, nil
	}
	s.Signing = SignedByUnknown
	n, err := note.Open(data, note.VerifierList(known...))
	var unknown *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unknown):
		return s, nil
	case errors.As(err, &invalid):
		return Signed{}, refuse(BadSignature, "Someone changed the text after it was signed, or signed it with another key of that name; trust neither.",
			"The signature of key %s does not fit the checkpoint's text.", invalid.Name)
	case err != nil:
		return Signed{}, refuse(Malformed, hintWhole, "The checkpoint's signatures cannot be read: %v.", err)
	}
	for _, sig := range n.Sigs {
		for i := range s.Signatures {
			if s.Signatures[i].id() == (keyID{sig.Name, sig.Hash}) {
				s.Signatures[i].Known = true
				s.Signing = SignedByKnown
			}
		}
	}
	return s, nil
}

// Open reads a checkpoint's text and insists that one of the known keys signed
// it. It returns what [Parse] returns, [Unsigned] for a text without
// signatures, and [UnknownKey] where none is by a known key.
func Open(data []byte, known ...note.Verifier) (Signed, error) {
	s, err := Parse(data, known...)
	if err != nil {
		return Signed{}, err
	}
	switch s.Signing {
	case SignedByKnown:
		return s, nil
	case NotSigned:
		return Signed{}, refuse(Unsigned, "Use a signed one, or compare without asking for a signature.",
			"The checkpoint of log %s at size %d is not signed.", s.Checkpoint.Origin, s.Checkpoint.Size)
	}
	return Signed{}, refuse(UnknownKey, "Give the public key of whoever signed it.",
		"The checkpoint of log %s at size %d is signed by %s, not by a key you gave.", s.Checkpoint.Origin, s.Checkpoint.Size, signerNames(s.Signatures))
}

func signerNames(sigs []Signature) string {
	var names []string
	for _, sig := range sigs {
		if !slices.Contains(names, sig.Name) {
			names = append(names, sig.Name)
		}
	}
	return strings.Join(names, ", ")
}

type keyID struct {
	name string
	hash uint32
}

func (s Signature) id() keyID { return keyID{s.Name, s.KeyHash} }

const (
	sigPrefix     = "— "
	maxSignatures = 100 // as many as note.Open reads
)

// split parts a text into the body and its signature lines. It is stricter
// than note.Open: canonical base64, no key twice.
func split(data []byte) (body string, sigs []Signature, err error) {
	if len(data) > MaxCheckpointBytes {
		return "", nil, refuse(Malformed, "", "The checkpoint is %d bytes long; at most %d are allowed.", len(data), MaxCheckpointBytes)
	}
	if len(data) == 0 {
		return "", nil, refuse(Malformed, hintWhole, "The checkpoint is empty.")
	}
	text := string(data)
	if !utf8.ValidString(text) {
		return "", nil, refuse(Malformed, hintWhole, "The checkpoint is not UTF-8.")
	}
	if strings.Contains(text, "\r") {
		return "", nil, refuse(Malformed, hintWhole, "The checkpoint has carriage returns: a mail program or an editor has changed its line ends.")
	}
	body, block, signed := strings.Cut(text, "\n\n")
	if !signed {
		return text, nil, nil
	}
	if !strings.HasSuffix(block, "\n") {
		return "", nil, refuse(Malformed, hintWhole, "The checkpoint has a blank line and no whole signature after it.")
	}
	seen := make(map[keyID]bool)
	for line := range strings.SplitSeq(strings.TrimSuffix(block, "\n"), "\n") {
		sig, err := parseSignature(line)
		if err != nil {
			return "", nil, err
		}
		if seen[sig.id()] {
			return "", nil, refuse(Malformed, hintWhole, "The checkpoint is signed twice by key %s.", sig.Name)
		}
		seen[sig.id()] = true
		sigs = append(sigs, sig)
	}
	if len(sigs) > maxSignatures {
		return "", nil, refuse(Malformed, "", "The checkpoint has %d signatures; at most %d are allowed.", len(sigs), maxSignatures)
	}
	return body + "\n", sigs, nil
}

// parseSignature reads a line of the signed note: a dash, the key's name, and
// the base64 of the key's hash and its signature.
func parseSignature(line string) (Signature, error) {
	rest, ok := strings.CutPrefix(line, sigPrefix)
	name, b64, ok2 := strings.Cut(rest, " ")
	raw, err := base64.StdEncoding.DecodeString(b64)
	badName := name == "" || strings.ContainsFunc(name, func(r rune) bool { return r == '+' || unicode.IsSpace(r) || !unicode.IsGraphic(r) })
	if !ok || !ok2 || err != nil || badName || len(raw) < 5 || base64.StdEncoding.EncodeToString(raw) != b64 {
		return Signature{}, refuse(Malformed, hintWhole, "The checkpoint's line %q is not a signature.", short(line))
	}
	return Signature{Name: name, KeyHash: binary.BigEndian.Uint32(raw), base64: b64}, nil
}
