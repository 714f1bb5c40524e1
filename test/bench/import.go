package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// importedTables are the tables that an import of sales fills.
var importedTables = []string{"customer", "wallet", "customer_figures", "product", "variant", "stock", "import_product", "orders", "order_line", "accrual",
	"timeline", "refund", "refund_line", "import_entry", "transfer", "lot"}

// measureImport sets the import of sales lines against COPY of the rows that came of it into tables without indexes, keys or triggers.
func measureImport(ctx context.Context, b *bench) error {
	file, err := b.writeSales()
	if err != nil {
		return err
	}
	var imports, copies []time.Duration
	for n := range min(b.rounds, 3) {
		dsn, err := b.database(ctx, fmt.Sprintf("import_%d", n), "")
		if err != nil {
			return err
		}
		began := time.Now()
		if err := b.importSales(ctx, dsn, file); err != nil {
			return err
		}
		imports = append(imports, time.Since(began))
		copied, err := b.copyTables(ctx, dsn)
		if err != nil {
			return err
		}
		copies = append(copies, copied)
	}
	slices.Sort(imports)
	slices.Sort(copies)
	b.note("import of sales / COPY of what came of them", fmt.Sprintf("%.2f", copies[0].Seconds()/imports[0].Seconds()), "≥ 0.125", copies[0]*8 >= imports[0])
	fmt.Printf("\n## Import\n\n%d lines of sales at %.0f lines per second; COPY of the rows that came of them into unindexed tables takes 1/%.1f of the time\n", b.imports,
		float64(b.imports)/imports[0].Seconds(), imports[0].Seconds()/copies[0].Seconds())
	return nil
}

// writeSales writes invoices of 20 lines each, every fiftieth of which takes goods back, in the form of docs/examples/online-retail.map.yaml.
func (b *bench) writeSales() (path string, err error) {
	path = filepath.Join(b.dir, "sales.csv")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country")
	begin := time.Date(2024, 1, 8, 8, 0, 0, 0, time.UTC)
	for i := range b.imports {
		invoice, code := i/20, i%20*97+i/20%97
		prefix, sign := "", 1
		if invoice%50 == 49 {
			prefix, sign = "C", -1
		}
		fmt.Fprintf(w, "%s%d,P%05d,\"GOODS NUMBER %d, ASSORTED\",%d,%s,%d.%02d,%d,United Kingdom\n", prefix, 500_000+invoice, code, code,
			sign*(1+i%12), begin.Add(time.Duration(invoice)*3*time.Minute).Format(time.DateTime), 1+code%9, code%100, 10_000+invoice*31%4000)
	}
	return path, w.Flush()
}

// copyTables writes the imported tables to a file each and takes the time of reading them into bare tables of the same columns.
func (b *bench) copyTables(ctx context.Context, dsn string) (took time.Duration, err error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	file := filepath.Join(b.dir, "table.copy")
	for _, table := range importedTables {
		var columns string
		err := db.QueryRowContext(ctx, `
select string_agg(quote_ident(attname), ', ' order by attnum)
  from pg_attribute
 where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`, table).Scan(&columns)
		if err != nil {
			return 0, err
		}
		if err := psql(ctx, dsn, fmt.Sprintf(`\copy %s (%s) to '%s'`, table, columns, file)); err != nil {
			return 0, err
		}
		if _, err := db.ExecContext(ctx, fmt.Sprintf("create table bare_%[1]s as select %[2]s from %[1]s with no data", table, columns)); err != nil {
			return 0, err
		}
		began := time.Now()
		if err := psql(ctx, dsn, fmt.Sprintf(`\copy bare_%s from '%s'`, table, file)); err != nil {
			return 0, err
		}
		took += time.Since(began)
	}
	return took, nil
}

func psql(ctx context.Context, dsn, command string) error {
	if out, err := exec.CommandContext(ctx, "psql", "-q", "-X", "-c", command, dsn).CombinedOutput(); err != nil {
		return fmt.Errorf("psql %s: %w\n%s", command, err, out)
	}
	return nil
}

func (b *bench) importSales(ctx context.Context, dsn, file string) error {
	cmd := exec.CommandContext(ctx, b.bin, "import", "sales", "--file", file, "--map", "docs/examples/online-retail.map.yaml", "--report", "json",
		"--rejects", filepath.Join(b.dir, "rejects.csv"))
	cmd.Env = append(os.Environ(), "DATABASE_URL="+dsn, "KABINET_SECRET="+secret)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("import: %w\n%s%s", err, out.String(), problems.String())
	}
	var figures struct{ Lines int }
	if err := json.Unmarshal(out.Bytes(), &figures); err != nil || figures.Lines != b.imports {
		return fmt.Errorf("the import read %d lines: %w\n%s", figures.Lines, err, out.String())
	}
	return nil
}
