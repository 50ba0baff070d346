package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"countersign/domain"
	"countersign/export/report"
	"countersign/review"
	"countersign/store/ingest"
)

// everyReport is the word for all of them.
const everyReport = "all"

// shelf is one file of a folder of reports: which report in which format, and the
// campaign it is about.
type shelf struct {
	report   report.Report // of the word's name; empty where the file is no report
	word     string
	format   report.Format
	campaign review.Campaign
	asOf     string
	file     string
}

// exportDirJSON is the answer of export --dir.
type exportDirJSON struct {
	about
	Folder  string       `json:"folder"`
	Written []exportJSON `json:"written"`
	Failed  []failedJSON `json:"failed"`
	Notes   []string     `json:"notes,omitempty"`
}

// failedJSON is a report that was not written.
type failedJSON struct {
	Report string `json:"report"`
	File   string `json:"file"`
	Error  string `json:"error"`
}

// exportDir writes the reports named into a folder, each under the name it always
// has. What fails is said, and the others are written; the error is then of the
// kind of the first that failed.
func (s *session) exportDir(args []string, f exportFlags) error {
	if f.out != "" || f.sheet != "" {
		return domain.Errorf(domain.Invalid, "with --dir the files have names of their own and hold whole reports").Hinted("leave --out and --sheet out")
	}
	shelves, notes, err := s.shelves(args, f)
	if err != nil {
		return err
	}
	dir, err := openFolder(f.dir)
	if err != nil {
		return err
	}
	if dir != filepath.Clean(f.dir) {
		notes = append(notes, fmt.Sprintf("%s leads through a symbolic link: written to %s", f.dir, dir))
		f.dir = dir
	}
	doc := exportDirJSON{Folder: f.dir, Written: []exportJSON{}, Failed: []failedJSON{}, Notes: notes}
	bar := s.bar()
	var first error
	for _, x := range shelves {
		one := f
		one.out, one.asOf = filepath.Join(f.dir, x.file), x.asOf
		done, err := s.fill(x, one, func(part string, n, of int64) { bar.tell(x.file+": "+part, n, of) })
		if err != nil {
			first = cmp.Or(first, err)
			doc.Failed = append(doc.Failed, failedJSON{x.word, one.out, err.Error()})
			if s.ctx.Err() != nil {
				break // told to stop
			}
			continue
		}
		doc.about = done.about
		doc.Written = append(doc.Written, done)
	}
	if err := bar.end(nil); err != nil {
		return err
	}
	return errors.Join(s.answer(doc, s.folderPage(doc)), notAll(first, len(doc.Failed), len(shelves)))
}

// notAll is the error where some were not written: of the kind of the first.
func notAll(first error, failed, of int) error {
	if first == nil {
		return nil
	}
	e := domain.Errorf(domain.CodeOf(first), "%d of %s not written", failed, review.Count(of, "report was", "reports were"))
	return e.Hinted("the first: %v", first)
}

func (s *session) folderPage(doc exportDirJSON) *page {
	p := s.newPage()
	for _, w := range doc.Written {
		p.line("%s: %s", w.File, review.Count(w.Rows, "row", "rows"))
		for _, n := range w.Notes {
			p.line("  note: %s", n)
		}
	}
	for _, x := range doc.Failed {
		p.line("not written: %s: %s", x.File, x.Error)
	}
	for _, n := range doc.Notes {
		p.line("note: %s", n)
	}
	return p
}

// fill writes one file of the folder.
func (s *session) fill(x shelf, f exportFlags, tell report.Progress) (exportJSON, error) {
	switch x.word {
	case string(ingest.Organisation):
		return s.organisationTo(f)
	case packageWord:
		return s.packageTo(x.campaign.ID, f.out, f.key, tell)
	}
	var about []string
	if x.campaign.ID != "" {
		about = []string{string(x.campaign.ID)}
	}
	return s.exportOne(s.ctx, x.report, about, f, x.format, tell)
}

// shelves are the files that are asked for, in the order of the reports.
func (s *session) shelves(args []string, f exportFlags) (out []shelf, notes []string, err error) {
	reports, whole, all, err := reportsNamed(args)
	if err != nil {
		return nil, nil, err
	}
	if len(whole) > 0 && f.narrowed() != "" {
		return nil, nil, domain.Errorf(domain.Invalid, "the %s is written whole", whole[0]).Hinted("leave what narrows it out, or it")
	}
	if all && (f.filter != "" || f.from != "" || f.to != "" || f.department != "" || f.active || f.agent != "" || len(f.agents) > 0) {
		return nil, nil, domain.Errorf(domain.Invalid, "all reports are written whole: not each can be narrowed so").Hinted("name the reports, or leave what narrows them out")
	}
	if slices.Contains(whole, packageWord) && f.asOf != "" {
		return nil, nil, domain.Errorf(domain.Invalid, "a package is not made as of another moment: it is of the event that closed the campaign, or of the present").Hinted("leave --as-of out, or package")
	}
	formats, err := formatsNamed(f.format)
	if err == nil && len(reports) == 0 && strings.TrimSpace(f.format) != "" {
		err = wholeFormats(whole, formats)
	}
	if err != nil {
		return nil, nil, err
	}
	narrowed := f.narrowed()
	err = s.view(func(tx review.Tx) error {
		among, err := tx.Campaigns()
		if err != nil {
			return err
		}
		for _, r := range reports {
			asOf := f.asOf
			if all && !slices.Contains(r.Takes, report.AsOf) {
				asOf = "" // a campaign's evidence is pinned, or of the present
			}
			about := []review.Campaign{{}}
			if needs(r, "campaign") {
				if about, err = campaignsFor(tx, f.campaign); err != nil {
					return err
				}
				if len(about) == 0 {
					notes = append(notes, "no campaign was staged yet: no "+r.Name)
				}
			}
			for _, c := range about {
				for _, format := range formats {
					out = append(out, shelf{r, r.Name, format, c, asOf, stableName(r.Name, c, asOf, narrowed, among) + format.Extension()})
				}
			}
		}
		for _, word := range whole {
			more, err := wholes(tx, word, f, among)
			if err != nil {
				return err
			}
			if len(more) == 0 {
				notes = append(notes, "no campaign was staged yet: no "+word)
			}
			out = append(out, more...)
		}
		return nil
	})
	if narrowed != "" {
		notes = append(notes, fmt.Sprintf("the names end in %s, which stands for what narrows them: %s", narrowedName(narrowed), narrowed))
	}
	if slices.Contains(formats, report.CSV) && slices.Contains(formats, report.CSVRaw) {
		err = errors.Join(err, domain.Errorf(domain.Invalid, "csv and csv-raw have the same names").Hinted("choose one of them"))
	}
	if err == nil && f.campaign != "" && !slices.Contains(whole, packageWord) && !slices.ContainsFunc(reports, func(r report.Report) bool { return needs(r, "campaign") }) {
		err = domain.Errorf(domain.Invalid, "none of these reports is about a campaign").Hinted("leave --campaign out")
	}
	return out, notes, err
}

// packageWord is the word for evidence packages.
const packageWord = "package"

// wholeFormats refuses formats in which none of what goes whole into a file is written.
func wholeFormats(whole []string, formats []report.Format) error {
	for _, format := range formats {
		fits := func(word string) bool {
			return word == packageWord && format == report.ZIP || word != packageWord && format == report.JSON
		}
		if !slices.ContainsFunc(whole, fits) {
			return domain.Errorf(domain.Invalid, "the organisation is written as JSON and a package as zip, never as %s", format).Hinted("leave --format out")
		}
	}
	return nil
}

// reportsNamed are the reports of these names, each once, and apart from them what
// always goes whole into a file of one form: the organisation, packages. "all" is
// every report.
func reportsNamed(args []string) (out []report.Report, whole []string, all bool, err error) {
	add := func(list ...report.Report) {
		for _, r := range list {
			if !slices.ContainsFunc(out, func(have report.Report) bool { return have.Name == r.Name }) {
				out = append(out, r)
			}
		}
	}
	for _, a := range args {
		switch word := strings.ToLower(strings.TrimSpace(a)); word {
		case everyReport:
			all = true
			add(report.Reports()...)
		case string(ingest.Organisation), packageWord:
			if !slices.Contains(whole, word) {
				whole = append(whole, word)
			}
		default:
			r, err := report.Find(a)
			if err != nil {
				return nil, nil, false, err
			}
			add(r)
		}
	}
	return out, whole, all, nil
}

// wholes are the files of what always goes whole into one.
func wholes(tx review.Tx, word string, f exportFlags, among []review.Campaign) ([]shelf, error) {
	if word == string(ingest.Organisation) {
		return []shelf{{word: word, format: report.JSON, asOf: f.asOf, file: stableName(word, review.Campaign{}, f.asOf, "", nil) + ".json"}}, nil
	}
	about, err := campaignsFor(tx, f.campaign)
	var out []shelf
	for _, c := range about {
		out = append(out, shelf{word: word, campaign: c, file: stableName(word, c, "", "", among) + ".zip"})
	}
	return out, err
}

// formatsNamed are the formats with commas between, each once; xlsx where none is.
func formatsNamed(words string) ([]report.Format, error) {
	if strings.TrimSpace(words) == "" {
		return []report.Format{report.XLSX}, nil
	}
	var out []report.Format
	for w := range strings.SplitSeq(words, ",") {
		f, err := report.ParseFormat(w)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out, nil
}

// campaignsFor are the campaigns a folder of reports has the evidence of: the one
// named, else every one that was staged.
func campaignsFor(tx review.Tx, ref string) ([]review.Campaign, error) {
	if ref != "" {
		c, err := campaignOf(tx, ref)
		return []review.Campaign{c}, err
	}
	all, err := tx.Campaigns()
	return slices.DeleteFunc(all, func(c review.Campaign) bool { return c.Population == "" }), err
}

// openFolder makes the folder where it is not there, and gives the path it is
// written by, in which nothing is a symbolic link: a link on the way is followed
// once, here, and the path says where to. One that is a link itself, or no folder,
// is refused: it could be anybody's.
func openFolder(dir string) (string, error) {
	info, err := os.Lstat(filepath.Clean(dir)) // with a slash behind it a link would be followed
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", domain.Errorf(domain.Forbidden, "the folder %s cannot be looked at: %v", dir, errors.Unwrap(err)).Hinted("choose another with --dir")
	case info.Mode()&fs.ModeSymlink != 0:
		return "", domain.Errorf(domain.Forbidden, "%s is a symbolic link, which is not written through", dir).Hinted("name the folder it points to")
	case !info.IsDir():
		return "", domain.Errorf(domain.Invalid, "%s is no folder", dir).Hinted("name a folder with --dir, or one file with --out")
	}
	real, err := withoutLinks(filepath.Clean(dir))
	if err != nil {
		return "", domain.Errorf(domain.Forbidden, "the folder %s cannot be made: a symbolic link on the way leads nowhere", dir).Hinted("choose another with --dir")
	}
	if err := os.MkdirAll(real, 0o700); err != nil {
		return "", domain.Errorf(domain.Forbidden, "the folder %s cannot be made: %v", dir, errors.Unwrap(err)).Hinted("choose another with --dir")
	}
	return real, nil
}

// withoutLinks gives a path with every symbolic link on it followed, also where its
// end is not there yet.
func withoutLinks(path string) (string, error) {
	rest := ""
	for {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) || path == filepath.Dir(path) {
			break
		}
		path, rest = filepath.Dir(path), filepath.Join(filepath.Base(path), rest)
	}
	real, err := filepath.EvalSymlinks(path)
	return filepath.Join(real, rest), err
}
