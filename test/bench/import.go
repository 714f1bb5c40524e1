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

// measureImport sets the import of sales lines against COPY of the same file into a table without any index.
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
		if err := copyLines(ctx, dsn, file); err != nil {
			return err
		}
		copies = append(copies, time.Since(began))
		began = time.Now()
		if err := b.importSales(ctx, dsn, file); err != nil {
			return err
		}
		imports = append(imports, time.Since(began))
	}
	slices.Sort(imports)
	slices.Sort(copies)
	fmt.Printf("\n## Import\n\n%d lines of sales: %.0f lines per second; COPY of the file into an unindexed table: %.0f; ratio %.3f, 1/%.1f\n", b.imports,
		float64(b.imports)/imports[0].Seconds(), float64(b.imports)/copies[0].Seconds(), copies[0].Seconds()/imports[0].Seconds(), imports[0].Seconds()/copies[0].Seconds())
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

// copyLines is the floor.
func copyLines(ctx context.Context, dsn, file string) (err error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `create table plain (invoice text, product text, name text, quantity bigint, at timestamp, price numeric, customer bigint, country text)`); err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	cmd := exec.CommandContext(ctx, "psql", "-q", "-c", `\copy plain from stdin with (format csv, header)`, dsn)
	cmd.Stdin = f
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("psql: %w\n%s", err, out)
	}
	_, err = db.ExecContext(ctx, "drop table plain")
	return err
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
