package xlsx

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Verify names what changes how a cell is shown by what is known, not by a list of
// tricks: the elements and attributes below are those that exports have, and those that
// LibreOffice, openpyxl, exceljs and Excel make of them when they save a file again
// without any change (ECMA-376, 18.3.1.99 and 18.2.27). Whatever else stands in a sheet
// or in the workbook's own part is named, known or not. Merged cells are named one by one.
//
// An element stands under the one it stands in; its attributes follow, with what their
// values must be where that matters, by the name of a test.
const (
	sheetElements = `
worksheet/sheetPr *
sheetPr/tabColor *
sheetPr/outlinePr *
sheetPr/pageSetUpPr *
worksheet/dimension *
worksheet/sheetViews
sheetViews/sheetView windowProtection showGridLines showRowColHeaders showZeros=on showFormulas=off rightToLeft=off tabSelected showRuler showOutlineSymbols defaultGridColor showWhiteSpace view topLeftCell colorId zoomScale=zoom zoomScaleNormal zoomScaleSheetLayoutView zoomScalePageLayoutView workbookViewId
sheetView/pane *
sheetView/selection *
worksheet/sheetFormatPr baseColWidth defaultColWidth defaultRowHeight customHeight zeroHeight thickTop thickBottom outlineLevelRow=none outlineLevelCol=none
worksheet/cols
cols/col min max width style hidden bestFit customWidth phonetic=off outlineLevel=none collapsed=off
worksheet/sheetData
sheetData/row r spans s customFormat ht hidden customHeight outlineLevel=none collapsed=off thickTop thickBot ph=off
row/c r s t ph=off cm=none vm=none
c/v
c/f *
c/is
is/t
worksheet/sheetCalcPr *
worksheet/sheetProtection *
worksheet/protectedRanges
protectedRanges/protectedRange *
protectedRange/securityDescriptor
worksheet/autoFilter *
autoFilter/filterColumn *
filterColumn/filters *
filters/filter *
filters/dateGroupItem *
filterColumn/customFilters *
customFilters/customFilter *
filterColumn/top10 *
filterColumn/dynamicFilter *
filterColumn/colorFilter *
filterColumn/iconFilter *
autoFilter/sortState *
worksheet/sortState *
sortState/sortCondition *
worksheet/mergeCells *
mergeCells/mergeCell *
worksheet/phoneticPr *
worksheet/conditionalFormatting sqref pivot=off
conditionalFormatting/cfRule *
cfRule/formula
worksheet/dataValidations *
dataValidations/dataValidation *
dataValidation/formula1
dataValidation/formula2
worksheet/hyperlinks
hyperlinks/hyperlink *
worksheet/printOptions *
worksheet/pageMargins left=margin right=margin top=margin bottom=margin header=margin footer=margin
worksheet/pageSetup paperSize paperHeight paperWidth scale=scale firstPageNumber fitToWidth fitToHeight pageOrder orientation usePrinterDefaults blackAndWhite draft cellComments useFirstPageNumber errors horizontalDpi verticalDpi copies r:id
worksheet/headerFooter *
headerFooter/oddHeader
headerFooter/oddFooter
headerFooter/evenHeader
headerFooter/evenFooter
headerFooter/firstHeader
headerFooter/firstFooter
worksheet/rowBreaks *
rowBreaks/brk *
worksheet/colBreaks *
colBreaks/brk *
worksheet/customProperties
customProperties/customPr *
worksheet/ignoredErrors
ignoredErrors/ignoredError *
worksheet/drawing *
worksheet/tableParts *
tableParts/tablePart *
worksheet/extLst
sheetView/extLst
ignoredErrors/extLst
dataValidations/extLst
extLst/ext *
`
	bookElements = `
workbook/fileVersion *
workbook/fileSharing *
workbook/workbookPr date1904 showObjects=all showBorderUnselectedTables filterPrivacy promptedSolutions showInkAnnotation backupFile saveExternalLinkValues updateLinks codeName hidePivotFieldList showPivotChartFilter allowRefreshQuery publishItems checkCompatibility autoCompressPictures refreshAllConnections defaultThemeVersion dateCompatibility=on
workbook/workbookProtection *
workbook/bookViews
bookViews/workbookView visibility=visible minimized=off showHorizontalScroll=on showVerticalScroll=on showSheetTabs=on xWindow yWindow windowWidth=window windowHeight=window tabRatio=tabs firstSheet activeTab autoFilterDateGrouping
workbookView/extLst
workbook/sheets
sheets/sheet *
workbook/definedNames
definedNames/definedName name comment customMenu description help statusBar localSheetId hidden function=off vbProcedure=off xlm=off functionGroupId shortcutKey publishToServer workbookParameter
workbook/calcPr calcId calcMode fullCalcOnLoad refMode iterate iterateCount iterateDelta fullPrecision=on calcCompleted calcOnSave concurrentCalc concurrentManualCount forceFullCalc
workbook/smartTagPr *
workbook/webPublishing *
workbook/fileRecoveryPr *
workbook/extLst
extLst/ext *
`
)

// What programs add of namespaces of their own, by the part.
var (
	sheetAdditions = []string{"ignoredErrors", "ignoredError", "sqref", "protectedRanges", "protectedRange", "uid"}
	bookAdditions  = []string{"AlternateContent", "Choice", "Fallback", "absPath", "revisionPtr", "workbookPr", "calcFeatures", "feature", "extCalcPr", "chartTrackingRefBase", "fileVersion"}
)

// attributeTests say of what an attribute may be, by name.
var attributeTests = map[string]func(string) bool{
	"on":      func(s string) bool { return s != "0" && s != "false" && s != "off" },
	"off":     func(s string) bool { return s == "" || s == "0" || s == "false" },
	"none":    func(s string) bool { return s == "" || s == "0" },
	"all":     func(s string) bool { return s == "all" },
	"visible": func(s string) bool { return s == "visible" },
	"zoom":    between(20, 400),
	"scale":   between(25, 400),
	"margin":  between(0, 3),
	"window":  between(1500, 1e9),
	"tabs":    between(100, 1000),
}

func between(least, most float64) func(string) bool {
	return func(s string) bool {
		f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		return err == nil && f >= least && f <= most
	}
}

// attributeSays is what an attribute does that is not as it must be.
var attributeSays = map[string]string{
	"showZeros": "zeros are not shown", "showFormulas": "formulas are shown in place of their values", "rightToLeft": "its columns run from right to left",
	"phonetic": "signs of how its texts sound are shown", "ph": "signs of how its texts sound are shown", "cm": "what a program computes is shown", "vm": "something else is shown in place of the value",
	"zoomScale": "it opens too small to be read", "scale": "it is printed too small to be read", "left": "its pages have no room for cells", "right": "its pages have no room for cells",
	"top": "its pages have no room for cells", "bottom": "its pages have no room for cells", "visibility": "its window is hidden", "minimized": "its window is hidden",
	"showSheetTabs": "the names of the sheets are not shown", "tabRatio": "the names of the sheets have no room", "showHorizontalScroll": "nobody can scroll in it", "showVerticalScroll": "nobody can scroll in it",
	"windowWidth": "its window has no room", "windowHeight": "its window has no room", "showObjects": "its charts are not shown",
	"outlineLevel": "rows or columns can be folded away", "outlineLevelRow": "rows can be folded away", "outlineLevelCol": "columns can be folded away", "collapsed": "rows or columns are folded away",
	"fullPrecision": "its figures are counted as they are shown", "dateCompatibility": "its days are counted from another day",
}

// allowed is an element that is known: its attributes, and their tests.
type allowed struct {
	anything bool
	attrs    map[string]func(string) bool // nil: whatever it is
}

// allowedIn takes a list of elements apart.
func allowedIn(list string) map[string]allowed {
	out := map[string]allowed{}
	for line := range strings.Lines(list) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		a := allowed{attrs: map[string]func(string) bool{}}
		for _, w := range words[1:] {
			name, test, _ := strings.Cut(w, "=")
			a.anything = a.anything || w == "*"
			a.attrs[name] = attributeTests[test]
		}
		out[words[0]] = a
	}
	return out
}

var (
	sheetAllowed = allowedIn(sheetElements)
	bookAllowed  = allowedIn(bookElements)
)

// foreignOf says what is wrong with the element that began last, "" if it is known: what
// it is, or what an attribute of it does.
func foreignOf(known map[string]allowed, additions []string, d *tokens, el xml.StartElement) (what, does string) {
	n := len(d.open)
	if n < 2 {
		return "", ""
	}
	if el.Name.Local == "" || strings.HasPrefix(el.Name.Local, "mc:") {
		if slices.Contains(additions, d.last.Local) {
			return "", ""
		}
		return d.last.Local, ""
	}
	a, ok := known[d.open[n-2].name+"/"+el.Name.Local]
	if !ok {
		return d.last.Local, ""
	}
	if a.anything {
		return "", ""
	}
	for _, at := range el.Attr {
		name := at.Name.Local
		test, ok := a.attrs[name]
		if !ok {
			return "", fmt.Sprintf("<%s> has the attribute %s, which the export has not", el.Name.Local, name)
		}
		if test != nil && !test(at.Value) {
			if says := attributeSays[name]; says != "" {
				return "", fmt.Sprintf("%s (%s=%q)", says, name, at.Value)
			}
			return "", fmt.Sprintf("<%s> has %s=%q, which the export has not", el.Name.Local, name, at.Value)
		}
	}
	return "", ""
}
