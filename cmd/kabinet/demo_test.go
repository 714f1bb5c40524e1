package main

import (
	"bytes"
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
		})
	}
}
