package xlsx

import (
	"context"
	"fmt"
	"io"
	"iter"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"countersign/export/sheet"

	"github.com/xuri/excelize/v2"
)

// million yields rows like those of a large campaign: unique ids and addresses,
// words that repeat, numbers and times.
func million(rows int) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		words := []string{"certify", "reduce", "revoke", "abstain"}
		levels := []string{"None", "Read", "Edit", "View & Use"}
		cells := make([]sheet.Cell, 12)
		for i := range rows {
			user := i / 10 * 7919 % 100_000 // ten items a person, one after the other
			cells[0] = sheet.Of(fmt.Sprintf("itm_%08d", i))
			cells[1] = sheet.Of(fmt.Sprintf("user%05d@example.com", user))
			cells[2] = sheet.Of(fmt.Sprintf("First%d Last%d", user%977, user%1499))
			cells[3] = sheet.Of(fmt.Sprintf("Department %d", user%40))
			cells[4] = sheet.Of(fmt.Sprintf("agt_%06d", i*31%2000))
			cells[5] = sheet.Of(levels[i%4])
			cells[6] = sheet.Of(words[i*13%4])
			cells[7] = sheet.Of("manager of record confirmed the need")
			cells[8] = sheet.At(benchStart.Add(time.Duration(i) * time.Second))
			cells[9] = sheet.Whole(int64(i * 17 % 600))
			cells[10] = sheet.Of(fmt.Sprintf("user%05d@example.com", i*3%5000))
			cells[11] = sheet.Whole(int64(i))
			if !yield(cells, nil) {
				return
			}
		}
	}
}

var benchStart = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

func columns(n int) []sheet.Column {
	cols := make([]sheet.Column, n)
	for i := range cols {
		cols[i] = sheet.Column{Header: fmt.Sprintf("Column %d", i+1)}
	}
	return cols
}

// matrix yields the levels of people on agents, one in eight with access.
func matrix(people, agents int) iter.Seq2[[]sheet.Cell, error] {
	return func(yield func([]sheet.Cell, error) bool) {
		cells := make([]sheet.Cell, agents+1)
		for i := range people {
			cells[0] = sheet.Of(fmt.Sprintf("user%05d@example.com", i))
			for j := range agents {
				cells[j+1] = sheet.Cell{}
				if (i*31+j*17)%8 == 0 {
					cells[j+1] = sheet.Of([]string{"R", "U", "E"}[(i+j)%3])
				}
			}
			if !yield(cells, nil) {
				return
			}
		}
	}
}

type counting struct{ n int64 }

func (c *counting) Write(p []byte) (int, error) { c.n += int64(len(p)); return len(p), nil }

// watchHeap samples the memory Go holds until stopped, and returns the peak
// in MiB.
func watchHeap() (stop func() float64) {
	debug.FreeOSMemory() // what an earlier benchmark left does not count
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	held := func() uint64 {
		metrics.Read(sample)
		return sample[0].Value.Uint64() - sample[1].Value.Uint64()
	}
	var peak atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			peak.Store(max(peak.Load(), held()))
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	return func() float64 {
		close(done)
		<-stopped
		return float64(peak.Load()) / (1 << 20)
	}
}

func benchOurs(b *testing.B, width int, rows func() iter.Seq2[[]sheet.Cell, error]) {
	b.ReportAllocs()
	for b.Loop() {
		stop := watchHeap()
		out := &counting{}
		_, err := Write(context.Background(), out, sheet.Workbook{Title: "bench", Modified: benchStart, Sheets: []sheet.Sheet{
			{Name: "Rows", Table: &sheet.Table{Columns: columns(width), Rows: rows()}},
		}})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(stop(), "MiB-peak")
		b.ReportMetric(float64(out.n)/1e6, "MB-file")
	}
}

// benchStream is the peer: excelize's own streaming writer with the same cells.
func benchStream(b *testing.B, width int, rows func() iter.Seq2[[]sheet.Cell, error]) {
	b.ReportAllocs()
	for b.Loop() {
		stop := watchHeap()
		out := &counting{}
		if err := stream(out, width, rows()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(stop(), "MiB-peak")
		b.ReportMetric(float64(out.n)/1e6, "MB-file")
	}
}

func stream(out io.Writer, width int, rows iter.Seq2[[]sheet.Cell, error]) error {
	f := excelize.NewFile()
	sw, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	line := make([]any, width)
	n := 1
	for cells, err := range rows {
		if err != nil {
			return err
		}
		for i, c := range cells {
			switch c.Kind() {
			case sheet.Blank:
				line[i] = nil
			case sheet.Int:
				line[i] = c.Int()
			case sheet.Instant:
				line[i] = c.Time()
			default:
				line[i] = c.String()
			}
		}
		if err := sw.SetRow(cellName(n, 1), line); err != nil {
			return err
		}
		n++
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	if err := f.Write(out); err != nil {
		return err
	}
	return f.Close()
}

func BenchmarkMillionRows(b *testing.B) {
	rows := func() iter.Seq2[[]sheet.Cell, error] { return million(1_000_000) }
	b.Run("rows-alone", func(b *testing.B) {
		for b.Loop() {
			for _, err := range rows() {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	benchBeside(b, 12, rows)
}

func BenchmarkMatrix(b *testing.B) {
	benchBeside(b, 501, func() iter.Seq2[[]sheet.Cell, error] { return matrix(10_000, 500) })
}

func BenchmarkRead(b *testing.B) {
	data, _ := mustWrite(b, sheet.Workbook{Title: "bench", Modified: benchStart, Sheets: []sheet.Sheet{
		{Name: "Rows", Table: &sheet.Table{Columns: columns(12), Rows: million(100_000)}},
	}})
	for b.Loop() {
		if _, err := mustOpen(b, data).Contents(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
