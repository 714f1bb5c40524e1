package store

import (
	"context"
	"strconv"
	"time"

	"kabinet/domain"
)

// This file is pictures as rows: who uploaded them, what shows them, which sizes there are. Their bytes lie in the store of objects, which is written before
// a row speaks of it and cleared after the last row is gone, so that no row points to nothing; what a crash leaves between is an object without a
// row, which the sweep finds.

// JobPictureSizes makes the smaller sizes of a picture; its arguments are {"picture": id}.
const JobPictureSizes = "picture.sizes"

// uploadsSQL tells how many pictures somebody uploaded since $3, and when the first of them was.
const uploadsSQL = `
select count(*) as n, min(created_at) as first
  from picture_file
 where created_at > $3 and (customer_id = $1 and $1 <> 0 or staff_id = $2 and $2 <> 0)`

// MayUpload is a RATE_LIMITED error when somebody has uploaded as many pictures within the hour as one may.
func (s *Store) MayUpload(ctx context.Context, v domain.Viewer) error {
	return mayUpload(ctx, v, s.now(), s.get)
}

func mayUpload(ctx context.Context, v domain.Viewer, now time.Time, get func(context.Context, any, string, ...any) error) error {
	var row struct {
		N     int64      `db:"n"`
		First *time.Time `db:"first"`
	}
	customerID, staffID := ownerOf(v)
	if err := get(ctx, &row, uploadsSQL, customerID, staffID, now.Add(-time.Hour)); err != nil {
		return err
	}
	if limit := domain.UploadsPerHour(v); row.N >= limit {
		return &domain.Error{Code: domain.RateLimited, Message: "at most " + strconv.FormatInt(limit, 10) + " pictures an hour can be uploaded",
			RetryAfter: row.First.Add(time.Hour).Sub(now)}
	}
	return nil
}

// ownerOf is who owns what the viewer uploads: the staff member, else the customer.
func ownerOf(v domain.Viewer) (customerID, staffID int64) {
	if v.IsStaff() {
		return 0, v.StaffID
	}
	return v.CustomerID, 0
}

// KeepPicture records a picture whose largest size lies in the store of objects already, and asks for the smaller ones. digest is that of the file that
// was sent. kept is false for a repeat: the first result comes back, and the object of this one is nobody's.
func (s *Store) KeepPicture(ctx context.Context, v domain.Viewer, key, digest string, f domain.PictureFile) (p domain.Picture, kept bool, err error) {
	if refused := domain.CheckKey(key); refused != nil {
		return p, false, refused
	}
	o, err := newOnce(v, "pictureUpload", key, digest)
	if err != nil {
		return p, false, err
	}
	customerID, staffID := ownerOf(v)
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		id, repeat, err := tx.claim(ctx, o)
		if err != nil {
			return err
		}
		if kept = !repeat; kept {
			if id, err = tx.insertPicture(ctx, v, customerID, staffID, f); err != nil {
				return err
			}
			if err := tx.settle(ctx, o, id); err != nil {
				return err
			}
		}
		p, err = only(pictures(ctx, tx.list, `f.id = any($1)`, []int64{id}))
		return err
	})
	return p, kept, err
}

func (t *Tx) insertPicture(ctx context.Context, v domain.Viewer, customerID, staffID int64, f domain.PictureFile) (id int64, err error) {
	// One upload of a person is counted after the other.
	if _, err := t.exec(ctx, `select pg_advisory_xact_lock(hashtextextended('upload', $1 * 2 + case when $2 = 0 then 0 else 1 end))`, max(customerID, staffID), staffID); err != nil {
		return 0, err
	}
	if err := mayUpload(ctx, v, t.now, t.get); err != nil {
		return 0, err
	}
	t.asked = true
	err = t.get(ctx, &id, `
with made as (
  insert into picture_file (name, customer_id, staff_id, created_at, loose_since)
  values ($1, nullif($2, 0::bigint), nullif($3, 0::bigint), $4, $4)
  returning id, name
), sized as (
  insert into media (hash, width, height, content_type)
  select name, $5, $6, 'image/jpeg' from made
), asked as (
  insert into job (kind, args)
  select 'picture.sizes', jsonb_build_object('picture', id) from made
)
select id from made`, f.Name, customerID, staffID, t.now, f.Width, f.Height)
	return id, err
}

// PictureToSize reads a picture whose smaller sizes are not made yet; ErrNotFound when they are, or when it is gone.
func (s *Store) PictureToSize(ctx context.Context, id int64) (f domain.PictureFile, err error) {
	var row struct {
		Name   string `db:"name"`
		Width  int64  `db:"width"`
		Height int64  `db:"height"`
	}
	err = s.get(ctx, &row, `
select f.name, m.width, m.height
  from picture_file f
  join media m on m.hash = f.name
 where f.id = $1 and f.sized_at is null
 order by m.width desc
 limit 1`, id)
	return domain.PictureFile{ID: id, Name: row.Name, Width: row.Width, Height: row.Height}, err
}

// KeepSizes records the smaller sizes of a picture, which lie in the store of objects already. ErrNotFound when the picture is gone
// meanwhile.
func (s *Store) KeepSizes(ctx context.Context, id int64, sizes []domain.SizedPicture) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		var name string
		if err := tx.get(ctx, &name, `update picture_file set sized_at = $2 where id = $1 returning name`, id, tx.now); err != nil {
			return err
		}
		if err := tx.keepMedia(ctx, name, sizes); err != nil {
			return err
		}
		// Answers about the catalogue that were kept in memory know of the largest size only. Whoever comes to show the picture locks its row first, as above.
		_, err := tx.exec(ctx, `
update catalog_version
   set version = version + 1
 where exists (select 1 from picture where hash = $1) or exists (select 1 from club where picture = $1)`, name)
		return err
	})
}

// keepMedia records sizes of a picture; a size that is there already is kept.
func (t *Tx) keepMedia(ctx context.Context, name string, sizes []domain.SizedPicture) error {
	for _, size := range sizes {
		_, err := t.exec(ctx, `
insert into media (hash, width, height, content_type, bytes)
values ($1, $2, $3, $4, $5)
on conflict do nothing`, name, size.Width, size.Height, size.ContentType, size.Bytes)
		if err != nil {
			return err
		}
	}
	return nil
}

// keepBuiltIn records a picture with its bytes in the database, as a demo brings them. It returns the number of the picture.
func (t *Tx) keepBuiltIn(ctx context.Context, name string, sizes []domain.SizedPicture) (id int64, err error) {
	err = t.get(ctx, &id, `
insert into picture_file as f (name, created_at, sized_at)
values ($1, $2, $2)
on conflict (name) do update set loose_since = null
returning id`, name, t.now)
	if err != nil {
		return 0, err
	}
	return id, t.keepMedia(ctx, name, sizes)
}

// BringPicture records a picture of the viewer's with its bytes in the database, as a demo brings it.
func (s *Store) BringPicture(ctx context.Context, v domain.Viewer, name string, sizes []domain.SizedPicture) (id int64, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if id, err = tx.keepBuiltIn(ctx, name, sizes); err != nil {
			return err
		}
		customerID, staffID := ownerOf(v)
		_, err = tx.exec(ctx, `update picture_file set customer_id = nullif($2, 0::bigint), staff_id = nullif($3, 0::bigint), loose_since = $4 where id = $1`,
			id, customerID, staffID, tx.now)
		return err
	})
	return id, err
}

// showing makes sure that the viewer may show the pictures, and that they stay while something does; what is to show them is written in this transaction
// after. Customers show their own pictures, staff those of any staff member. Field paths name the pictures by their place.
func (t *Tx) showing(ctx context.Context, v domain.Viewer, ids []int64, field ...string) error {
	if len(ids) == 0 {
		return nil
	}
	customerID, _ := ownerOf(v)
	var may []int64
	err := t.list(ctx, &may, `
with locked as (
  select id
    from picture_file
   where id = any($1) and ($2 = 0 and customer_id is null or customer_id = $2 and $2 <> 0)
   order by id
     for update
)
update picture_file f
   set loose_since = null
  from locked
 where f.id = locked.id
returning f.id`, ids, customerID)
	if err != nil {
		return err
	}
	known := map[int64]bool{}
	for _, id := range may {
		known[id] = true
	}
	var refused domain.Refused
	for i, id := range ids {
		if !known[id] {
			at := field
			if len(field) == 1 && field[0] == "pictures" {
				at = []string{"pictures", strconv.Itoa(i)}
			}
			refused = append(refused, domain.PictureNotFound(at...))
		}
	}
	if refused != nil {
		return refused
	}
	return nil
}

const shownSQL = `(exists (select 1 from picture p where p.hash = f.name) or exists (select 1 from club c where c.picture = f.name)
       or exists (select 1 from post_picture s where s.file_id = f.id))`

// hidden notes that something shows these pictures no more; those that nothing else shows are removed after a day.
func (t *Tx) hidden(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	// Another transaction that shows one of them right now is waited for, and then seen.
	if _, err := t.exec(ctx, `select 1 from picture_file where id = any($1) order by id for update`, ids); err != nil {
		return err
	}
	_, err := t.exec(ctx, `update picture_file f set loose_since = $2 where f.id = any($1) and f.loose_since is null and not `+shownSQL, ids, t.now)
	return err
}

type pictureRow struct {
	ID     int64               `db:"id"`
	Of     int64               `db:"of"`
	Alt    jsonOf[domain.Text] `db:"alt"`
	Name   string              `db:"name"`
	Width  int64               `db:"width"`
	Height int64               `db:"height"`
}

// MediaURL is the address of one size of a picture.
func MediaURL(name string, width int64) string { return "/media/" + domain.ObjectName(name, width) }

// gather makes pictures of rows that are sorted by picture and width.
func gather(rows []pictureRow) map[int64][]domain.Picture {
	out := map[int64][]domain.Picture{}
	var last pictureRow
	for i, r := range rows {
		if i == 0 || r.ID != last.ID || r.Of != last.Of {
			out[r.Of] = append(out[r.Of], domain.Picture{ID: r.ID, AltText: r.Alt.V})
		}
		last = r
		of := out[r.Of]
		p := &of[len(of)-1]
		p.Sizes = append(p.Sizes, domain.PictureSize{Width: r.Width, Height: r.Height, URL: MediaURL(r.Name, r.Width)})
	}
	return out
}

// pictures reads pictures by a condition, whatever shows them.
func pictures(ctx context.Context, list func(context.Context, any, string, ...any) error, condition string, args ...any) ([]domain.Picture, error) {
	var rows []pictureRow
	err := list(ctx, &rows, `
select f.id, 0 as of, '{}'::jsonb as alt, f.name, m.width, m.height
  from picture_file f
  join media m on m.hash = f.name
 where `+condition+`
 order by f.id, m.width`, args...)
	return gather(rows)[0], err
}

// Media reads one size of a picture; ErrNotFound when there is none.
func (s *Store) Media(ctx context.Context, name string, width int64) (m domain.SizedPicture, err error) {
	err = s.get(ctx, &m, `select width, height, content_type, bytes from media where hash = $1 and width = $2`, name, width)
	return m, err
}

// DropLoosePictures removes pictures that nothing has shown for a day and returns the names of their objects, which the caller removes then.
func (s *Store) DropLoosePictures(ctx context.Context) (objects []string, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		objects = nil
		var ids []int64
		err := tx.list(ctx, &ids, `
select f.id
  from picture_file f
 where f.loose_since < $1 and not `+shownSQL+`
 order by f.loose_since
 limit $2
   for update skip locked`, tx.now.Add(-domain.LoosePictureLives), UpkeepBatch)
		if err != nil || len(ids) == 0 {
			return err
		}
		var rows []struct {
			Name  string `db:"hash"`
			Width int64  `db:"width"`
		}
		err = tx.list(ctx, &rows, `
delete from media m
 using picture_file f
 where f.id = any($1) and m.hash = f.name
returning m.hash, m.width`, ids)
		if err != nil {
			return err
		}
		for _, r := range rows {
			objects = append(objects, domain.ObjectName(r.Name, r.Width))
		}
		_, err = tx.exec(ctx, `delete from picture_file where id = any($1)`, ids)
		return err
	})
	return objects, err
}

// UnknownObjects are those of the objects that no row speaks of.
func (s *Store) UnknownObjects(ctx context.Context, objects []string) (unknown []string, err error) {
	err = s.list(ctx, &unknown, `
select o.name
  from unnest($1::text[]) as o (name)
 where not exists (select 1 from media m where m.hash = left(o.name, -1 - length(split_part(o.name, '-', -1))) and m.width::text = split_part(o.name, '-', -1))`, objects)
	return unknown, err
}

// ObjectsAfter reads the names of objects that rows speak of, in their order, after a name; for the doctor.
func (s *Store) ObjectsAfter(ctx context.Context, after string, limit int) (objects []string, err error) {
	err = s.list(ctx, &objects, `
select hash || '-' || width
  from media
 where bytes is null and (hash, width) > (left($1, -1 - length(split_part($1, '-', -1))), coalesce(nullif(split_part($1, '-', -1), '')::bigint, 0))
 order by hash, width
 limit $2`, after, limit)
	return objects, err
}
