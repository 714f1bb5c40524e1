package main

import (
	"bytes"
	"io"
	"testing"

	"kabinet/domain"
	"kabinet/internal/demo"
	"kabinet/store/storetest"
)

func TestDemo_ShowsReferralsAndIsSound(t *testing.T) {
	t.Parallel()
	for _, preset := range demo.Presets() {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			st := storetest.Open(t)
			var out bytes.Buffer
			must(t, fillDemoIfEmpty(t.Context(), st, preset, &out))
			_, err := st.LineUpEvents(t.Context())
			must(t, err)
			findings, _, err := st.Examine(t.Context())
			must(t, err)
			if len(findings) > 0 {
				t.Errorf("findings %+v", findings)
			}
			top, err := st.TopInviters(t.Context(), true, domain.Page{First: 1})
			must(t, err)
			flagged, err := st.FlaggedReferrals(t.Context(), domain.Page{First: 1})
			must(t, err)
			if len(top.Items) == 0 || top.Items[0].Points == 0 || len(flagged.Items) != 1 {
				t.Errorf("top %+v, flagged %+v", top.Items, flagged.Items)
			}
			wantDemoFamily(t, st)
		})
	}
}

func TestDemo_OpensItsClubsWithMembers(t *testing.T) {
	t.Parallel()
	for _, preset := range demo.Presets() {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			st := storetest.Open(t)
			must(t, fillDemoIfEmpty(t.Context(), st, preset, io.Discard))
			clubs, err := st.Clubs(t.Context(), domain.Viewer{StaffID: 1, Role: domain.Admin})
			must(t, err)
			if len(clubs) == 0 {
				t.Fatal("there are no clubs")
			}
			for _, c := range clubs {
				if c.MembersCount == 0 || c.Picture.URLFor(480) == "" {
					t.Errorf("%s has %d members and the picture %q", c.Slug, c.MembersCount, c.Picture.URLFor(480))
				}
			}
			var shown struct {
				Pictures int `db:"pictures"`
				Offers   int `db:"offers"`
			}
			must(t, st.DB().GetContext(t.Context(), &shown, `select (select count(*) from post_picture) as pictures, (select count(*) from post_offer) as offers`))
			if shown.Pictures == 0 || shown.Offers == 0 {
				t.Errorf("posts show %+v", shown)
			}
			findings, _, err := st.Examine(t.Context())
			must(t, err)
			for _, f := range findings {
				if f.Check != "events-lined-up" { // nobody serves
					t.Errorf("the doctor found %+v", f)
				}
			}
		})
	}
}

func TestDemo_ShowsEveryWayToEarn(t *testing.T) {
	t.Parallel()
	for _, preset := range demo.Presets() {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			st := storetest.Open(t)
			must(t, fillDemoIfEmpty(t.Context(), st, preset, io.Discard))
			var missing []string
			must(t, st.DB().SelectContext(t.Context(), &missing, `
select kind from unnest(array['SIGN_UP', 'BIRTHDAY', 'PROFILE', 'REVIEW', 'CAMPAIGN']) as kind where kind not in (select kind from award where state <> 'DUE')
 union all
select kind from unnest(array['ALL_ORDERS', 'CATEGORY', 'PRODUCT', 'CLUB', 'FIRST_ORDER']) as kind where kind not in (select kind from earning_rule)
 union all
select 'a line by a first order' where not exists (select 1 from order_line l join earning_rule r on r.id = l.rule_id where r.kind = 'FIRST_ORDER')
 union all
select 'a hidden review' where not exists (select 1 from review where hidden_at is not null)`))
			if len(missing) > 0 {
				t.Errorf("the demo lacks %v", missing)
			}
		})
	}
}
