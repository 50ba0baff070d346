package auditlog

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// The tree head in the text of C2SP tlog-checkpoint.
const (
	c2spBody = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	c2spSig  = "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)

func TestParseTheStandardsExample(t *testing.T) {
	s, err := Parse([]byte(c2spBody + "\n" + c2spSig))
	if err != nil {
		t.Fatal(err)
	}
	if cp := s.Checkpoint; cp.Origin != "example.com/behind-the-sofa" || cp.Size != 20852163 ||
		cp.Root.String() != "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=" || !cp.Time.IsZero() {
		t.Errorf("checkpoint %+v", cp)
	}
	if s.Signing != SignedByUnknown || len(s.Signatures) != 1 || s.Signatures[0].Name != "example.com/behind-the-sofa" ||
		s.Signatures[0].KeyHash != 0x033de0ae || s.Signatures[0].Known {
		t.Errorf("signatures %v %+v", s.Signing, s.Signatures)
	}
	if text, err := s.Text(); err != nil || string(text) != c2spBody+"\n"+c2spSig {
		t.Errorf("written back as %q, %v", text, err)
	}
}

func TestFormatAndParse(t *testing.T) {
	root := RecordHash([]byte("x"))
	berlin := time.FixedZone("CEST", 2*60*60)
	for _, tt := range []struct {
		name   string
		origin string
		size   int64
		root   Hash
		at     time.Time
		want   string
	}{
		{"empty log", logID, 0, EmptyRoot(), time.Time{}, "log_01j9x4m2\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"},
		{"without time", logID, 7, root, time.Time{}, "log_01j9x4m2\n7\n" + root.String() + "\n"},
		{"in UTC", logID, 1, root, time.Date(2026, 7, 1, 8, 30, 0, 0, time.UTC), "log_01j9x4m2\n1\n" + root.String() + "\ntime 2026-07-01T08:30:00Z\n"},
		{"elsewhere", logID, 1, root, time.Date(2026, 7, 1, 0, 30, 0, 120e6, berlin), "log_01j9x4m2\n1\n" + root.String() + "\ntime 2026-06-30T22:30:00.12Z\n"},
		{"largest", "名前", MaxSize, root, time.Time{}, "名前\n9007199254740991\n" + root.String() + "\n"},
	} {
		cp, err := NewCheckpoint(tt.origin, tt.size, tt.root, tt.at)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		text, err := Format(cp)
		if err != nil || string(text) != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.name, text, err, tt.want)
		}
		s, err := Parse(text)
		if err != nil || s.Checkpoint != cp || s.Signing != NotSigned || len(s.Signatures) != 0 {
			t.Errorf("%s: read back as %+v, %v", tt.name, s, err)
		}
	}
}

func TestNoSuchCheckpoint(t *testing.T) {
	root := RecordHash(nil)
	for _, tt := range []struct {
		name   string
		origin string
		size   int64
		root   Hash
		at     time.Time
		code   Code
	}{
		{"no id", "", 1, root, time.Time{}, Malformed},
		{"space", "my log", 1, root, time.Time{}, Malformed},
		{"no-break space", "my\u00a0log", 1, root, time.Time{}, Malformed},
		{"newline", "log\n5", 1, root, time.Time{}, Malformed},
		{"carriage return", "log\r", 1, root, time.Time{}, Malformed},
		{"plus", "a+b", 1, root, time.Time{}, Malformed},
		{"right-to-left override", "log\u202e1", 1, root, time.Time{}, Malformed},
		{"not UTF-8", "log\xff", 1, root, time.Time{}, Malformed},
		{"long id", strings.Repeat("l", MaxOriginBytes+1), 1, root, time.Time{}, Malformed},
		{"negative", logID, -1, root, time.Time{}, OutOfRange},
		{"too great", logID, MaxSize + 1, root, time.Time{}, OutOfRange},
		{"empty log, wrong root", logID, 0, root, time.Time{}, Malformed},
		{"year 10000", logID, 1, root, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), Malformed},
		{"before year 0", logID, 1, root, time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), Malformed},
	} {
		_, err := NewCheckpoint(tt.origin, tt.size, tt.root, tt.at)
		wantCode(t, tt.name, err, tt.code)
		_, err = Format(Checkpoint{tt.origin, tt.size, tt.root, tt.at})
		wantCode(t, tt.name+", formatted", err, tt.code)
	}
	if _, err := NewCheckpoint(strings.Repeat("l", MaxOriginBytes), 1, root, time.Time{}); err != nil {
		t.Errorf("the longest id: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	h := EmptyRoot().String()
	good := "log_1\n12\n" + h + "\ntime 2026-07-01T08:30:00Z\n"
	if _, err := Parse([]byte(good)); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	swap := func(old, new string) string {
		s := strings.Replace(good, old, new, 1)
		if s == good {
			t.Fatalf("%q is not in the checkpoint", old)
		}
		return s
	}
	for what, s := range map[string]string{
		"empty":                 "",
		"a newline":             "\n",
		"blank lines":           "\n\n\n",
		"one line":              "log_1\n",
		"two lines":             "log_1\n12\n",
		"no last newline":       strings.TrimSuffix(good, "\n"),
		"blank line after":      good + "\n",
		"two blank lines after": good + "\n\n",
		"blank line before":     "\n" + good,
		"Windows line ends":     strings.ReplaceAll(good, "\n", "\r\n"),
		"byte order mark":       "\ufeff" + good,
		"not UTF-8":             swap("log", "l\xffg"),
		"NUL":                   swap("log", "l\x00g"),
		"leading zero":          swap("12", "012"),
		"plus":                  swap("12", "+12"),
		"minus":                 swap("12", "-12"),
		"minus zero":            swap("12", "-0"),
		"hexadecimal":           swap("12", "0x12"),
		"underscore":            swap("12", "1_2"),
		"space before size":     swap("12", " 12"),
		"space after size":      swap("12", "12 "),
		"other digits":          swap("12", "१२"),
		"no size":               swap("12", ""),
		"size over the limit":   swap("12", "9007199254740992"),
		"size over int64":       swap("12", "9223372036854775808"),
		"root cut":              swap(h, h[:40]),
		"root in hexadecimal":   swap(h, strings.Repeat("ab", 32)),
		"root with stray bits":  swap(h, h[:42]+"V="),
		"root in URL alphabet":  swap("+", "-"),
		"root and more":         swap(h, h+" "),
		"empty log, wrong root": "log_1\n0\n" + RecordHash(nil).String() + "\n",
		"time with offset":      swap("Z", "+00:00"),
		"time in another zone":  swap("Z", "+02:00"),
		"time without zone":     swap("Z", ""),
		"time, trailing zeros":  swap("00Z", "00.500Z"),
		"time, comma":           swap("00Z", "00,5Z"),
		"day that is not":       swap("07-01", "02-30"),
		"zero time":             swap("2026-07-01T08:30:00Z", "0001-01-01T00:00:00Z"),
		"two times":             good + "time 2026-07-01T08:30:00Z\n",
		"unknown line":          good + "witness log_2\n",
		"time spelled Time":     swap("time", "Time"),
		"too long":              good + strings.Repeat("x", MaxCheckpointBytes) + "\n",
	} {
		_, err := Parse([]byte(s))
		wantCode(t, what, err, Malformed)
		if err == nil {
			continue
		}
		if msg := err.Error(); !strings.HasSuffix(msg, ".") || strings.ContainsAny(msg, "\x00\r\n") || !utf8.ValidString(msg) || len(msg) > 600 {
			t.Errorf("%s: %q is no sentence to show", what, msg)
		}
	}
	_, err := Parse([]byte(strings.ReplaceAll(good, "\n", "\r\n")))
	if err == nil || !strings.Contains(err.Error(), "carriage returns") {
		t.Errorf("Windows line ends are refused with %v", err)
	}
}
