package xlsx

import (
	"math"
	"strconv"
	"strings"
)

// colourXML is a colour as a file names it (ECMA-376, 18.8.3).
type colourXML struct {
	RGB     string  `xml:"rgb,attr"`
	Theme   *int    `xml:"theme,attr"`
	Indexed *int    `xml:"indexed,attr"`
	Tint    float64 `xml:"tint,attr"`
}

// usualTheme are the colours of the theme that programs write and have where a file has
// none, in the order in which cells count them: light and dark, light and dark again,
// six accents, links.
var usualTheme = []uint32{0xFFFFFF, 0x000000, 0xEEECE1, 0x1F497D, 0x4F81BD, 0xC0504D, 0x9BBB59, 0x8064A2, 0x4BACC6, 0xF79646, 0x0000FF, 0x800080}

// usualIndexed are the colours that stand in no file (ECMA-376, 18.8.27); 64 and 65 are
// those of letters and grounds.
var usualIndexed = []uint32{
	0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00, 0xFF00FF, 0x00FFFF,
	0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00, 0xFF00FF, 0x00FFFF,
	0x800000, 0x008000, 0x000080, 0x808000, 0x800080, 0x008080, 0xC0C0C0, 0x808080,
	0x9999FF, 0x993366, 0xFFFFCC, 0xCCFFFF, 0x660066, 0xFF8080, 0x0066CC, 0xCCCCFF,
	0x000080, 0xFF00FF, 0xFFFF00, 0x00FFFF, 0x800080, 0x800000, 0x008080, 0x0000FF,
	0x00CCFF, 0xCCFFFF, 0xCCFFCC, 0xFFFF99, 0x99CCFF, 0xFF99CC, 0xCC99FF, 0xFFCC99,
	0x3366FF, 0x33CCCC, 0x99CC00, 0xFFCC00, 0xFF9900, 0xFF6600, 0x666699, 0x969696,
	0x003366, 0x339966, 0x003300, 0x333300, 0x993300, 0x993366, 0x333399, 0x333333,
	0x000000, 0xFFFFFF,
}

// inks are the colours that a file's names of colours stand for.
type inks struct {
	theme   []uint32
	indexed []uint32
}

// of gives the colour, usual where none is named; ok is false where it is one that
// only the program knows which opens the file.
func (k inks) of(c *colourXML, usual uint32) (rgb uint32, ok bool) {
	switch {
	case c == nil:
		return usual, true
	case c.RGB != "":
		n, err := strconv.ParseUint(c.RGB[max(0, len(c.RGB)-6):], 16, 32)
		return tinted(uint32(n), c.Tint), err == nil
	case c.Theme != nil:
		return k.named(k.theme, *c.Theme, c.Tint)
	case c.Indexed != nil:
		return k.named(k.indexed, *c.Indexed, c.Tint)
	}
	return usual, true
}

func (k inks) named(list []uint32, at int, tint float64) (uint32, bool) {
	if at < 0 || at >= len(list) || list[at] > 0xFFFFFF {
		return 0, false
	}
	return tinted(list[at], tint), true
}

// tinted is a colour made lighter or darker (ECMA-376, 18.8.19, by each of the three).
func tinted(rgb uint32, tint float64) uint32 {
	out := uint32(0)
	for shift := 0; shift < 24; shift += 8 {
		v := float64(rgb >> shift & 0xFF)
		if tint > 0 {
			v = v*(1-tint) + 255*tint
		} else {
			v *= 1 + tint
		}
		out |= uint32(min(max(v, 0), 255)) << shift
	}
	return out
}

// contrast is that of WCAG 2: from 1, none, to 21.
func contrast(a, b uint32) float64 {
	light := func(rgb uint32) float64 {
		sum := 0.0
		for shift, part := range map[int]float64{16: 0.2126, 8: 0.7152, 0: 0.0722} {
			v := float64(rgb>>shift&0xFF) / 255
			if v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += part * v
		}
		return sum
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// noColour stands for a colour that only a program knows.
const noColour = 1 << 24

// theme is what of a theme (ECMA-376, 20.1.6) cells are shown by: its colours, and the
// families of letters that a font of its scheme has.
type theme struct {
	colours []uint32
	minor   string
	major   string
}

type themeColour struct {
	RGB *struct {
		Is string `xml:"val,attr"`
	} `xml:"srgbClr"`
	System *struct {
		Is string `xml:"val,attr"`
	} `xml:"sysClr"`
}

func (c themeColour) rgb() uint32 {
	switch {
	case c.RGB != nil:
		if n, err := strconv.ParseUint(strings.TrimSpace(c.RGB.Is), 16, 32); err == nil && len(strings.TrimSpace(c.RGB.Is)) == 6 {
			return uint32(n)
		}
	case c.System != nil && c.System.Is == "windowText":
		return 0x000000
	case c.System != nil && c.System.Is == "window":
		return 0xFFFFFF
	}
	return noColour
}

// readTheme reads the theme of the workbook; without one programs have their own.
func (b *Book) readTheme(part string) (theme, error) {
	usual := theme{colours: usualTheme, minor: fontFamily, major: fontFamily}
	if part == "" {
		return usual, nil
	}
	var doc struct {
		Colours struct {
			Dark1    themeColour `xml:"dk1"`
			Light1   themeColour `xml:"lt1"`
			Dark2    themeColour `xml:"dk2"`
			Light2   themeColour `xml:"lt2"`
			Accent1  themeColour `xml:"accent1"`
			Accent2  themeColour `xml:"accent2"`
			Accent3  themeColour `xml:"accent3"`
			Accent4  themeColour `xml:"accent4"`
			Accent5  themeColour `xml:"accent5"`
			Accent6  themeColour `xml:"accent6"`
			Link     themeColour `xml:"hlink"`
			Followed themeColour `xml:"folHlink"`
		} `xml:"themeElements>clrScheme"`
		Fonts struct {
			Major struct {
				Is string `xml:"typeface,attr"`
			} `xml:"majorFont>latin"`
			Minor struct {
				Is string `xml:"typeface,attr"`
			} `xml:"minorFont>latin"`
		} `xml:"themeElements>fontScheme"`
	}
	if err := b.decode(part, &doc); err != nil {
		return usual, err
	}
	c := doc.Colours
	usual.colours = nil
	for _, one := range []themeColour{c.Light1, c.Dark1, c.Light2, c.Dark2, c.Accent1, c.Accent2, c.Accent3, c.Accent4, c.Accent5, c.Accent6, c.Link, c.Followed} {
		usual.colours = append(usual.colours, one.rgb())
	}
	usual.major, usual.minor = doc.Fonts.Major.Is, doc.Fonts.Minor.Is
	return usual, nil
}

// leastDark is the contrast that a theme's letters have with white, and black with its
// grounds.
const leastDark = 4.5

// faults says what of a theme would show cells and charts otherwise than in every theme
// that programs have.
func (t theme) faults() (out []string) {
	if t.colours[1] == noColour || contrast(t.colours[1], 0xFFFFFF) < leastDark {
		out = append(out, "the theme's colour of letters is not dark: what the export shows in black may not be read")
	}
	if t.colours[0] == noColour || contrast(t.colours[0], 0) < leastDark {
		out = append(out, "the theme's colour of grounds is not light: what stands on it may not be read")
	}
	for _, f := range []string{t.minor, t.major} {
		if f != "" && !textFamily(f) {
			out = append(out, "the theme's letters are of the font "+strconv.Quote(f)+", which may show other signs than the values have")
			break
		}
	}
	return out
}
