package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kabinet/domain"
)

func TestAuditTrail_SaysWhatStoodBeforeAndFilters(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	for i, price := range []int64{150_000, 160_000} {
		s.clock.Add(time.Minute)
		_, err := s.UpsertVariant(ctx, s.staff, s.massage.ProductID, domain.VariantDraft{SKU: s.massage.SKU, PriceMinor: price, Active: true})
		must(t, err)
		s.give(t, s.customer, int64(10+i))
	}
	subject := domain.AuditSubject(s.massage.GID())
	trail, err := s.AuditTrail(ctx, domain.AuditFilter{Subject: subject}, domain.Page{First: 10})
	must(t, err)
	if len(trail.Items) != 2 || trail.Items[0].StaffID != s.staff.StaffID || !strings.Contains(trail.Items[0].After, "160000") || trail.Items[0].Before != trail.Items[1].After || trail.Items[1].Before != "" {
		t.Errorf("the trail of a variant is %+v", trail.Items)
	}
	var walked []int64
	for after := ""; ; {
		page, err := s.AuditTrail(ctx, domain.AuditFilter{StaffID: s.staff.StaffID}, domain.Page{First: 2, After: after})
		must(t, err)
		for _, e := range page.Items {
			walked = append(walked, e.ID)
		}
		if !page.HasNext {
			break
		}
		after = page.Cursors[len(page.Cursors)-1]
	}
	if n := s.count(t, `select count(*) from audit where staff_id = $1`, s.staff.StaffID); int64(len(walked)) != n {
		t.Errorf("walked over %v, want %d entries", walked, n)
	}
	from, to := s.clock.Now().Add(-30*time.Second), s.clock.Now().Add(time.Second)
	late, err := s.AuditTrail(ctx, domain.AuditFilter{From: &from, To: &to}, domain.Page{First: 10})
	must(t, err)
	if len(late.Items) != 2 || late.Items[0].Action != "walletAdjust" || late.Items[0].Reason != "подарок" {
		t.Errorf("of the last minute: %+v", late.Items)
	}
}

func TestModerationQueue_HoldsWhatNobodySettled(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	club := s.club(t, "quiet", domain.EntryOpen, domain.SpendRule{}, domain.Privileges{})
	members := s.crowd(t, 3)
	var posts []domain.Post
	for i := range 3 {
		p, err := s.CreatePost(ctx, s.staff, domain.PostDraft{IdempotencyKey: fmt.Sprint(i), ClubID: club.ID, Text: "Текст"})
		must(t, err)
		posts = append(posts, p)
	}
	for i, v := range members {
		_, err := s.JoinClub(ctx, v, club.ID)
		must(t, err)
		for _, p := range posts[:i+1] { // the first is reported by all, the last by one
			s.clock.Add(time.Second)
			_, err := s.ReportPost(ctx, v, p.ID, fmt.Sprintf("жалоба %d", i))
			must(t, err)
		}
	}
	first, err := s.ModerationQueue(ctx, domain.Page{First: 2})
	must(t, err)
	if len(first.Items) != 2 || !first.HasNext || first.Items[0].PostID != posts[0].ID || first.Items[0].Count() != 3 || first.Items[0].Reports[0].Reason != "жалоба 0" ||
		first.Items[0].Since.After(first.Items[1].Since) || first.Items[0].Reports[2].PostID != posts[0].ID {
		t.Errorf("the queue begins with %+v", first.Items)
	}
	rest, err := s.ModerationQueue(ctx, domain.Page{First: 2, After: first.Cursors[1]})
	must(t, err)
	if len(rest.Items) != 1 || rest.Items[0].PostID != posts[2].ID || rest.HasNext {
		t.Errorf("the queue goes on with %+v", rest.Items)
	}
	_, err = s.HidePost(ctx, s.staff, posts[0].ID, true, "спам")
	must(t, err)
	if n, err := s.ModerationCount(ctx); n != 2 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
}
