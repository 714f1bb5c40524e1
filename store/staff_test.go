package store_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"kabinet/domain"
	"kabinet/store"
)

// newAdmin makes a staff member who may remove others.
func (s shop) newAdmin(t *testing.T, email string) domain.Viewer {
	t.Helper()
	m, err := s.InviteStaff(t.Context(), domain.Viewer{}, domain.StaffDraft{Email: email, Name: "Ирина", Role: domain.Admin})
	must(t, err)
	return domain.Viewer{StaffID: m.ID, Role: m.Role, Locale: domain.RU}
}

func TestRemoveStaff_TakesAwayEverythingButTheName(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ctx := t.Context()
	irina := s.newAdmin(t, "irina@example.org")
	vera := s.newCustomer(t, "vera@example.org") // who buys here, too
	m, err := s.InviteStaff(ctx, irina, domain.StaffDraft{Email: "vera@example.org", Name: "Вера", Role: domain.Manager})
	must(t, err)
	in, err := s.SignInAs(ctx, domain.Identity{Email: "vera@example.org"})
	must(t, err)
	if in.Viewer.StaffID != m.ID || in.Viewer.CustomerID != vera.CustomerID {
		t.Fatalf("signed in as %+v", in.Viewer)
	}
	for token, v := range map[string]domain.Viewer{"of both": in.Viewer, "of the desk": {StaffID: m.ID}, "of another": {StaffID: irina.StaffID}} {
		_, err := s.RegisterDevice(ctx, v, domain.DeviceDraft{Token: token, Platform: domain.Android})
		must(t, err)
	}

	for range 2 { // again changes nothing
		gone, err := s.RemoveStaff(ctx, irina, m.ID)
		must(t, err)
		if gone.LeftAt == nil || gone.OnDuty || gone.Name != "Вера" {
			t.Errorf("removed: %+v", gone)
		}
	}
	if n := s.count(t, `select count(*) from audit where action = 'staffRemove'`); n != 1 {
		t.Errorf("%d entries of the audit trail, want 1", n)
	}
	if _, err := s.RefreshSession(ctx, in.RefreshToken, domain.KeepToken); codeOf(err) != domain.CodeTokenInvalid {
		t.Errorf("the session goes on: %v", err)
	}
	revoked, err := s.Revoked(ctx)
	must(t, err)
	if reason := revoked.Check(in.Viewer); !errors.Is(reason, domain.ErrSessionEnded) {
		t.Errorf("an access token of the session: %v", reason)
	}
	if reason := revoked.Check(domain.Viewer{StaffID: m.ID, Role: domain.Manager}); reason == nil {
		t.Error("an access token of another session still counts")
	}
	reach, err := s.Reach(ctx, []int64{vera.CustomerID})
	must(t, err)
	if len(reach.OnDuty) != 1 || reach.OnDuty[0].Token != "of another" || len(reach.Customers[vera.CustomerID]) != 1 {
		t.Errorf("alerts reach %+v", reach)
	}
	if n := s.count(t, `select count(*) from device where staff_id = $1 or token = 'of the desk'`, m.ID); n != 0 {
		t.Errorf("%d devices of the desk are left", n)
	}
	if _, err := s.UpdateStaff(ctx, in.Viewer, domain.StaffPatch{OnDuty: new(true)}); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("settings of who left: %v", err)
	}
	if _, err := s.StaffByEmail(ctx, "vera@example.org"); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("found by the address: %v", err)
	}
	names := func(left bool) (all []string) {
		members, err := s.StaffMembers(ctx, left)
		must(t, err)
		for _, m := range members {
			all = append(all, m.Name)
		}
		return all
	}
	if here, all := names(false), names(true); !slices.Equal(here, []string{"Ирина", "Ольга"}) || !slices.Equal(all, []string{"Ирина", "Ольга", "Вера"}) {
		t.Errorf("here work %v, worked %v", here, all)
	}
	again, err := s.SignInAs(ctx, domain.Identity{Email: "vera@example.org"})
	must(t, err)
	if again.Viewer.StaffID != 0 || again.Viewer.Role != "" || again.Viewer.CustomerID != vera.CustomerID {
		t.Errorf("signs in as %+v", again.Viewer)
	}
	if _, err := s.RemoveStaff(ctx, irina, 1_000); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("somebody unknown: %v", err)
	}

	back, err := s.InviteStaff(ctx, irina, domain.StaffDraft{Email: "vera@example.org", Name: "Вера", Role: domain.Operator})
	must(t, err)
	if want := (domain.StaffMember{ID: m.ID, Name: "Вера", Email: "vera@example.org", Role: domain.Operator, OnDuty: true, Locale: domain.RU}); !reflect.DeepEqual(back, want) {
		t.Errorf("came back as %+v, want %+v", back, want)
	}
	s.healthy(t)
}

func TestInviteStaff_WritesToWhoIsNewOrBackUnlessTheCommandLineAddsThem(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	irina := s.newAdmin(t, "irina@example.org")
	invite := func(by domain.Viewer, role domain.StaffRole) int64 {
		m, err := s.InviteStaff(t.Context(), by, domain.StaffDraft{Email: "vera@example.org", Name: "Вера", Role: role})
		must(t, err)
		return m.ID
	}
	for i, step := range []struct {
		does    func() int64
		letters int64
	}{
		{func() int64 { return invite(irina, domain.Operator) }, 1},
		{func() int64 { return invite(irina, domain.Manager) }, 1}, // only another role
		{func() int64 {
			m, err := s.RemoveStaff(t.Context(), irina, invite(irina, domain.Manager))
			must(t, err)
			return m.ID
		}, 1},
		{func() int64 { return invite(irina, domain.Manager) }, 2},
		{func() int64 {
			m, _ := s.RemoveStaff(t.Context(), domain.Viewer{}, invite(irina, domain.Manager))
			return m.ID
		}, 2},
		{func() int64 { return invite(domain.Viewer{}, domain.Manager) }, 2},
	} {
		id := step.does()
		if n := s.count(t, `select count(*) from job where kind = $1 and args = jsonb_build_object('staff', $2::bigint)`, store.JobStaffInvited, id); n != step.letters {
			t.Errorf("after step %d there were %d letters, want %d", i, n, step.letters)
		}
	}
}

func TestStaff_SomebodyIsAlwaysAnAdmin(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	one, two := s.newAdmin(t, "one@example.org"), s.newAdmin(t, "two@example.org")
	ways := []func(ctx context.Context, by, of domain.Viewer, email string) error{
		func(ctx context.Context, by, of domain.Viewer, _ string) error {
			_, err := s.RemoveStaff(ctx, by, of.StaffID)
			return err
		},
		func(ctx context.Context, by, _ domain.Viewer, email string) error {
			_, err := s.InviteStaff(ctx, by, domain.StaffDraft{Email: email, Name: "Ирина", Role: domain.Operator})
			return err
		},
	}
	for round := range 20 {
		var errs [2]error
		atOnce(2, func(i int) { // each takes the other's role at the same moment
			if i == 0 {
				errs[i] = ways[round%2](context.Background(), one, two, "two@example.org")
			} else {
				errs[i] = ways[round/2%2](context.Background(), two, one, "one@example.org")
			}
		})
		if codes := codeOf(errs[0]) + codeOf(errs[1]); codes != domain.CodeLastAdmin {
			t.Fatalf("round %d: %v", round, errs)
		}
		if n := s.count(t, `select count(*) from staff where role = 'ADMIN' and left_at is null`); n != 1 {
			t.Fatalf("round %d: %d admins", round, n)
		}
		s.newAdmin(t, "one@example.org")
		s.newAdmin(t, "two@example.org")
	}
	_, err := s.RemoveStaff(t.Context(), domain.Viewer{}, two.StaffID)
	must(t, err)
	for _, alone := range ways {
		if err := alone(t.Context(), one, one, "one@example.org"); codeOf(err) != domain.CodeLastAdmin {
			t.Errorf("the only admin took away their own role: %v", err)
		}
	}
	if _, err := s.RemoveStaff(t.Context(), domain.Viewer{}, one.StaffID); err != nil {
		t.Errorf("the command line can always make another: %v", err)
	}
}

// Whichever comes first, no session of the desk is left of who leaves while they sign in.
func TestRemoveStaff_WhileTheySignIn(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	irina := s.newAdmin(t, "irina@example.org")
	for range 20 {
		m, err := s.InviteStaff(t.Context(), irina, domain.StaffDraft{Email: "vera@example.org", Name: "Вера", Role: domain.Manager})
		must(t, err)
		atOnce(3, func(i int) {
			var err error
			if i == 0 {
				_, err = s.RemoveStaff(context.Background(), irina, m.ID)
			} else {
				_, err = s.SignInAs(context.Background(), domain.Identity{Email: "vera@example.org"})
			}
			if err != nil {
				t.Error(err)
			}
		})
		if n := s.count(t, `select count(*) from session where staff_id = $1 and ended_at is null`, m.ID); n != 0 {
			t.Fatalf("%d sessions are left", n)
		}
	}
}
