package xlsxtest

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	excelSpaces = ` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr xr2 xr3 x15" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"` +
		` xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xmlns:xr2="http://schemas.microsoft.com/office/spreadsheetml/2015/revision2"` +
		` xmlns:xr3="http://schemas.microsoft.com/office/spreadsheetml/2016/revision3" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"`
	excelUID  = ` xr:uid="{5E0A1A0C-0001-4A7B-8F00-0123456789AB}"`
	related   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	parts2006 = "http://schemas.openxmlformats.org/package/2006/relationships"
)

var (
	mcSpace    = regexp.MustCompile(` xmlns:mc="[^"]*"| mc:Ignorable="[^"]*"| xmlns:x15="[^"]*"| xmlns:xr[0-9]*="[^"]*"| xmlns:x14ac="[^"]*"| xr:uid="[^"]*"`)
	aRow       = regexp.MustCompile(`<row r="([0-9]+)"( ht="[^"]*")?`)
	inlineText = regexp.MustCompile(` t="inlineStr"><is><t( xml:space="preserve")?>([^<]*)</t></is></c>`)
	latin      = regexp.MustCompile(`<a:latin typeface="[^"]*"( panose="[^"]*")?`)
	flags      = regexp.MustCompile(`="(true|false)"`)
)

// AsExcel changes the parts of a workbook into what Excel makes of them when it opens
// the file and saves it without any change: attributes of later versions, a theme and
// the font of its scheme, number formats with their marks, texts in one table, a chain
// of what is calculated, properties of its own, its printer's settings. It is written
// from ECMA-376, MS-XLSX and files of Excel 2016 and later, and is no file of Excel's.
func AsExcel(files map[string]string) {
	texts := strings.Count(files["xl/sharedStrings.xml"], "<si>")
	var added strings.Builder
	for name, body := range files {
		switch {
		case strings.HasPrefix(name, "xl/worksheets/sheet"):
			body = inlineText.ReplaceAllStringFunc(body, func(s string) string {
				m := inlineText.FindStringSubmatch(s)
				fmt.Fprintf(&added, "<si><t%s>%s</t></si>", m[1], m[2])
				texts++
				return fmt.Sprintf(` t="s"><v>%d</v></c>`, texts-1)
			})
			files[name] = excelSheet(files, name, body)
		case strings.HasPrefix(name, "xl/tables/"):
			body = strings.Replace(body, "<table ", "<table"+excelSpaces+excelUID+" ", 1)
			body = regexp.MustCompile(`<tableColumn id="([0-9]+)"`).ReplaceAllString(body, `<tableColumn id="$1" xr3:uid="{00000000-0010-0000-0000-00000$1000000}"`)
			files[name] = strings.Replace(body, "<autoFilter ", "<autoFilter"+excelUID+" ", 1)
		case strings.HasPrefix(name, "xl/charts/chart"):
			files[name] = strings.Replace(body, "<c:chart>", `<c:roundedCorners val="0"/><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="c14"`+
				` xmlns:c14="http://schemas.microsoft.com/office/drawing/2007/8/2/chart"><c14:style val="102"/></mc:Choice><mc:Fallback><c:style val="2"/></mc:Fallback></mc:AlternateContent><c:chart>`, 1)
			base := strings.TrimSuffix(strings.TrimPrefix(name, "xl/charts/"), ".xml")
			files["xl/charts/_rels/"+base+".xml.rels"] = `<Relationships xmlns="` + parts2006 + `"><Relationship Id="rId2" Type="http://schemas.microsoft.com/office/2011/relationships/chartColorStyle" Target="colors.xml"/>` +
				`<Relationship Id="rId1" Type="http://schemas.microsoft.com/office/2011/relationships/chartStyle" Target="style.xml"/></Relationships>`
		}
	}
	files["xl/sharedStrings.xml"] = strings.ReplaceAll(strings.Replace(files["xl/sharedStrings.xml"], "</sst>", added.String()+"</sst>", 1), "</t></si>", `</t><phoneticPr fontId="1" type="noConversion"/></si>`)
	files["xl/styles.xml"] = excelStyles(files["xl/styles.xml"])
	files["xl/workbook.xml"] = excelBook(files["xl/workbook.xml"])
	files["xl/theme/theme1.xml"] = latin.ReplaceAllString(files["xl/theme/theme1.xml"], `<a:latin typeface="Aptos Narrow" panose="02110004020202020204"`)
	files["xl/calcChain.xml"] = `<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="B3" i="1" l="1"/></calcChain>`
	files["xl/_rels/workbook.xml.rels"] = strings.Replace(files["xl/_rels/workbook.xml.rels"], "</Relationships>", `<Relationship Id="rId900" Type="`+related+`calcChain" Target="calcChain.xml"/></Relationships>`, 1)
	files["docProps/app.xml"] = `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">` +
		`<Application>Microsoft Excel</Application><DocSecurity>0</DocSecurity><ScaleCrop>false</ScaleCrop><Company>Acme</Company><AppVersion>16.0300</AppVersion></Properties>`
	files["docProps/core.xml"] = regexp.MustCompile(`<cp:lastModifiedBy>[^<]*<`).ReplaceAllString(files["docProps/core.xml"], `<cp:lastModifiedBy>Ada<`)
	files["[Content_Types].xml"] = strings.Replace(files["[Content_Types].xml"], "</Types>", `<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/>`+
		`<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>`, 1)
}

func excelSheet(files map[string]string, name, body string) string {
	body = flags.ReplaceAllStringFunc(mcSpace.ReplaceAllString(body, ""), func(s string) string {
		return map[string]string{`="true"`: `="1"`, `="false"`: `="0"`}[s]
	})
	body = strings.Replace(body, "<worksheet ", "<worksheet"+excelSpaces+excelUID+" ", 1)
	body = strings.Replace(body, "<sheetFormatPr ", `<sheetFormatPr x14ac:dyDescent="0.25" `, 1)
	body = aRow.ReplaceAllString(body, `<row r="$1" spans="1:8"$2 x14ac:dyDescent="0.25"`)
	body = strings.Replace(body, "<sheetView ", `<sheetView zoomScaleNormal="100" `, 1)
	body = strings.ReplaceAll(body, "<hyperlink ", `<hyperlink xr:uid="{00000000-0004-0000-0000-000000000000}" display="shown" `)
	body = strings.Replace(body, "<pageMargins ", `<phoneticPr fontId="1" type="noConversion"/><pageMargins `, 1)
	body = strings.Replace(body, "<pageSetup ", `<pageSetup horizontalDpi="0" verticalDpi="0" r:id="rId99" `, 1)
	body = strings.Replace(body, "</headerFooter>", `</headerFooter><ignoredErrors><ignoredError sqref="A1:C9" numberStoredAsText="1"/></ignoredErrors>`, 1)
	rels := strings.Replace(name, "worksheets/", "worksheets/_rels/", 1) + ".rels"
	if files[rels] == "" {
		files[rels] = `<Relationships xmlns="` + parts2006 + `"></Relationships>`
	}
	files[rels] = strings.Replace(files[rels], "</Relationships>", `<Relationship Id="rId99" Type="`+related+`printerSettings" Target="../printerSettings/printerSettings1.bin"/></Relationships>`, 1)
	return body
}

func excelStyles(s string) string {
	s = mcSpace.ReplaceAllString(s, "")
	s = strings.Replace(s, "<styleSheet ", "<styleSheet"+excelSpaces+" ", 1)
	s = strings.NewReplacer(`formatCode="yyyy-mm-dd hh:mm:ss"`, `formatCode="yyyy\-mm\-dd\ hh:mm:ss"`, `formatCode="yyyy-mm-dd"`, `formatCode="yyyy\-mm\-dd"`, `="true"`, `="1"`, `="false"`, `="0"`).Replace(s)
	s = strings.Replace(s, `<font><name val="Calibri"></name><family val="2"></family><color theme="1"></color><sz val="11"></sz></font>`,
		`<font><sz val="11"/><color theme="1"/><name val="Aptos Narrow"/><family val="2"/><scheme val="minor"/></font>`, 1)
	s = regexp.MustCompile(`<fonts count="`).ReplaceAllString(s, `<fonts x14ac:knownFonts="1" count="`)
	s = regexp.MustCompile(`<tableStyles [^>]*></tableStyles>`).ReplaceAllString(s, `<tableStyles count="1" defaultTableStyle="TableStyleMedium2" defaultPivotStyle="PivotStyleLight16"><tableStyle name="Invisible" pivot="0" table="0" count="0"/></tableStyles>`+
		`<colors><mruColors><color rgb="FF1F3A5F"/></mruColors></colors>`)
	return strings.Replace(s, "</styleSheet>", `<extLst><ext uri="{EB79DEF2-80B8-43e5-95BD-54CBDDF9020C}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:slicerStyles defaultSlicerStyle="SlicerStyleLight1"/></ext></extLst></styleSheet>`, 1)
}

func excelBook(s string) string {
	s = mcSpace.ReplaceAllString(s, "")
	s = strings.Replace(s, "<workbook ", "<workbook"+excelSpaces+" ", 1)
	s = regexp.MustCompile(`<fileVersion [^>]*>`).ReplaceAllString(s, `<fileVersion appName="xl" lastEdited="7" lowestEdited="6" rupBuild="28526">`)
	s = strings.NewReplacer(`="true"`, `="1"`, `="false"`, `="0"`).Replace(s)
	s = strings.Replace(s, "<bookViews>", `<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="C:\Users\ada\" xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/></mc:Choice></mc:AlternateContent>`+
		`<xr:revisionPtr revIDLastSave="0" documentId="13_ncr:1_{5E0A1A0C-0001-4A7B-8F00-0123456789AB}" xr6:coauthVersionLast="47" xmlns:xr6="http://schemas.microsoft.com/office/spreadsheetml/2016/revision6"/><bookViews>`, 1)
	s = regexp.MustCompile(`<workbookView [^>]*>`).ReplaceAllString(s, `<workbookView xWindow="-120" yWindow="-120" windowWidth="29040" windowHeight="15720" tabRatio="750" firstSheet="1" activeTab="1" xr2:uid="{00000000-000D-0000-FFFF-FFFF00000000}">`)
	s = regexp.MustCompile(`<calcPr [^>]*>`).ReplaceAllString(s, `<calcPr calcId="191029">`)
	return strings.Replace(s, "</workbook>", `<extLst><ext uri="{140A7094-0E35-4892-8432-C4D2E57EDEB5}" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"><x15:workbookPr chartTrackingRefBase="1"/></ext>`+
		`<ext uri="{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}" xmlns:xcalcf="http://schemas.microsoft.com/office/spreadsheetml/2018/calcfeatures"><xcalcf:calcFeatures><xcalcf:feature name="microsoft.com:RD"/></xcalcf:calcFeatures></ext></extLst></workbook>`, 1)
}
