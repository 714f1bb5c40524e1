package store

import (
	"context"
	"slices"
	"time"

	"kabinet/domain"
)

// ImportPosts takes posts of another community into the feed of a club, with HTML made safe and nobody told. Posts that are there already stay as they
// are. An answer needs its question in the feed or among the posts before it. It returns how many are new, and the numbers of answers without
// a question.
func (s *Store) ImportPosts(ctx context.Context, clubID int64, source string, posts []domain.ImportedPost) (added int64, orphans []string, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		added = 0
		if err := tx.lockImports(ctx); err != nil {
			return err
		}
		answers := slices.Clone(posts)
		answers = slices.DeleteFunc(answers, func(p domain.ImportedPost) bool { return p.Kind != domain.ImportedAnswer })
		others := slices.DeleteFunc(slices.Clone(posts), func(p domain.ImportedPost) bool { return p.Kind == domain.ImportedAnswer })
		for _, part := range [][]domain.ImportedPost{others, answers} {
			n, err := tx.insertPosts(ctx, clubID, source, part)
			if err != nil {
				return err
			}
			added += n
		}
		numbers := column(answers, func(p domain.ImportedPost) string { return p.Number })
		err := tx.list(ctx, &orphans, `
select n from unnest($1::text[]) as n where not exists (select 1 from post p where p.import_source = $2 and p.external_number = n) order by n`, numbers, source)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
update post p
   set comments = c.n
  from (select thread_id, count(*) as n
          from post
         where thread_id in (select thread_id from post where import_source = $1 and external_number = any($2))
           and hidden_at is null and removed_at is null
         group by thread_id) c
 where p.id = c.thread_id and p.comments <> c.n`, source, numbers)
		return err
	})
	return added, orphans, err
}

func (t *Tx) insertPosts(ctx context.Context, clubID int64, source string, posts []domain.ImportedPost) (int64, error) {
	return t.exec(ctx, `
insert into post (club_id, thread_id, author, title, source, html, created_at, edited_at, import_source, external_number)
select $1, q.id, n.author, n.title, n.source, n.html, n.at, nullif(n.edited_at, 'infinity'), $2, n.number
  from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]::timestamptz[], $10::text[]::timestamptz[])
         as n (number, parent, author, title, source, html, at, edited_at)
  left join post q on q.import_source = $2 and q.external_number = n.parent and q.thread_id is null and q.club_id = $1
 where n.parent = '' or q.id is not null
on conflict on constraint post_external_unique do nothing`, clubID, source,
		column(posts, func(p domain.ImportedPost) string { return p.Number }),
		column(posts, func(p domain.ImportedPost) string { return p.Parent }),
		column(posts, func(p domain.ImportedPost) string { return p.Author }),
		column(posts, func(p domain.ImportedPost) string { return p.Title }),
		column(posts, func(p domain.ImportedPost) string { return p.HTML }),
		column(posts, func(p domain.ImportedPost) string { return t.s.markdown.Clean(p.HTML) }),
		column(posts, func(p domain.ImportedPost) string { return p.At.Format(time.RFC3339Nano) }),
		column(posts, func(p domain.ImportedPost) string { return textTime(p.EditedAt) }))
}

// PostsFigures counts what is stored of the posts of a source.
func (s *Store) PostsFigures(ctx context.Context, source string) (f domain.PostsFigures, err error) {
	err = s.get(ctx, &f, `
select count(*) as posts,
       count(*) filter (where thread_id is null and title <> '') as questions,
       count(*) filter (where thread_id is not null) as answers,
       count(*) filter (where thread_id is null and title = '') as tag_texts
  from post
 where import_source = $1`, source)
	return f, err
}
