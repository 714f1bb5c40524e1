package main

import "fmt"

// verdict is a line of the table that closes a run.
type verdict struct {
	what, figure, aim string
	kept              bool
}

// note keeps a figure for the closing table. aim is empty where there is none.
func (b *bench) note(what, figure, aim string, kept bool) {
	b.verdicts = append(b.verdicts, verdict{what, figure, aim, kept})
}

// noteRatio keeps how a side compares with its floor, by rate: best with best, and the median of the rounds. aim 0: none.
func (b *bench) noteRatio(what string, r results, side, floor string, aim float64) {
	best, median := r.ratio(side, floor)
	text := ""
	if aim > 0 {
		text = fmt.Sprintf("≥ %g", aim)
	}
	b.note(what, fmt.Sprintf("%.2f (%.2f)", best, median), text, best >= aim)
}

// printVerdicts prints the table.
func (b *bench) printVerdicts() {
	if len(b.verdicts) == 0 {
		return
	}
	fmt.Print("\n## In one table: best (median)\n\n| what | figure | aim | |\n| --- | ---: | ---: | --- |\n")
	for _, v := range b.verdicts {
		kept := ""
		switch {
		case v.aim != "" && v.kept:
			kept = "kept"
		case v.aim != "":
			kept = "**missed**"
		}
		fmt.Printf("| %s | %s | %s | %s |\n", v.what, v.figure, v.aim, kept)
	}
}
