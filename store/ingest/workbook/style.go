package workbook

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// style is what a number format does to a number's meaning.
type style struct {
	day, clock bool // the number counts days; the format shows the time of day
	pad        int  // digits the format shows at least: 5 for 00000
}

// builtin gives the style of a format that has a number of its own (ECMA-376
// part 1, 18.8.30, with the ones East Asian versions use for dates).
func builtin(id int) style {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return style{day: true}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return style{clock: true}
	case id == 22:
		return style{day: true, clock: true}
	}
	return style{}
}

// styleOf reads a format's code: what it shows of a positive number.
func styleOf(code string) style {
	var bare strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			for i++; i < len(code) && code[i] != '"'; i++ {
			}
		case '\\', '_', '*':
			i++
		case '[':
			from := i + 1
			for i++; i < len(code) && code[i] != ']'; i++ {
			}
			if w := strings.ToLower(code[from:min(i, len(code))]); w != "" && strings.Trim(w, "hms") == "" {
				return style{} // time that has passed is a number, no day
			}
		case ';':
			i = len(code)
		default:
			bare.WriteByte(c)
		}
	}
	text := strings.ToLower(bare.String())
	if len(text) > 1 && strings.Trim(text, "0") == "" {
		return style{pad: len(text)}
	}
	text = strings.NewReplacer("general", "", "am/pm", "h", "a/p", "h", "e+", "", "e-", "").Replace(text)
	clock := strings.ContainsAny(text, "hs")
	day := strings.ContainsAny(text, "yd") || strings.Contains(text, "m") && !clock
	return style{day: day, clock: clock}
}

// maxFormats is how many cell formats a workbook may have; Excel's limit is
// 65,490.
const maxFormats = 100_000

// readStyles reads which cell format counts days.
func (b *Book) readStyles(part string) error {
	codes := map[int]style{}
	inCells := false
	return b.walk(part, maxSmall, func(s *scanner) error {
		switch s.name {
		case "numFmt":
			id, err := s.number("numFmtId")
			if err != nil {
				return err
			}
			code, err := s.attr("formatCode")
			if err == nil && len(codes) < maxFormats {
				codes[id] = styleOf(code)
			}
			return err
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs", "cellStyleXfs":
			inCells = false
		case "xf":
			if !inCells {
				return nil
			}
			id, err := s.number("numFmtId")
			if err != nil {
				return err
			}
			st, own := codes[id]
			if !own {
				st = builtin(id)
			}
			if b.styles = append(b.styles, st); len(b.styles) > maxFormats {
				return fault("the workbook has more than %d cell formats", maxFormats).hinted(saveCSV)
			}
		}
		return nil
	})
}

// number reads an attribute that is a count; 0 where it is missing.
func (s *scanner) number(name string) (int, error) {
	v, err := s.attr(name)
	if err != nil || v == "" {
		return 0, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil || n < 0 {
		return 0, fault("the workbook's part %s has %s as a number", s.part, safe(v)).hinted(saveAgain)
	}
	return n, nil
}

// say writes a number as a person means it; fault says why it cannot be.
func (b *Book) say(raw string, st style) (text, fault string) {
	raw = strings.TrimSpace(raw)
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(raw, "xX_pPiInN") {
		return "", "is no number, though the workbook says so; type it again"
	}
	if st.day || st.clock {
		return b.sayDay(f, st)
	}
	if whole := strings.TrimPrefix(raw, "-"); strings.Trim(whole, "0123456789") == "" {
		if len(whole) > 15 && strings.Trim(whole[15:], "0") == "" {
			return "", droppedDigits
		}
		if len(whole) < st.pad && whole == raw {
			raw = strings.Repeat("0", st.pad-len(whole)) + raw
		}
		return raw, ""
	}
	if math.Abs(f) >= 1e15 {
		return "", droppedDigits
	}
	// Excel keeps and shows fifteen digits; the file has the nearest double.
	if short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64); err == nil {
		f = short
	}
	if f == 0 {
		f = 0 // no minus before it
	}
	text = strconv.FormatFloat(f, 'f', -1, 64)
	if len(text) < st.pad && strings.Trim(text, "0123456789") == "" {
		text = strings.Repeat("0", st.pad-len(text)) + text
	}
	return text, ""
}

const droppedDigits = "is a number of more than 15 digits, of which Excel keeps only 15; format the column as text and type it again"

// sayDay writes a count of days as a date of the calendar. Excel's calendar has
// a 29 February 1900 as its day 60 (ECMA-376 part 1, 18.17.4.1); no such day
// was.
func (b *Book) sayDay(f float64, st style) (text, fault string) {
	const noDate = "is no date of the calendar that Excel knows; type it as YYYY-MM-DD"
	if f < 0 || f >= 2_958_466 { // 10000-01-01
		return "", noDate
	}
	days, part := math.Modf(f)
	seconds := 0
	if st.clock {
		if seconds = int(math.Round(part * 86400)); seconds == 86400 {
			days, seconds = days+1, 0
		}
	}
	clock := time.Duration(seconds) * time.Second
	if !st.day && days == 0 {
		return time.Time{}.Add(clock).Format("15:04:05"), ""
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case b.from04:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60 || days == 0:
		return "", noDate
	case days < 60:
		base = base.AddDate(0, 0, 1)
	}
	t := base.AddDate(0, 0, int(days)).Add(clock)
	if t.Year() > 9999 {
		return "", noDate
	}
	if seconds > 0 {
		return t.Format("2006-01-02 15:04:05"), ""
	}
	return t.Format(time.DateOnly), ""
}
