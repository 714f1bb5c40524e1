package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabinet/store/storetest"
)

const vouchLaw = `members          1172
lines            5856
accepted         500
already invited  5277
cycles           79
oneself          0
unknown members  0
too deep         0
depth            20
most direct      18
largest tree     406
`

func TestImportReferrals_VouchGraph(t *testing.T) {
	t.Parallel()
	o := referralImport{file: sharedData(t, "vouch-graph/vouches_to_2013.csv.gz"), members: sharedData(t, "vouch-graph/members.csv"),
		source: "vouch-graph", refused: filepath.Join(t.TempDir(), "refused.csv")}
	st := storetest.Open(t)
	for range 2 { // the second time changes nothing
		var out bytes.Buffer
		must(t, o.run(t.Context(), st, &out))
		if out.String() != vouchLaw {
			t.Errorf("got\n%s\nwant\n%s", out.String(), vouchLaw)
		}
	}
	listed, err := os.ReadFile(o.refused)
	must(t, err)
	if lines := strings.Count(string(listed), "\n"); lines != 1+5277+79 || strings.Count(string(listed), "OWN_DESCENDANT") != 79 {
		t.Errorf("%d refused lines are listed, with the header", lines)
	}
	findings, _, err := st.Examine(t.Context())
	must(t, err)
	if len(findings) > 0 {
		t.Errorf("findings %+v", findings)
	}
}

func TestImportReferrals_RefusesFilesOfAnotherForm(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	members := write("members.csv", "member_id,joined_at\n1,2002-02-20T18:03:34Z\n")
	for name, text := range map[string]string{"a column is missing": "vouched_at,from_member\n", "an instant is none": "vouched_at,from_member,to_member\nyesterday,1,2\n"} {
		if _, err := readVouches(write("vouches.csv", text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := readMembers(members); err != nil {
		t.Error(err)
	}
	if _, err := readMembers(write("twice.csv", "member_id,joined_at\n1,2002-02-20T18:03:34Z\n1,2002-02-20T18:03:34Z\n")); err == nil {
		t.Error("a member was taken twice")
	}
}
