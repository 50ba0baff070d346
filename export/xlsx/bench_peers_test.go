package xlsx

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"countersign/export/sheet"
)

// evidenceColumns is how many columns the Decisions sheet of the evidence has
// (report.Layout 2), and what a row of million is stretched to.
const evidenceColumns = 58

// evidence yields rows as wide as those of the Decisions sheet: after the twelve of
// million come sentences, words, times, figures and blanks, as in the evidence.
func evidence(rows int) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		levels := []string{"None", "Read", "Edit", "View & Use"}
		cells := make([]sheet.Cell, evidenceColumns)
		i := 0
		for first, err := range million(rows) {
			if err != nil {
				yield(nil, err)
				return
			}
			copy(cells, first)
			for c := len(first); c < len(cells); c++ {
				switch c % 6 {
				case 0:
					cells[c] = sheet.Of(fmt.Sprintf("member of Group %d, which holds role %d", i%500, (i+c)%60))
				case 1, 4:
					cells[c] = sheet.Of(levels[(i+c)%4])
				case 2:
					cells[c] = sheet.At(benchStart.Add(time.Duration(i*c) * time.Second))
				case 3:
					cells[c] = sheet.Whole(int64((i + c) % 900))
				default:
					cells[c] = sheet.Cell{}
				}
			}
			if i++; !yield(cells, nil) {
				return
			}
		}
	}
}

// benchRows is how many rows the evidence's benchmark writes: a million, or as many
// as COUNTERSIGN_BENCH_ROWS says, since the slowest peer takes a quarter of an hour.
func benchRows(b *testing.B) int {
	said := os.Getenv("COUNTERSIGN_BENCH_ROWS")
	if said == "" {
		return 1_000_000
	}
	n, err := strconv.Atoi(said)
	if err != nil || n < 1 {
		b.Fatalf("COUNTERSIGN_BENCH_ROWS is %q: give a number of rows", said)
	}
	return n
}

// BenchmarkEvidenceRows writes as many cells as the evidence of a million items has,
// beside excelize's streaming, libxlsxwriter's constant memory and openpyxl's
// write-only mode. The last two are handed the same cells through a pipe, and are left
// out where they are not installed. MiB-peak is what Go holds here, and the largest
// resident size of the others' processes.
func BenchmarkEvidenceRows(b *testing.B) {
	n := benchRows(b)
	benchBeside(b, evidenceColumns, func() iter.Seq2[[]sheet.Cell, error] { return evidence(n) })
}

// benchBeside writes the same cells with each of the engines.
func benchBeside(b *testing.B, width int, rows func() iter.Seq2[[]sheet.Cell, error]) {
	b.Run("ours", func(b *testing.B) { benchOurs(b, width, rows) })
	b.Run("excelize-stream", func(b *testing.B) { benchStream(b, width, rows) })
	b.Run("libxlsxwriter", func(b *testing.B) {
		program := filepath.Join(b.TempDir(), "libxlsxwriter")
		if out, err := exec.Command("gcc", "-O2", "-o", program, "testdata/peers/libxlsxwriter.c", "-lxlsxwriter").CombinedOutput(); err != nil {
			b.Skipf("libxlsxwriter is not installed: %s", out)
		}
		benchPiped(b, rows, program)
	})
	b.Run("openpyxl", func(b *testing.B) {
		if err := exec.Command("/usr/bin/python3", "-c", "import openpyxl").Run(); err != nil {
			b.Skip("openpyxl is not installed")
		}
		benchPiped(b, rows, "/usr/bin/python3", "testdata/peers/openpyxl_rows.py")
	})
}

// benchPiped has another program write the rows it is handed to the file it is named.
func benchPiped(b *testing.B, rows func() iter.Seq2[[]sheet.Cell, error], program string, args ...string) {
	runtime.GC()
	for b.Loop() {
		out := filepath.Join(b.TempDir(), "peer.xlsx")
		cmd := exec.Command(program, append(args[:len(args):len(args)], out)...)
		cmd.Stderr = os.Stderr
		in, err := cmd.StdinPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		stop := watchProcess(cmd.Process.Pid)
		if err := writeLines(in, rows()); err != nil {
			b.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(stop(), "MiB-peak")
		info, err := os.Stat(out)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/1e6, "MB-file")
	}
}

// watchProcess samples the largest resident size of a process until stopped, in MiB.
// What the system tells of it once it has ended counts this process too, which it was
// a copy of when it began.
func watchProcess(pid int) (stop func() float64) {
	var peak atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
				if err != nil {
					continue // it has ended
				}
				for line := range strings.Lines(string(status)) {
					if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
						n, _ := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")), 10, 64)
						peak.Store(max(peak.Load(), n))
					}
				}
			}
		}
	}()
	return func() float64 {
		close(done)
		<-stopped
		return float64(peak.Load()) / 1024
	}
}

// writeLines writes rows as the programs in testdata/peers read them, and closes w.
func writeLines(w io.WriteCloser, rows iter.Seq2[[]sheet.Cell, error]) error {
	buf := bufio.NewWriterSize(w, 1<<20)
	var line []byte
	for cells, err := range rows {
		if err != nil {
			return err
		}
		line = line[:0]
		for i, c := range cells {
			if i > 0 {
				line = append(line, '\t')
			}
			switch c.Kind() {
			case sheet.Blank:
			case sheet.Int:
				line = strconv.AppendInt(append(line, 'n'), c.Int(), 10)
			case sheet.Instant:
				days := c.Time().Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
				line = strconv.AppendFloat(append(line, 'd'), days, 'f', -1, 64)
			default:
				line = append(append(line, 's'), c.String()...)
			}
		}
		if _, err := buf.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	if err := buf.Flush(); err != nil {
		return err
	}
	return w.Close()
}
