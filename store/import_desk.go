package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"kabinet/domain"
	"kabinet/internal/job"
)

// This file is imports that staff ask for at the desk: the rows of their files, and where each import stands. The files lie in a folder of the server; a row
// says RECEIVED only after its file is there whole. Whoever works on an import notes its progress here and learns from it whether to go on.

// JobImport runs an import; its arguments are {"import": id}.
const JobImport = "import.run"

const importFileColumns = `f.id, f.object, f.name, coalesce(f.bytes, 0) as bytes, f.received_at, f.removed_at`

// AddImportFile makes the row of a file that is about to come, and the link that takes it.
func (s *Store) AddImportFile(ctx context.Context, v domain.Viewer, key, name string) (f domain.ImportUpload, link domain.TimedLink, err error) {
	if refused := append(domain.CheckKey(key), domain.CheckText(name, true, domain.MaxImportFileName, "name")...); refused != nil {
		return f, link, refused
	}
	o, err := newOnce(v, "importFileUpload", key, name)
	if err != nil {
		return f, link, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, o)
		if err != nil {
			return err
		}
		if repeat {
			return tx.get(ctx, &f, `select `+importFileColumns+` from import_file f where f.id = $1`, id)
		}
		err = tx.get(ctx, &f, `
insert into import_file as f (object, name, staff_id, created_at)
values ($1, $2, $3, $4)
returning `+importFileColumns, "upload-"+strings.ToLower(rand.Text()), name, v.StaffID, tx.now)
		if err != nil {
			return err
		}
		return tx.settle(ctx, o, f.ID)
	})
	if err != nil {
		return f, link, err
	}
	link, err = issueTicket(s, sealedUpload, f.ID, s.now().Add(domain.ImportUploadTime))
	return f, link, err
}

// ImportUpload finds the file that a link takes; ErrNotFound when the link has ended.
func (s *Store) ImportUpload(ctx context.Context, ticket string) (f domain.ImportUpload, err error) {
	id, err := readTicket[int64](s, sealedUpload, ticket)
	if err != nil {
		return f, err
	}
	err = s.get(ctx, &f, `select `+importFileColumns+` from import_file f where f.id = $1 and f.removed_at is null`, id)
	return f, err
}

// KeepImportFile records that a file is there whole.
func (s *Store) KeepImportFile(ctx context.Context, id, bytes int64) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, `update import_file set bytes = $2, received_at = $3 where id = $1 and received_at is null`, id, bytes, tx.now)
		return err
	})
}

// ImportFiles reads files by their ids.
func (s *Store) ImportFiles(ctx context.Context, ids []int64) (map[int64]domain.ImportUpload, error) {
	var rows []domain.ImportUpload
	err := s.list(ctx, &rows, `select `+importFileColumns+` from import_file f where f.id = any($1)`, orEmpty(ids))
	return byKey(rows, func(f domain.ImportUpload) int64 { return f.ID }), err
}

// StartImport queues an import. Refusals: those of domain.CheckImport, and NOT_FOUND for a file that is not there or a club that does not exist.
func (s *Store) StartImport(ctx context.Context, v domain.Viewer, key string, d domain.ImportDraft) (i domain.Import, err error) {
	if refused := append(domain.CheckKey(key), domain.CheckImport(d)...); refused != nil {
		return i, refused
	}
	o, err := newOnce(v, "importStart", key, d)
	if err != nil {
		return i, err
	}
	var id int64
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		var repeat bool
		var err error
		if id, repeat, err = tx.claim(ctx, o); err != nil || repeat {
			return err
		}
		if err := tx.checkImported(ctx, d); err != nil {
			return err
		}
		err = tx.get(ctx, &id, `
insert into import_task (kind, file_id, members_id, mapping, source, club_id, since, staff_id, created_at)
values ($1, $2, nullif($3, 0::bigint), $4, $5, nullif($6, 0::bigint), $7, $8, $9)
returning id`, d.Kind, d.FileID, d.MembersID, d.Mapping, d.Source, d.ClubID, d.Since, v.StaffID, tx.now)
		if err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx.tx, job.New{Kind: JobImport, Args: map[string]int64{"import": id}, UniqueKey: fmt.Sprintf("%s/%d", JobImport, id)}); err != nil {
			return err
		}
		tx.asked = true
		if err := tx.audit(ctx, v, "importStart", fmt.Sprintf("import:%d", id), "", map[string]any{"kind": d.Kind, "source": d.Source, "files": d.Uploads()}); err != nil {
			return err
		}
		if err := tx.tellImport(ctx, id); err != nil {
			return err
		}
		return tx.settle(ctx, o, id)
	})
	if err != nil {
		return i, err
	}
	return s.importByID(ctx, id)
}

// checkImported refuses files that are not there whole, and holds them until the transaction ends; and a club that does not exist.
func (t *Tx) checkImported(ctx context.Context, d domain.ImportDraft) error {
	var there []int64
	err := t.list(ctx, &there, `
select id from import_file where id = any($1) and received_at is not null and removed_at is null order by id for update`, d.Uploads())
	if err != nil {
		return err
	}
	known := setOf(there)
	var refused domain.Refused
	for n, id := range d.Uploads() {
		if !known[id] {
			refused = append(refused, domain.Refusal{Code: domain.CodeNotFound, Field: []string{d.UploadField(n)}, Rule: "importFile"})
		}
	}
	if d.Kind == domain.ImportPosts {
		var exists bool
		if err := t.get(ctx, &exists, `select exists (select 1 from club where id = $1)`, d.ClubID); err != nil {
			return err
		}
		if !exists {
			refused = append(refused, domain.Refusal{Code: domain.CodeNotFound, Field: []string{"clubId"}})
		}
	}
	if refused != nil {
		return refused
	}
	return nil
}

// tellImport tells the desk that an import went on.
func (t *Tx) tellImport(ctx context.Context, id int64) error {
	return t.tell(ctx, news{kind: domain.EventImportChanged, desk: true, data: domain.EventData{Import: &domain.ImportNews{ID: id}}})
}

// CancelImport calls an import off. One that waits ends at once; one that runs ends when its worker looks, and what it took in stays. One that has ended is
// returned as it is; ErrNotFound when there is none.
func (s *Store) CancelImport(ctx context.Context, v domain.Viewer, id int64) (domain.Import, error) {
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, `
update import_task
   set cancel = true,
       state = case when state = 'QUEUED' then 'CANCELLED' else state end,
       ended_at = case when state = 'QUEUED' then $2::timestamptz end
 where id = $1 and ended_at is null and not cancel`, id, tx.now)
		if err != nil || n == 0 {
			return err
		}
		if err := tx.audit(ctx, v, "importCancel", fmt.Sprintf("import:%d", id), "", map[string]any{}); err != nil {
			return err
		}
		return tx.tellImport(ctx, id)
	})
	if err != nil {
		return domain.Import{}, err
	}
	return s.importByID(ctx, id)
}

// TakeImport says what is to be done for an import and marks it RUNNING; ErrNotFound when it has ended.
func (s *Store) TakeImport(ctx context.Context, id int64) (i domain.Import, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, `
update import_task set state = 'RUNNING', started_at = coalesce(started_at, $2) where id = $1 and ended_at is null`, id, tx.now)
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.ErrNotFound
		}
		return tx.tellImport(ctx, id)
	})
	if err != nil {
		return i, err
	}
	return s.importByID(ctx, id)
}

// NoteImport records how far an import is, which only grows, and tells the desk when that is news. goOn is false when somebody called it off.
func (s *Store) NoteImport(ctx context.Context, id int64, p domain.ImportProgress) (goOn bool, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		var row struct {
			Cancel bool `db:"cancel"`
			domain.ImportProgress
		}
		err := tx.get(ctx, &row, `select cancel, rows_read, rows_rejected, percent from import_task where id = $1 and ended_at is null for update`, id)
		if err != nil {
			return err
		}
		goOn = !row.Cancel
		furthest := domain.ImportProgress{RowsRead: max(row.RowsRead, p.RowsRead), RowsRejected: max(row.RowsRejected, p.RowsRejected), Percent: max(row.Percent, p.Percent)}
		if furthest == row.ImportProgress {
			return nil
		}
		_, err = tx.exec(ctx, `update import_task set rows_read = $2, rows_rejected = $3, percent = $4 where id = $1`,
			id, furthest.RowsRead, furthest.RowsRejected, furthest.Percent)
		if err != nil {
			return err
		}
		return tx.tellImport(ctx, id)
	})
	return goOn, err
}

// EndImport records how an import ended, once.
func (s *Store) EndImport(ctx context.Context, id int64, end domain.ImportEnd) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		figures := end.Figures
		if figures == "" {
			figures = "{}"
		}
		n, err := tx.exec(ctx, `
update import_task
   set state = $2, failure = $3, detail = $4, figures = $5::json, ended_at = $6, rows_read = greatest(rows_read, $7), rows_rejected = greatest(rows_rejected, $8),
       percent = case when $2 = 'DONE' then 100 else greatest(percent, $9) end
 where id = $1 and ended_at is null`,
			id, end.State, end.Failure, cutText(end.Detail, domain.MaxImportDetail), figures, tx.now, end.RowsRead, end.RowsRejected, end.Percent)
		if err != nil || n == 0 {
			return err
		}
		return tx.tellImport(ctx, id)
	})
}

// cutText is a text that fits a column: valid, without NUL, at most so many bytes.
func cutText(text string, most int) string {
	text = strings.ReplaceAll(text, "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}
