// Package xlsxtest checks workbooks by the rules whose breach makes Excel offer to
// repair a file. It reads the package with archive/zip and encoding/xml alone, so
// that no writer checks itself.
//
// The rules are those of ECMA-376 parts 1 and 2 and of Excel's published limits;
// each is one small function. They are stricter than the standard where Excel is.
package xlsxtest
