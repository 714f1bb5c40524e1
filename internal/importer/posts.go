package importer

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"kabinet/domain"
)

// postRow is a row of Posts.xml as communities of questions and answers export it.
type postRow struct {
	ID       string `xml:"Id,attr"`
	Type     string `xml:"PostTypeId,attr"`
	Parent   string `xml:"ParentId,attr"`
	Created  string `xml:"CreationDate,attr"`
	Edited   string `xml:"LastEditDate,attr"`
	Body     string `xml:"Body,attr"`
	UserID   string `xml:"OwnerUserId,attr"`
	UserName string `xml:"OwnerDisplayName,attr"`
	Title    string `xml:"Title,attr"`
}

// Posts reads the rows of Posts.xml, one at a time. What is not a question, answer or tag text, or lacks its number or date, comes as an error
// beside which the number is set; any other error ends the reading.
func Posts(r io.Reader) iter.Seq2[domain.ImportedPost, error] {
	return func(yield func(domain.ImportedPost, error) bool) {
		d := xml.NewDecoder(r)
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(domain.ImportedPost{}, fmt.Errorf("read posts: %w", err))
				return
			}
			start, isStart := token.(xml.StartElement)
			if !isStart || start.Name.Local != "row" {
				continue
			}
			var row postRow
			if err := d.DecodeElement(&row, &start); err != nil {
				yield(domain.ImportedPost{}, fmt.Errorf("read posts: %w", err))
				return
			}
			if !yield(row.post()) {
				return
			}
		}
	}
}

func (r postRow) post() (p domain.ImportedPost, err error) {
	kinds := map[string]domain.ImportedPostKind{"1": domain.ImportedQuestion, "2": domain.ImportedAnswer, "4": domain.ImportedTagText, "5": domain.ImportedTagText}
	p = domain.ImportedPost{Number: r.ID, Kind: kinds[r.Type], Title: strings.TrimSpace(r.Title), HTML: r.Body, Author: r.UserName}
	if p.Author == "" {
		p.Author = "#" + r.UserID
	}
	if p.Number == "" {
		p.Number = "?"
	}
	if p.Kind == domain.ImportedAnswer {
		p.Parent = r.Parent
	}
	if p.At, err = time.Parse("2006-01-02T15:04:05", r.Created); err != nil || r.ID == "" {
		return p, fmt.Errorf("post %s has no number or date", p.Number)
	}
	if p.Kind == "" {
		return p, fmt.Errorf("post %s is of the kind %q, which is not taken in", p.Number, r.Type)
	}
	if p.Kind == domain.ImportedQuestion && p.Title == "" || p.Kind == domain.ImportedAnswer && p.Parent == "" {
		return p, fmt.Errorf("post %s lacks its title or question", p.Number)
	}
	if edited, err := time.Parse("2006-01-02T15:04:05", r.Edited); err == nil {
		p.EditedAt = &edited
	}
	return p, nil
}
