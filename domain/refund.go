package domain

import "strconv"

// RefundAsk is a line and how many of it to refund. At is the index of the input line, for error paths.
type RefundAsk struct {
	LineID   int64
	Quantity int64
	At       int
}

// RefundLine is what comes back for a line: money, points that were spent on it, and points it earned that are taken back.
type RefundLine struct {
	LineID         int64
	VariantID      *int64
	Kind           ProductKind
	Quantity       int64
	MoneyMinor     int64
	PointsBack     int64
	PointsReversed int64
}

// RefundPlan is what a refund gives back in all.
type RefundPlan struct {
	Lines          []RefundLine
	MoneyMinor     int64
	PointsBack     int64
	PointsReversed int64
	Whole          bool // nothing of the order is left to refund after this
}

// PlanRefund decides a refund of lines, or of everything left when asks is nil. A line gives back the share of its stored amounts that
// the refunded quantity is of the whole, floored; the last piece gives back what is left, so a line never gives more or less than it took.
func PlanRefund(lines []OrderLine, asks []RefundAsk) (RefundPlan, Refused) {
	if asks == nil {
		for _, l := range lines {
			if left := l.Quantity - l.RefundedQuantity; left > 0 {
				asks = append(asks, RefundAsk{LineID: l.ID, Quantity: left})
			}
		}
	}
	if len(asks) == 0 {
		return RefundPlan{}, Refused{{Code: CodeRequired, Field: []string{"lines"}, Rule: "lines"}}
	}
	var plan RefundPlan
	var refused Refused
	asked := map[int64]int64{}
	for _, a := range asks {
		path := []string{"lines", strconv.Itoa(a.At)}
		line, found := findLine(lines, a.LineID)
		if !found {
			refused = append(refused, Refusal{Code: CodeNotFound, Field: append(path, "lineId"), Rule: "line"})
			continue
		}
		done := line.RefundedQuantity + asked[line.ID]
		switch left := line.Quantity - done; {
		case a.Quantity < 1:
			refused = append(refused, Refusal{Code: CodeTooSmall, Field: append(path, "quantity"), Limit: 1})
			continue
		case a.Quantity > left:
			refused = append(refused, Refusal{Code: CodeTooLarge, Field: append(path, "quantity"), Limit: left})
			continue
		}
		asked[line.ID] += a.Quantity
		piece := func(whole int64) int64 {
			return mulDiv(whole, done+a.Quantity, line.Quantity) - mulDiv(whole, done, line.Quantity)
		}
		r := RefundLine{LineID: line.ID, VariantID: line.VariantID, Kind: line.Kind, Quantity: a.Quantity,
			MoneyMinor: piece(line.TotalMinor), PointsBack: piece(line.PointsSpent), PointsReversed: piece(line.PointsToEarn)}
		plan.add(r)
		plan.MoneyMinor += r.MoneyMinor
		plan.PointsBack += r.PointsBack
		plan.PointsReversed += r.PointsReversed
	}
	plan.Whole = true
	for _, l := range lines {
		plan.Whole = plan.Whole && l.RefundedQuantity+asked[l.ID] == l.Quantity
	}
	return plan, refused
}

// add puts a line into the plan, or grows the one that is there already.
func (p *RefundPlan) add(r RefundLine) {
	for i := range p.Lines {
		if have := &p.Lines[i]; have.LineID == r.LineID {
			have.Quantity += r.Quantity
			have.MoneyMinor += r.MoneyMinor
			have.PointsBack += r.PointsBack
			have.PointsReversed += r.PointsReversed
			return
		}
	}
	p.Lines = append(p.Lines, r)
}

func findLine(lines []OrderLine, id int64) (OrderLine, bool) {
	for _, l := range lines {
		if l.ID == id {
			return l, true
		}
	}
	return OrderLine{}, false
}
