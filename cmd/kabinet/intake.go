package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kabinet/domain"
	"kabinet/internal/importer"
	"kabinet/internal/job"
	"kabinet/store"
)

// intake takes the files in that staff bring to the desk: it receives them into a folder, looks at mappings and headers, and hands out rejected rows. What an
// import does with its files is what the command line does; intake_run.go drives it as a job.
type intake struct {
	st       *store.Store
	folder   string
	maxBytes int64
	log      *slog.Logger
	tookIn   func(kind domain.ImportKind, was, is domain.ImportProgress) // counts
}

// openIntake makes the folder of uploads where the configuration says.
func (c config) openIntake(st *store.Store, log *slog.Logger) (*intake, error) {
	folder := c.Imports
	if folder == "" {
		folder = filepath.Join(c.Data, "imports")
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of imports: %w", err)
	}
	return &intake{st: st, folder: folder, maxBytes: c.ImportMB << 20, log: log, tookIn: func(domain.ImportKind, domain.ImportProgress, domain.ImportProgress) {}}, nil
}

// upload is where a file lies. Names of objects are made by the store, of letters, digits and hyphens.
func (in *intake) upload(f domain.ImportUpload) string { return filepath.Join(in.folder, f.Object) }

// rejects is where the rejected rows of an import lie.
func (in *intake) rejects(importID int64) string {
	return filepath.Join(in.folder, fmt.Sprintf("import-%d.rejects.csv", importID))
}

// mapping is where the mapping of an import lies while it runs.
func (in *intake) mapping(importID int64) string {
	return filepath.Join(in.folder, fmt.Sprintf("import-%d.map.yaml", importID))
}

// Receive makes a place for a file and the link that takes it.
func (in *intake) Receive(ctx context.Context, v domain.Viewer, key, name string) (domain.ImportReception, error) {
	f, link, err := in.st.AddImportFile(ctx, v, key, name)
	return domain.ImportReception{File: f, Link: link, MaxBytes: in.maxBytes}, err
}

// Formats are what files of each kind look like in this business.
func (in *intake) Formats(ctx context.Context) ([]domain.ImportFormat, error) {
	b, err := in.st.Business(ctx)
	if err != nil {
		return nil, err
	}
	return importer.Formats(b), nil
}

// Start queues an import after a look at the mapping and the headers, so that most mistakes are told at once. Refusals: those of store.StartImport, a format or
// mapping that is none, and a file whose header lacks a column.
func (in *intake) Start(ctx context.Context, v domain.Viewer, key, format string, d domain.ImportDraft) (domain.Import, error) {
	if format != "" && strings.TrimSpace(d.Mapping) == "" {
		known, err := in.Formats(ctx)
		if err != nil {
			return domain.Import{}, err
		}
		at := slices.IndexFunc(known, func(f domain.ImportFormat) bool { return f.Name == format && f.Kind == d.Kind })
		if at < 0 {
			return domain.Import{}, domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{"format"}, Rule: "format"})
		}
		d.Mapping = known[at].Mapping
	}
	if refused := append(domain.CheckKey(key), domain.CheckImport(d)...); refused != nil {
		return domain.Import{}, refused
	}
	files, err := in.st.ImportFiles(ctx, d.Uploads())
	if err != nil {
		return domain.Import{}, err
	}
	paths := make([]string, len(d.Uploads()))
	for n, id := range d.Uploads() {
		f := files[id]
		if f.ReceivedAt == nil || f.RemovedAt != nil {
			return domain.Import{}, domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{d.UploadField(n)}, Rule: "importFile"})
		}
		paths[n] = in.upload(f)
	}
	if err := inspect(&d, paths); err != nil {
		return domain.Import{}, err
	}
	return in.st.StartImport(ctx, v, key, d)
}

// inspect reads the mapping and the headers, and fills in the source that the mapping names.
func inspect(d *domain.ImportDraft, paths []string) error {
	switch d.Kind {
	case domain.ImportSales:
		m, err := importer.ReadSalesMapping("mapping", strings.NewReader(d.Mapping))
		if err != nil {
			return unfit("mapping", "mapping", err)
		}
		d.Source = m.Source
		return look(paths[0], "fileId", func(f *importer.File) error {
			_, err := importer.NewSalesReader(f, m)
			return err
		})
	case domain.ImportStays:
		m, err := importer.ReadStaysMapping("mapping", strings.NewReader(d.Mapping))
		if err != nil {
			return unfit("mapping", "mapping", err)
		}
		d.Source = m.Source
		return look(paths[0], "fileId", func(f *importer.File) error {
			_, err := importer.NewStaysReader(f, m, "")
			return err
		})
	case domain.ImportReferrals:
		for n, columns := range [][]string{vouchColumns, memberColumns} {
			err := look(paths[n], d.UploadField(n), func(f *importer.File) error {
				_, err := findColumns(csv.NewReader(f), columns)
				return err
			})
			if err != nil {
				return err
			}
		}
	case domain.ImportPosts:
		return look(paths[0], "fileId", func(f *importer.File) error {
			for p, err := range importer.Posts(f) {
				if err != nil && p.Number == "" {
					return err
				}
				return nil
			}
			return errors.New("there is no row in it")
		})
	}
	return nil
}

// look opens a file for a look at its beginning; what is wrong with it is a refusal at the field.
func look(path, field string, read func(*importer.File) error) error {
	f, err := importer.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return domain.Refuse(domain.Refusal{Code: domain.CodeNotFound, Field: []string{field}, Rule: "importFile"})
	}
	if err != nil {
		return unfit(field, "importFile", errors.New("it is packed with gzip and cannot be unpacked"))
	}
	err = read(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return unfit(field, "importFile", err)
	}
	return nil
}

// unfit is the refusal of a mapping or file, with what its reader said.
func unfit(field, rule string, err error) error {
	var header *importer.HeaderError
	if errors.As(err, &header) && len(header.Twice) == 0 {
		return domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{field}, Rule: "importColumns",
			Name:   domain.Text{RU: strings.Join(header.Missing, ", "), EN: strings.Join(header.Missing, ", ")},
			Detail: cutHeader(strings.Join(header.Header, ", "))})
	}
	detail := strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\nmapping: ", "; "), "mapping: ")
	return domain.Refuse(domain.Refusal{Code: domain.CodeInvalid, Field: []string{field}, Rule: rule, Detail: detail})
}

// cutHeader keeps a header fit to show: a file of another kind may have anything as its first line.
func cutHeader(header string) string {
	const most = 200
	if len(header) <= most {
		return header
	}
	return strings.ToValidUTF8(header[:most], "") + "…"
}

// handleImports runs imports as jobs, one at a time, and clears old files away.
func handleImports(q *job.Queue, in *intake, every time.Duration) {
	q.Handle(store.JobImport, in.run, job.Limit(1), job.Timeout(0))
	const drop = "imports.drop"
	q.Handle(drop, func(ctx context.Context, _ job.Job) error { return in.drop(ctx) }, job.Limit(1))
	q.Every(drop, max(every, time.Hour), job.New{Kind: drop})
}

// drop removes files that nobody needs any more.
func (in *intake) drop(ctx context.Context) error {
	uploads, imports, err := in.st.DropImportFiles(ctx)
	if err != nil {
		return err
	}
	for _, object := range uploads {
		path := filepath.Join(in.folder, object)
		broken, _ := filepath.Glob(path + "-*" + partial) // the pattern is well-formed
		for _, path := range append(broken, path) {
			err = errors.Join(err, removeFile(path))
		}
	}
	for _, id := range imports {
		err = errors.Join(err, removeFile(in.rejects(id)), removeFile(in.mapping(id)))
	}
	return err
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
