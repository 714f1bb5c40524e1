package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"kabinet/internal/importer"
)

// figure is a row of the table of figures.
type figure struct {
	name  string
	value any
}

// errFiguresDiffer says that what is stored is not what was read.
var errFiguresDiffer = errors.New("what is stored differs from what was read")

// print writes the figures: one JSON object, or a table; or hands them to the gauge.
func (j *importJob) print(report any, figures []figure) error {
	if j.gauge != nil {
		j.gauge.report = report
		return nil
	}
	if j.report == "json" {
		out := json.NewEncoder(j.out)
		out.SetIndent("", "  ")
		return out.Encode(report)
	}
	table := tabwriter.NewWriter(j.out, 0, 0, 2, ' ', 0)
	for _, f := range figures {
		if _, err := fmt.Fprintf(table, "%s\t%v\n", f.name, f.value); err != nil {
			return err
		}
	}
	return table.Flush()
}

// compare fails when what is stored is not what was read. While the source has this file only, all figures must agree; with more
// files, what is stored must have grown by the lines that were new.
func (j *importJob) compare(same bool, lines int64, stored, read any) error {
	switch {
	case j.run.Alone && !same:
		return fmt.Errorf("%w:\nstored %+v\nread   %+v", errFiguresDiffer, stored, read)
	case !j.run.Alone && lines != j.before+j.count.Added:
		return fmt.Errorf("%w: %d lines are stored, but there were %d and %d came new", errFiguresDiffer, lines, j.before, j.count.Added)
	}
	return nil
}

// importProgress tells how far an import is: in place on a terminal, in a line every few seconds elsewhere.
type importProgress struct {
	out      io.Writer
	input    *importer.File
	terminal bool
	start    time.Time
	last     time.Time

	begun bool
}

func newImportProgress(out io.Writer, input *importer.File) *importProgress {
	p := &importProgress{out: out, input: input, start: time.Now(), last: time.Now()}
	if f, ok := out.(*os.File); ok {
		p.terminal = term.IsTerminal(int(f.Fd()))
	}
	return p
}

// advance shows the state after a batch, not too often.
func (p *importProgress) advance(j *importJob) {
	every := 5 * time.Second
	if p.terminal {
		every = 200 * time.Millisecond
	}
	if time.Since(p.last) < every {
		return
	}
	p.last = time.Now()
	percent := int64(100)
	if size := p.input.Size(); size > 0 {
		percent = min(100*p.input.Consumed()/size, 100)
	}
	line := fmt.Sprintf("%3d %%  %d lines  %.0f lines/s", percent, j.run.Records, p.rate(j))
	if p.terminal {
		_, _ = fmt.Fprintf(p.out, "\r%s\x1b[K", line)
		p.begun = true
		return
	}
	_, _ = fmt.Fprintln(p.out, line)
}

// rate is lines stored each second.
func (p *importProgress) rate(j *importJob) float64 {
	return float64(j.count.Added+j.count.Known) / max(time.Since(p.start).Seconds(), 0.001)
}

// end says what was done.
func (p *importProgress) end(j *importJob) {
	if p.begun {
		_, _ = fmt.Fprint(p.out, "\r\x1b[K")
	}
	if j.run.ID == 0 {
		return
	}
	_, _ = fmt.Fprintf(p.out, "%s: %d lines new, %d known, in %.1f s (%.0f lines/s)\n", j.run.Name, j.count.Added,
		j.count.Known, time.Since(p.start).Seconds(), p.rate(j))
	if j.rejected > 0 {
		_, _ = fmt.Fprintf(p.out, "%d lines could not be taken in: see %s\n", j.rejected, j.rejects.path)
	}
}
