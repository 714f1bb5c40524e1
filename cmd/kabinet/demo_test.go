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
