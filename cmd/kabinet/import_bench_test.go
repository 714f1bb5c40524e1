package main

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"kabinet/store/storetest"
)

// importedTables are the tables that an import of sales fills.
var importedTables = []string{"customer", "wallet", "customer_figures", "product", "variant", "stock", "import_product", "orders", "order_line", "accrual",
	"timeline", "refund", "refund_line", "import_entry", "transfer", "lot"}

// BenchmarkImportSales imports the whole retail file and copies the rows that came of it into tables without indexes, keys or triggers,
// on the same server in the same run. ratio is the time of the copy as a part of the import's: 0.125 is an eighth of its speed.
// ratio-lines compares with the copy of the bare lines of the file into one such table.
func BenchmarkImportSales(b *testing.B) {
	path := sharedData(b, retailFile)
	for b.Loop() {
		st := storetest.Open(b)
		start := time.Now()
		_, err := importInto[salesReport](b.Context(), b, st, importOptions{file: path, mapping: retailMap}, importSales)
		must(b, err)
		took := time.Since(start)
		var copied time.Duration
		rows := 0
		for _, table := range importedTables {
			t, n := copyBare(b, st.DB(), table)
			b.Logf("%-18s %7d rows %6.2f s", table, n, t.Seconds())
			copied += t
			rows += n
			if table == "order_line" {
				b.ReportMetric(t.Seconds()/took.Seconds(), "ratio-lines")
			}
		}
		b.ReportMetric(copied.Seconds()/took.Seconds(), "ratio")
		b.ReportMetric(float64(retailLaw.Lines)/took.Seconds(), "lines/s")
		b.ReportMetric(float64(rows)/copied.Seconds(), "copied-rows/s")
	}
}

// copyBare copies a table into one of the same columns and nothing else, as fast as the driver can, and returns how long the copying took.
func copyBare(b *testing.B, db *sqlx.DB, table string) (took time.Duration, n int) {
	b.Helper()
	var columns []string
	must(b, db.Select(&columns, `
select quote_ident(attname)
  from pg_attribute
 where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
 order by attnum`, table))
	names := strings.Join(columns, ", ")
	_, err := db.Exec("create table bare_" + table + " as select " + names + " from " + table + " with no data")
	must(b, err)
	rows, err := db.Queryx("select " + strings.Join(columns, "::text, ") + "::text from " + table)
	must(b, err)
	defer func() { _ = rows.Close() }()
	for more := true; more; {
		var chunk [][]any
		for len(chunk) < importBatchLines {
			if more = rows.Next(); !more {
				break
			}
			fields := make([]sql.NullString, len(columns))
			pointers := make([]any, len(columns))
			for i := range fields {
				pointers[i] = &fields[i]
			}
			must(b, rows.Scan(pointers...))
			values := make([]any, len(columns))
			for i, f := range fields {
				if f.Valid {
					values[i] = f.String
				}
			}
			chunk = append(chunk, values)
		}
		start := time.Now()
		tx, err := db.Begin()
		must(b, err)
		stmt, err := tx.Prepare("copy bare_" + table + " (" + names + ") from stdin")
		must(b, err)
		for _, values := range chunk {
			_, err = stmt.Exec(values...)
			must(b, err)
		}
		_, err = stmt.Exec()
		must(b, err)
		must(b, stmt.Close())
		must(b, tx.Commit())
		took += time.Since(start)
		n += len(chunk)
	}
	return took, n
}
