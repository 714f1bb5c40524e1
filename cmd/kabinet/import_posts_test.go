package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"kabinet/domain"
	"kabinet/store/storetest"
)

func TestImportPosts_OfARealCommunity(t *testing.T) {
	t.Parallel()
	path := sharedData(t, "club-posts/coffee_posts.xml.gz")
	st := storetest.Open(t)
	slug, entry := "coffee", domain.EntryOpen
	club, err := st.CreateClub(t.Context(), domain.Viewer{}, "coffee", domain.ClubDraft{Slug: &slug, Name: &domain.Text{EN: "Coffee"}, Entry: &entry})
	must(t, err)
	for i, added := range []int64{592, 0} {
		var out, errOut bytes.Buffer
		must(t, importPosts(t.Context(), st, postsOptions{file: path, club: slug, source: "coffee", report: "json"}, &out, &errOut))
		var got postsReport
		must(t, json.Unmarshal(out.Bytes(), &got))
		want := postsReport{PostsFigures: domain.PostsFigures{Posts: 592, Questions: 225, Answers: 327, TagTexts: 40}, Added: added}
		if got != want {
			t.Errorf("import %d: got %+v, want %+v; %s", i+1, got, want, errOut.String())
		}
	}
	examine(t, st)
	var bodies []string
	must(t, st.DB().SelectContext(t.Context(), &bodies, `select html from post`))
	hostile := regexp.MustCompile(`(?i)<\s*(script|style|iframe|img|svg|object|form)|\son\w+=|javascript:`)
	for _, html := range bodies {
		if found := hostile.FindString(html); found != "" {
			t.Errorf("%q in %s", found, html)
		}
	}
	feed, err := st.Feed(t.Context(), domain.Viewer{StaffID: 1, Role: domain.Operator}, club.ID, domain.Page{First: 100})
	must(t, err)
	if len(feed.Items) != 100 || !feed.HasNext || feed.Items[0].CreatedAt.Before(feed.Items[99].CreatedAt) {
		t.Errorf("the feed has %d posts, next %v", len(feed.Items), feed.HasNext)
	}
}

func TestImportPosts_ListsWhatItDoesNotTakeIn(t *testing.T) {
	t.Parallel()
	st := storetest.Open(t)
	slug, entry := "tea", domain.EntryOpen
	_, err := st.CreateClub(t.Context(), domain.Viewer{}, "tea", domain.ClubDraft{Slug: &slug, Name: &domain.Text{EN: "Tea"}, Entry: &entry})
	must(t, err)
	path := writeFile(t, "Posts.xml", `<?xml version="1.0"?><posts>
<row Id="1" PostTypeId="1" CreationDate="2015-01-27T20:09:32.720" Body="&lt;p onclick='x'&gt;Hi&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;" OwnerUserId="4" Title="Hello?" />
<row Id="2" PostTypeId="2" ParentId="1" CreationDate="2015-01-28T20:09:32.720" Body="yes" OwnerDisplayName="Ann" />
<row Id="3" PostTypeId="2" ParentId="99" CreationDate="2015-01-28T20:09:32.720" Body="lost" OwnerUserId="4" />
<row Id="4" PostTypeId="7" CreationDate="2015-01-28T20:09:32.720" Body="wiki" OwnerUserId="4" />
<row Id="5" PostTypeId="1" CreationDate="yesterday" Body="x" OwnerUserId="4" Title="x" />
</posts>`)
	var out, errOut bytes.Buffer
	must(t, importPosts(t.Context(), st, postsOptions{file: path, club: slug, source: "tea", report: "text"}, &out, &errOut))
	if !strings.Contains(out.String(), "rejected   3") || strings.Count(errOut.String(), "not taken in: ") != 3 {
		t.Errorf("printed %s and %s", out.String(), errOut.String())
	}
	if err := importPosts(t.Context(), st, postsOptions{file: path, club: "none", source: "tea"}, &out, &errOut); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("an unknown club: %v", err)
	}
	examine(t, st)
}
