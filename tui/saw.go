package tui

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"countersign/domain"
	"countersign/review"
	"countersign/tui/ui"
)

// Saw is the evidence of what a person was shown when acting: the SHA-256 of the
// lines as plain text, each ended by a line feed whatever the width of the screen,
// and how far the log reached when they were read.
func Saw(head review.Head, lines ...ui.Line) domain.Sight {
	var b strings.Builder
	for _, l := range lines {
		for _, s := range l {
			b.WriteString(s.Text)
		}
		b.WriteByte('\n')
	}
	sum := sha256.Sum256([]byte(b.String()))
	return domain.Sight{Digest: hex.EncodeToString(sum[:]), Size: head.Size, Root: head.Root}
}
