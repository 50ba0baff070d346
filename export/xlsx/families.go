package xlsx

import "strings"

// textFamilies are the beginnings of the names of fonts that show every letter as that
// letter: what the export writes, what programs put in its place, and what they have as
// their own. Others, such as those of symbols, may show anything.
var textFamilies = strings.Fields(`
	aptos arial bahnschrift bookantiqua bookmanoldstyle calibri cambria candara cantarell carlito caladea
	centuryschoolbook centurygothic comicsans consolas constantia corbel courier couriernew dejavusans dejavuserif
	droidsans ebrima firasans freesans freeserif franklingothic garamond geneva georgia gillsans helvetica
	ibmplex inter lato leelawadee liberationsans liberationserif liberationmono lucidasans lucidagrande lucidaconsole
	menlo microsoftsansserif microsoftyahei microsoftjhenghei mssansserif msserif monaco montserrat nimbussans nimbusroman
	notosans notoserif opensans palatino palatinolinotype roboto rockwell segoeui sfpro sourcesans sourceserif sourcecode
	sylfaen tahoma timesnewroman times trebuchetms ubuntu verdana
	simsun nsimsun simhei dengxian fangsong kaiti pmingliu mingliu mspgothic msgothic mspmincho msmincho meiryo
	yugothic yumincho malgungothic gulim dotum batang hiragino pingfang applesd
	wenquanyi arpl lohit mangal nirmala gautami latha raavi shruti tunga vrinda kartika david miriam frankruehl amiri
	scheherazade kacst sourcehan ipagothic ipamincho ipapgothic ipapmincho takao vlgothic nanum unbatang undotum bitstreamvera
	宋体 等线 黑体 微软雅黑 新細明體 細明體 微軟正黑體 mspゴシック msゴシック msp明朝 ms明朝 游ゴシック 游明朝 メイリオ 맑은고딕 굴림 돋움 바탕
`)

// picturesIn are parts of names of fonts that show signs for letters, whatever their
// beginning is.
var picturesIn = []string{"symbol", "dings", "emoji", "icon", "ornament", "barcode", "redacted", "blank", "math"}

// textFamily tells whether a font is known to show letters as themselves.
func textFamily(name string) bool {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '_' || r == '\'':
			return -1
		case r >= 0xFF01 && r <= 0xFF5E: // wide letters
			return r - 0xFEE0
		}
		return r
	}, strings.TrimSpace(name))
	plain = strings.ToLower(plain)
	for _, p := range picturesIn {
		if strings.Contains(plain, p) {
			return false
		}
	}
	for _, f := range textFamilies {
		if strings.HasPrefix(plain, f) {
			return true
		}
	}
	return false
}
