package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

// This file is the frame of imports: the run of a file, and the steps that sales and stays share. A batch is one transaction that writes
// its lines and moves its run forward, so a killed import goes on at the batch it did not finish, and whatever a batch brings twice is known by
// its place in the invoice and skipped. Batches take one lock first: imports write one after the other. Nobody is told of imported
// orders: they are history.

// importLock is the advisory lock that batches of imports hold.
const importLock = 0x6b6162696e6574

const importRunColumns = `r.id, r.kind, r.source, r.file_name, r.digest, r.options, r.records, r.rejected, r.alone, r.started_at, r.finished_at`

// BeginImport opens the run of a file, or the one that is there: Records says where to go on. An empty database takes the terms over as
// its business; on any other one a different currency, or worth of a point, is Conflict, and so is a source that holds files of the other kind.
func (s *Store) BeginImport(ctx context.Context, f domain.ImportFile, terms domain.ImportTerms) (run domain.ImportRun, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.lockImports(ctx); err != nil {
			return err
		}
		if err := tx.agree(ctx, terms); err != nil {
			return err
		}
		var other bool
		err := tx.get(ctx, &other, `select exists (select 1 from import_run where source = $1 and kind <> $2)`, f.Source, f.Kind)
		if err != nil {
			return err
		}
		if other {
			return domain.Errorf(domain.Conflict, "the source %q holds files of another kind: give this one a source of its own", f.Source)
		}
		return tx.get(ctx, &run, `
insert into import_run as r (kind, source, file_name, digest, options, alone, started_at)
values ($1, $2, $3, $4, $5, not exists (select 1 from import_run where source = $2), $6)
on conflict on constraint import_run_file_unique do update
   set file_name = excluded.file_name,
       options = excluded.options,
       records = case when r.options = excluded.options then r.records else 0 end,
       rejected = case when r.options = excluded.options then r.rejected else 0 end,
       alone = r.alone and (r.options = excluded.options or r.records = 0),
       finished_at = case when r.options = excluded.options then r.finished_at end
returning `+importRunColumns, f.Kind, f.Source, f.Name, f.Digest, f.Options, tx.now)
	})
	return run, err
}

// FinishImport says that the file was read to its end and brings the latest names and prices into the catalogue. A run is alone only while its source has no other file.
func (s *Store) FinishImport(ctx context.Context, run domain.ImportRun) (domain.ImportRun, error) {
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.lockImports(ctx); err != nil {
			return err
		}
		if err := tx.renewCatalog(ctx, run.Source); err != nil {
			return err
		}
		return tx.get(ctx, &run, `
update import_run r
   set finished_at = coalesce(r.finished_at, $2),
       alone = r.alone and not exists (select 1 from import_run o where o.source = r.source and o.id <> r.id)
 where r.id = $1
returning `+importRunColumns, run.ID, tx.now)
	})
	return run, err
}

func (t *Tx) lockImports(ctx context.Context) error {
	_, err := t.exec(ctx, `select pg_advisory_xact_lock($1)`, int64(importLock))
	return err
}

// agree makes the business what the terms say when the database is empty, and else checks that they fit it.
func (t *Tx) agree(ctx context.Context, terms domain.ImportTerms) error {
	var empty bool
	err := t.get(ctx, &empty, `
select not exists (select 1 from product) and not exists (select 1 from customer) and not exists (select 1 from orders)`)
	if err != nil {
		return err
	}
	if empty {
		_, err := t.exec(ctx, `
update business
   set currency = $1, time_zone = $2, locale = $3, point_minor = coalesce(nullif($4::bigint, 0), point_minor)
 where (currency, time_zone, locale, point_minor) is distinct from ($1, $2, $3, coalesce(nullif($4::bigint, 0), point_minor))`,
			terms.CurrencyCode, terms.TimeZone, terms.Locale, terms.PointMinor)
		return err
	}
	known, err := t.terms(ctx)
	if err != nil {
		return err
	}
	b := known.business
	switch {
	case b.CurrencyCode != terms.CurrencyCode:
		return domain.Errorf(domain.Conflict, "the business of this database works in %s, the file is in %s: import it into a database of its own", b.CurrencyCode, terms.CurrencyCode)
	case terms.PointMinor != 0 && b.Points.PointMinor != terms.PointMinor:
		return domain.Errorf(domain.Conflict, "a point is worth %d minor units in this database and %d in the mapping", b.Points.PointMinor, terms.PointMinor)
	}
	return nil
}

// importBatch is what one batch of a run works with.
type importBatch struct {
	*Tx
	run    domain.ImportRun
	locale domain.Locale
	terms  *terms
	rule   domain.EarningRule
}

// importStep runs one batch of a run in a transaction. A run that another process moved meanwhile is Conflict.
func (s *Store) importStep(ctx context.Context, run domain.ImportRun, locale domain.Locale, after domain.ImportStep,
	work func(context.Context, *importBatch) error) (moved domain.ImportRun, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.lockImports(ctx); err != nil {
			return err
		}
		err := tx.get(ctx, &moved, `
update import_run r
   set records = $3, rejected = $4
 where r.id = $1 and r.records = $2 and r.options = $5
returning `+importRunColumns, run.ID, run.Records, after.Records, after.Rejected, run.Options)
		if errors.Is(err, domain.ErrNotFound) {
			return &domain.Error{Code: domain.Conflict, Message: fmt.Sprintf("another process imports %s at the same time", run.Name), RetryAfter: time.Minute}
		}
		if err != nil {
			return err
		}
		terms, err := tx.terms(ctx)
		if err != nil {
			return err
		}
		return work(ctx, &importBatch{Tx: tx, run: moved, locale: locale, terms: terms, rule: domain.CommonRule(terms.earning(tx.now))})
	})
	if err != nil {
		return run, err
	}
	return moved, nil
}

// numbers draws n ids from the sequence of a table.
func (t *Tx) numbers(ctx context.Context, table string, n int) ([]int64, error) {
	if n == 0 {
		return nil, nil
	}
	var ids pq.Int64Array
	err := t.get(ctx, &ids, `
select array_agg(nextval(s.name))
  from (select pg_get_serial_sequence($1, 'id')::regclass as name) s, generate_series(1, $2::int)`, table, n)
	return ids, err
}

// copyRows writes rows of any number in one COPY. The columns are SQL; row fills the values of a row, which is reused.
func copyRows[T any](ctx context.Context, t *Tx, into string, rows []T, row func(r *T, values []any) []any) error {
	if len(rows) == 0 {
		return nil
	}
	stmt, err := t.tx.PrepareContext(ctx, "copy "+into+" from stdin")
	if err != nil {
		return fmt.Errorf("copy %s: %w", into, err)
	}
	var values []any
	for i := range rows {
		values = row(&rows[i], values[:0])
		if _, err = stmt.ExecContext(ctx, values...); err != nil {
			break
		}
	}
	if err == nil {
		_, err = stmt.ExecContext(ctx)
	}
	if err = errors.Join(err, stmt.Close()); err != nil {
		return fmt.Errorf("copy %s: %w", into, err)
	}
	return nil
}

// orNull makes null of 0 and of the empty string.
func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// distinct are the different keys of rows in the order they come; empty keys are left out.
func distinct[T any](rows []T, key func(*T) string) []string {
	seen := map[string]bool{"": true}
	out := []string{}
	for i := range rows {
		if k := key(&rows[i]); !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}

// importedOrder is an order as an import writes it, or adds lines to.
type importedOrder struct {
	id         int64
	customerID int64
	invoice    string
	status     domain.OrderStatus
	reason     string
	flags      []string
	mills      int64 // its total
	points     int64
	placedAt   time.Time
	endedAt    time.Time
}

// writeOrders writes new orders with the timeline entry that says where they come from.
func (b *importBatch) writeOrders(ctx context.Context, orders []*importedOrder) error {
	err := copyRows(ctx, b.Tx, `orders (id, number, customer_id, source, import_source, external_number, flags, status, currency, subtotal, total,
  total_mills, points_to_earn, cancel_reason, locale, placed_at, completed_at, cancelled_at)`, orders,
		func(r **importedOrder, v []any) []any {
			o := *r
			minor, mills := domain.Mills(o.mills)
			var completed, cancelled any
			if o.status == domain.OrderCancelled {
				cancelled = o.endedAt
			} else {
				completed = o.endedAt
			}
			return append(v, o.id, b.number(o), orNull(o.customerID), string(domain.SourceImport), b.run.Source, o.invoice, pq.StringArray(orEmpty(o.flags)),
				string(o.status), b.terms.business.CurrencyCode, minor, minor, mills, o.points, orNull(o.reason), string(b.locale), o.placedAt, completed, cancelled)
		})
	if err != nil {
		return err
	}
	return copyRows(ctx, b.Tx, `timeline (order_id, at, kind, public, actor)`, orders, func(r **importedOrder, v []any) []any {
		return append(v, (*r).id, (*r).placedAt, string(domain.TimelinePlaced), true, string(domain.ActorImport))
	})
}

// number is what people call the order: the source with the invoice, or with the order's own number where invoices have none that can be said.
func (b *importBatch) number(o *importedOrder) string {
	if b.run.Kind == domain.ImportStays {
		return fmt.Sprintf("%s-%d", b.run.Source, o.id)
	}
	return b.run.Source + "-" + o.invoice
}

// importedLine is a line of an order as an import writes it.
type importedLine struct {
	order     *importedOrder
	position  int64
	item      item
	name      string // JSON
	kind      domain.ProductKind
	quantity  int64
	unitMills int64
	mills     int64
	points    int64
}

func (b *importBatch) writeLines(ctx context.Context, lines []importedLine) error {
	return copyRows(ctx, b.Tx, `order_line (order_id, position, variant_id, sku, name, kind, quantity, unit_price, subtotal, total, total_mills,
  rule_id, points_to_earn, imported)`, lines,
		func(l *importedLine, v []any) []any {
			unit, _ := domain.Mills(l.unitMills)
			minor, mills := domain.Mills(l.mills)
			var rule any
			if l.points > 0 {
				rule = b.rule.ID
			}
			return append(v, l.order.id, l.position, l.item.VariantID, l.item.SKU, l.name, string(l.kind), l.quantity, unit, minor, minor, mills,
				rule, l.points, true)
		})
}
