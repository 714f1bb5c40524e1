package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"kabinet/domain"
)

// pageQuery is a list as SQL constants: the page is cut out of it by key and id, never by an offset, so a page costs the same wherever it
// stands and rows that are added meanwhile shift nothing.
type pageQuery struct {
	columns string
	from    string // with its joins
	where   []string
	args    []any // of where, numbered from $1
	key     string
	keyType string // of key in SQL
	id      string
	desc    bool
	// each, when set, is a column that takes each of a few values: the page is merged from one index scan per value.
	each       string
	eachValues []string
}

// place is where a row stands in its list. Rows of lists embed it.
type place struct {
	SortKey string `db:"sort_key"`
	SortID  int64  `db:"sort_id"`
}

func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.SortID, 10) + ":" + p.SortKey))
}

func parsePageCursor(s string) (key string, id int64, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	num, key, found := strings.Cut(string(raw), ":")
	if err == nil && found {
		id, err = strconv.ParseInt(num, 10, 64)
	}
	if err != nil || !found || strings.ContainsRune(key, 0) {
		return "", 0, domain.Errorf(domain.Invalid, "the cursor is not one of this list")
	}
	return key, id, nil
}

// build writes the statement for a page and its arguments. It reads one row more than the page holds, to know whether there is more.
func (q pageQuery) build(page domain.Page) (string, []any, error) {
	where, args := slices.Clone(q.where), slices.Clone(q.args)
	bound := func(cursor string, less bool) error {
		key, id, err := parsePageCursor(cursor)
		if err != nil {
			return err
		}
		op := ">"
		if less {
			op = "<"
		}
		args = append(args, key, id)
		where = append(where, fmt.Sprintf("(%s, %s) %s ($%d::text::%s, $%d)", q.key, q.id, op, len(args)-1, q.keyType, len(args)))
		return nil
	}
	if page.After != "" {
		if err := bound(page.After, q.desc); err != nil {
			return "", nil, err
		}
	}
	if page.Before != "" {
		if err := bound(page.Before, !q.desc); err != nil {
			return "", nil, err
		}
	}
	direction := "asc"
	if q.desc != page.Backward() {
		direction = "desc"
	}
	// A constant, since for a parameter the planner would have to guess, and would plan each page anew or badly.
	limit := strconv.Itoa(page.Size() + 1)
	if q.each != "" {
		args = append(args, q.eachValues)
		where = append(where, q.each+" = every.value")
	}
	conditions := ""
	if len(where) > 0 {
		conditions = "\n where " + strings.Join(where, "\n   and ")
	}
	sql := fmt.Sprintf("select %s, (%s)::text as sort_key, %s as sort_id\n  from %s%s\n order by %s %s, %s %s\n limit %s",
		q.columns, q.key, q.id, q.from, conditions, q.key, direction, q.id, direction, limit)
	if q.each != "" {
		sql = fmt.Sprintf("select one.*\n  from unnest($%d::text[]) as every (value)\n cross join lateral (\n%s\n) one\n order by one.sort_key::%s %s, one.sort_id %s\n limit %s",
			len(args), sql, q.keyType, direction, direction, limit)
	}
	return sql, args, nil
}

// readPage reads a page of a list. Bad cursors are Invalid, also those of a list with another kind of key.
func readPage[R interface{ cursor() string }, T any](ctx context.Context, s *Store, q pageQuery, page domain.Page, item func(R) T) (domain.List[T], error) {
	sql, args, err := q.build(page)
	if err != nil {
		return domain.List[T]{}, err
	}
	var rows []R
	if err := s.list(ctx, &rows, sql, args...); err != nil {
		return domain.List[T]{}, pageError(err)
	}
	more := len(rows) > page.Size()
	if more {
		rows = rows[:page.Size()]
	}
	list := domain.List[T]{HasNext: more, HasPrevious: page.After != ""}
	if page.Backward() {
		slices.Reverse(rows)
		list.HasNext, list.HasPrevious = page.Before != "", more
	}
	for _, r := range rows {
		list.Items = append(list.Items, item(r))
		list.Cursors = append(list.Cursors, r.cursor())
	}
	return list, nil
}

// pageError makes Invalid of a key that the column's type does not take: the cursor comes from another list.
func pageError(err error) error {
	if pq.As(err, pqerror.InvalidTextRepresentation, pqerror.InvalidDatetimeFormat, pqerror.DatetimeFieldOverflow) != nil {
		return domain.Errorf(domain.Invalid, "the cursor is not one of this list")
	}
	return err
}
