package store_test

import (
	"database/sql"
	"os"
	"strings"
	"testing"

	_ "github.com/lib/pq"
	"github.com/pressly/goose/v3"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// Pictures of the release before stay where they are, at the same addresses, and are shown by the same things; what hangs loose is swept.
func TestMigrate_PicturesOfTheReleaseBeforeGoOn(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	db, err := sql.Open("postgres", dsn)
	must(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(t.Context(), `drop schema public cascade; create schema public`)
	must(t, err)
	provider, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"))
	must(t, err)
	_, err = provider.UpTo(t.Context(), 12)
	must(t, err)
	_, err = db.ExecContext(t.Context(), `
insert into product (slug, kind, status, name, created_at) values ('honey', 'GOODS', 'ACTIVE', '{"ru": "Мёд"}', now());
insert into media (hash, width, height, content_type, bytes) values
  ('aa', 160, 120, 'image/jpeg', 'small'), ('aa', 480, 360, 'image/jpeg', 'large'), ('bb', 160, 120, 'image/jpeg', 'club'), ('cc', 160, 120, 'image/jpeg', 'loose');
insert into picture (product_id, alt, hash) select id, '{"ru": "Банка"}', 'aa' from product;
insert into club (slug, name, picture, entry, posting, created_at) values ('circle', '{"ru": "Круг"}', 'bb', 'OPEN', 'STAFF', now());
insert into club_figures (club_id) select id from club`)
	must(t, err)
	_, err = store.Migrate(t.Context(), dsn)
	must(t, err)

	clock := storetest.NewClock()
	st := storetest.OpenAt(t, dsn, func(c *store.Config) { c.Now = clock.Now })
	product, err := st.ProductBySlug(t.Context(), "honey")
	must(t, err)
	shown, err := st.PicturesByProduct(t.Context(), []int64{product.ID})
	must(t, err)
	if p := shown[product.ID]; len(p) != 1 || p[0].ID == 0 || p[0].AltText.RU != "Банка" || len(p[0].Sizes) != 2 || p[0].URLFor(400) != "/media/aa-480" {
		t.Fatalf("the product shows %+v", p)
	}
	staff := domain.Viewer{StaffID: 1, Role: domain.Admin}
	club, err := st.ClubBySlug(t.Context(), staff, "circle")
	must(t, err)
	if club.Picture.ID == 0 || club.Picture.URLFor(1) != "/media/bb-160" {
		t.Errorf("the club shows %+v", club.Picture)
	}
	if m, err := st.Media(t.Context(), "aa", 480); err != nil || string(m.Bytes) != "large" {
		t.Errorf("got %+v, %v", m, err)
	}
	clock.Add(25 * 3600 * 1e9)
	if objects, err := st.DropLoosePictures(t.Context()); err != nil || len(objects) != 1 || objects[0] != "cc-160" {
		t.Errorf("swept %q, %v", objects, err)
	}
	found, _, err := st.Examine(t.Context())
	must(t, err)
	if len(found) > 0 {
		t.Errorf("the doctor found %+v", found)
	}
}

// The lists of this domain are read by an index, however many pictures, posts and members there are.
func TestPlans_OfPicturesAndDigestsUseTheirIndexes(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	_, err := st.DB().ExecContext(t.Context(), `
insert into customer (locale, created_at) select 'ru', now() from generate_series(1, 20000);
insert into club (slug, name, entry, posting, created_at) values ('c', '{}', 'OPEN', 'STAFF', now());
insert into picture_file (customer_id, name, created_at, loose_since)
select id, 'p' || id, now() - id * interval '1 minute', case when id % 100 = 0 then now() - id * interval '1 minute' end from customer;
insert into media (hash, width, height, content_type) select name, 160, 120, 'image/jpeg' from picture_file;
insert into club_member (club_id, customer_id, state, since, digest_at, digest_from)
select c.id, k.id, 'MEMBER', now(), case when k.id % 100 = 0 then now() + k.id * interval '1 second' end, case when k.id % 100 = 0 then now() end from club c, customer k;
analyze`)
	must(t, err)
	for name, query := range map[string]string{
		"picture_file_customer": `select count(*) from picture_file where created_at > now() - interval '1 hour' and (customer_id = 77 and 77 <> 0 or staff_id = 0 and 0 <> 0)`,
		"picture_file_loose":    `select id from picture_file where loose_since < now() - interval '9 days' order by loose_since limit 200`,
		"club_member_digest":    `select customer_id from club_member where digest_at <= now() + interval '1 hour' order by digest_at limit 200`,
		"media_pkey":            `select m.hash from unnest(array['p7', 'p8']) as o (name) join media m on m.hash = o.name`,
	} {
		var lines []string
		must(t, st.DB().SelectContext(t.Context(), &lines, "explain "+query))
		if plan := strings.Join(lines, "\n"); !strings.Contains(plan, name) {
			t.Errorf("%s is not used:\n%s", name, plan)
		}
	}
}
