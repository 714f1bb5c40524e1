package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"kabinet/domain"
)

const importColumns = `t.id, t.kind, t.state, t.file_id, coalesce(t.members_id, 0) as members_id, t.mapping, t.source, coalesce(t.club_id, 0) as club_id, t.since,
       t.staff_id, t.created_at, t.started_at, t.ended_at, t.rows_read, t.rows_rejected, t.percent, t.failure, t.detail, t.figures::text as figures, t.dropped`

type importRow struct {
	ID        int64                  `db:"id"`
	Kind      domain.ImportKind      `db:"kind"`
	State     domain.ImportState     `db:"state"`
	FileID    int64                  `db:"file_id"`
	MembersID int64                  `db:"members_id"`
	Mapping   string                 `db:"mapping"`
	Source    string                 `db:"source"`
	ClubID    int64                  `db:"club_id"`
	Since     string                 `db:"since"`
	StaffID   int64                  `db:"staff_id"`
	CreatedAt time.Time              `db:"created_at"`
	StartedAt *time.Time             `db:"started_at"`
	EndedAt   *time.Time             `db:"ended_at"`
	Failure   domain.ImportErrorCode `db:"failure"`
	Detail    string                 `db:"detail"`
	Figures   string                 `db:"figures"`
	Dropped   bool                   `db:"dropped"`
	domain.ImportProgress
	place
}

func (r importRow) task() domain.Import {
	i := domain.Import{ID: r.ID, Kind: r.Kind, State: r.State, Files: []domain.ImportUpload{{ID: r.FileID}}, Mapping: r.Mapping, Source: r.Source, ClubID: r.ClubID,
		Since: r.Since, StaffID: r.StaffID, CreatedAt: r.CreatedAt, StartedAt: r.StartedAt, EndedAt: r.EndedAt, Failure: r.Failure, Detail: r.Detail,
		Figures: r.Figures, ImportProgress: r.ImportProgress}
	if r.MembersID != 0 {
		i.Files = append(i.Files, domain.ImportUpload{ID: r.MembersID})
	}
	if r.EndedAt != nil && r.RowsRejected > 0 && !r.Dropped {
		until := r.EndedAt.Add(domain.ImportFilesLive)
		i.RejectsAt = &until
	}
	return i
}

// Imports reads a page of the imports of the desk, the latest first.
func (s *Store) Imports(ctx context.Context, page domain.Page) (domain.List[domain.Import], error) {
	q := pageQuery{key: "t.created_at", keyType: "timestamptz", id: "t.id", desc: true, columns: importColumns, from: "import_task t"}
	list, err := readPage(ctx, s, q, page, importRow.task)
	if err != nil {
		return list, err
	}
	return list, s.fillImports(ctx, list.Items)
}

// ImportsByID reads imports of the desk by their ids.
func (s *Store) ImportsByID(ctx context.Context, ids []int64) (map[int64]domain.Import, error) {
	var rows []importRow
	err := s.list(ctx, &rows, `select `+importColumns+`, '' as sort_key, t.id as sort_id from import_task t where t.id = any($1)`, orEmpty(ids))
	if err != nil {
		return nil, err
	}
	all := column(rows, importRow.task)
	err = s.fillImports(ctx, all)
	return byKey(all, func(i domain.Import) int64 { return i.ID }), err
}

func (s *Store) importByID(ctx context.Context, id int64) (domain.Import, error) {
	found, err := s.ImportsByID(ctx, []int64{id})
	if err != nil {
		return domain.Import{}, err
	}
	i, exists := found[id]
	if !exists {
		return i, domain.ErrNotFound
	}
	return i, nil
}

// fillImports reads the files of imports.
func (s *Store) fillImports(ctx context.Context, all []domain.Import) error {
	var ids []int64
	for _, i := range all {
		for _, f := range i.Files {
			ids = append(ids, f.ID)
		}
	}
	files, err := s.ImportFiles(ctx, ids)
	if err != nil {
		return err
	}
	for _, i := range all {
		for n, f := range i.Files {
			i.Files[n] = files[f.ID]
		}
	}
	return nil
}

// RejectsLink makes a link to the rejected rows of an import.
func (s *Store) RejectsLink(importID int64) (domain.TimedLink, error) {
	return issueTicket(s, sealedRejects, importID, s.now().Add(domain.PaperLifetime))
}

// RejectedImport finds the import whose rejected rows a link is for; ErrNotFound when the link has ended.
func (s *Store) RejectedImport(ctx context.Context, ticket string) (domain.Import, error) {
	id, err := readTicket[int64](s, sealedRejects, ticket)
	if err != nil {
		return domain.Import{}, err
	}
	i, err := s.importByID(ctx, id)
	if err == nil && i.RejectsAt == nil {
		return i, domain.ErrNotFound
	}
	return i, err
}

// DropImportFiles forgets a set of uploads and files of rejected rows that are a week old and that no open import needs, and returns the names of the uploads and
// the ids of the imports, whose files the caller removes then.
func (s *Store) DropImportFiles(ctx context.Context) (uploads []string, imports []int64, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		uploads, imports = nil, nil
		old := tx.now.Add(-domain.ImportFilesLive)
		err := tx.list(ctx, &uploads, `
update import_file
   set removed_at = $2
 where id in (select f.id
                from import_file f
               where f.removed_at is null and f.created_at < $1
                 and not exists (select 1 from import_task t where t.ended_at is null and (t.file_id = f.id or t.members_id = f.id))
               order by f.created_at
               limit $3
                 for update skip locked)
returning object`, old, tx.now, UpkeepBatch)
		if err != nil {
			return err
		}
		var ids pq.Int64Array
		err = tx.get(ctx, &ids, `
with gone as (
  update import_task
     set dropped = true
   where id in (select id from import_task where not dropped and ended_at < $1 order by ended_at limit $2 for update skip locked)
  returning id
)
select coalesce(array_agg(id), '{}') from gone`, old, UpkeepBatch)
		imports = ids
		return err
	})
	return uploads, imports, err
}
