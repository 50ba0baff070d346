package domain

// Actor is the person acting now. It is a parameter of every act; the zero
// Actor may do nothing. Identity is resolved at the edges (the command line,
// a server of consoles) and nowhere else.
type Actor struct {
	Principal ID        // the user
	Assurance Assurance // how sure we are
	Via       string    // how it was resolved: "uid 1000", "uid 1000 as ana@acme.example"
	Saw       Sight     // what was on the actor's screen
	Rises     string    // of a change set on it: the digest of who gains what (review.RisesDigest); empty: none was shown
}

// Sight is what an actor saw when acting: SHA-256 (hex) of the text shown,
// and the size and root of the log then. Size and root are checked for
// consistency with the log, not for equality: others go on working.
type Sight struct {
	Digest string `json:"digest,omitempty"`
	Size   int64  `json:"size,omitempty"`
	Root   string `json:"root,omitempty"` // base64
}
