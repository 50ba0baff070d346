package report

import (
	"slices"

	"countersign/export/xlsx"
)

// otherwise are the lines of a cover that a report made again from the log cannot
// have as the file has them: who exported it, where the log ended then, which is held
// against the log itself, and the digest of all of this, which must be the file's own.
var otherwise = []string{labelBy, labelSure, labelSize, labelRoot, labelDigest}

// CoverAsExported drops, from the differences of a file from a report made again, those
// of the cover that every export has, in the second column of the lines named above.
// Where the log vouches for the whole file, by the digest of its bytes or its content,
// it drops all of the cover's: another version may lay it out otherwise. remade is the
// scratch that the report made again was written to.
func (v *Verification) CoverAsExported(remade Scratch, vouched bool) error {
	book, err := xlsx.Open(remade, v.remade)
	if err != nil {
		return err
	}
	may, digest := map[int]bool{}, map[int]bool{}
	err = eachRow(book, sheetCover, func(row int, c []string) {
		may[row], digest[row] = slices.Contains(otherwise, c[0]), c[0] == labelDigest
	})
	if err != nil {
		return err
	}
	v.Differences = slices.DeleteFunc(v.Differences, func(d xlsx.Difference) bool {
		return d.Sheet == sheetCover && (vouched || d.Col == 2 && may[d.Row] && (!digest[d.Row] || d.Got == v.Digest))
	})
	return nil
}
