package store_test

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
	"kabinet/store/storetest"
)

// startSignIn asks for a code and reads it out of the job that would send it.
func (s shop) startSignIn(t *testing.T, address string) string {
	t.Helper()
	_, err := s.StartSignIn(t.Context(), domain.SignInStart{Channel: domain.ChannelEmail, Address: address})
	must(t, err)
	var args []byte
	must(t, s.DB().Get(&args, `select args from job where kind = $1 and args ->> 'address' = $2 order by id desc limit 1`, store.JobCode, address))
	var letter store.CodeLetter
	must(t, json.Unmarshal(args, &letter))
	code, err := s.OpenCode(letter)
	must(t, err)
	return code
}

func (s shop) enter(address, code string) (domain.SignedIn, error) {
	return s.CompleteSignIn(context.Background(), domain.SignInComplete{Channel: domain.ChannelEmail, Address: address, Code: code})
}

// wrong is a code that is not the right one.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func codeOf(err error) domain.UserErrorCode {
	if r := domain.AsRefused(err); r != nil {
		return r[0].Code
	}
	return ""
}

// atOnce runs do so many times in parallel.
func atOnce(n int, do func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { do(i) })
	}
	wg.Wait()
}

func TestStartSignIn_ParallelRequestsSendOneCode(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var sent, refused atomic.Int64
	atOnce(20, func(int) {
		_, err := s.StartSignIn(context.Background(), domain.SignInStart{Channel: domain.ChannelEmail, Address: "new@example.com"})
		switch {
		case err == nil:
			sent.Add(1)
		case codeOf(err) == domain.CodeTooManyTries:
			refused.Add(1)
		default:
			t.Error(err)
		}
	})
	if sent.Load() != 1 || refused.Load() != 19 {
		t.Errorf("%d sent and %d refused, want 1 and 19", sent.Load(), refused.Load())
	}
}

func TestStartSignIn_LimitsCodesInAnHour(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for range domain.CodesPerHour {
		s.startSignIn(t, "new@example.com")
		s.clock.Add(domain.CodeResendAfter)
	}
	_, err := s.StartSignIn(t.Context(), domain.SignInStart{Channel: domain.ChannelEmail, Address: "new@example.com"})
	if codeOf(err) != domain.CodeTooManyTries {
		t.Errorf("one more in the hour: %v", err)
	}
	s.clock.Add(time.Hour)
	s.startSignIn(t, "new@example.com")
}

func TestStartSignIn_GoesOnAfterTheClockWasAhead(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const address = "anna@example.com"
	s.clock.Add(24 * time.Hour)
	s.startSignIn(t, address)
	s.clock.Add(-24 * time.Hour)
	if _, err := s.enter(address, s.startSignIn(t, address)); err != nil {
		t.Errorf("with the code of now: %v", err)
	}
	if _, err := s.StartSignIn(t.Context(), domain.SignInStart{Channel: domain.ChannelEmail, Address: address}); codeOf(err) != domain.CodeTooManyTries {
		t.Errorf("again at once: %v", err)
	}
}

func TestCompleteSignIn_ParallelWrongTriesAllCount(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	code := s.startSignIn(t, "new@example.com")
	var mu sync.Mutex
	count := map[domain.UserErrorCode]int{}
	atOnce(12, func(int) {
		_, err := s.enter("new@example.com", wrong(code))
		mu.Lock()
		defer mu.Unlock()
		count[codeOf(err)]++
	})
	if count[domain.CodeCodeWrong] != domain.CodeTries || count[domain.CodeTooManyTries] != 12-domain.CodeTries {
		t.Errorf("answered %v", count)
	}
	if _, err := s.enter("new@example.com", code); codeOf(err) != domain.CodeTooManyTries {
		t.Errorf("the right code after too many tries: %v", err)
	}
}

func TestCompleteSignIn_ACodeOpensOneSessionInItsTime(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	code := s.startSignIn(t, "new@example.com")
	var opened, refused atomic.Int64
	atOnce(10, func(int) {
		if _, err := s.enter("New@example.com", code); err == nil {
			opened.Add(1)
		} else if codeOf(err) == domain.CodeCodeExpired {
			refused.Add(1)
		}
	})
	if opened.Load() != 1 || refused.Load() != 9 {
		t.Errorf("%d opened and %d refused, want 1 and 9", opened.Load(), refused.Load())
	}
	s.clock.Add(domain.CodeResendAfter)
	code = s.startSignIn(t, "new@example.com")
	s.clock.Add(domain.CodeLifetime)
	if _, err := s.enter("new@example.com", code); codeOf(err) != domain.CodeCodeExpired {
		t.Errorf("an old code: %v", err)
	}
	s.healthy(t)
}

func TestSignInAs_ParallelFirstVisitsMakeOneCustomer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	ids := make([]int64, 12)
	atOnce(len(ids), func(i int) {
		in, err := s.SignInAs(context.Background(), domain.Identity{Email: "new@example.com", Phone: "+79161234567"})
		if err != nil {
			t.Error(err)
		}
		ids[i] = in.Viewer.CustomerID
	})
	for _, id := range ids {
		if id != ids[0] || id == 0 {
			t.Fatalf("customers are %v", ids)
		}
	}
	s.healthy(t)
}

func TestRefreshSession_OfParallelUsesOneWinsAndTheSessionEnds(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	in, err := s.SignInAs(t.Context(), domain.Identity{Email: "anna@example.com"})
	must(t, err)
	first, err := s.RefreshSession(t.Context(), in.RefreshToken, domain.KeepToken)
	must(t, err)
	if first.Viewer.CustomerID != s.customer.CustomerID || first.Viewer.SessionID != in.Viewer.SessionID || first.RefreshToken == in.RefreshToken {
		t.Errorf("refreshed to %+v", first)
	}
	var mu sync.Mutex
	var next []string
	atOnce(8, func(int) {
		got, err := s.RefreshSession(context.Background(), first.RefreshToken, domain.KeepToken)
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			next = append(next, got.RefreshToken)
		} else if codeOf(err) != domain.CodeTokenInvalid {
			t.Error(err)
		}
	})
	if len(next) != 1 {
		t.Fatalf("%d of 8 uses were taken", len(next))
	}
	if _, err := s.RefreshSession(t.Context(), next[0], domain.KeepToken); codeOf(err) != domain.CodeTokenInvalid {
		t.Errorf("after a reuse the newest token: %v", err)
	}
	sessions, err := s.Sessions(t.Context(), s.customer)
	must(t, err)
	if len(sessions) != 0 {
		t.Errorf("%d sessions are open", len(sessions))
	}
}

func TestRefreshSession_EndsWithItsLifetimeAndWithItsSession(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	in, err := s.SignInAs(t.Context(), domain.Identity{Email: "anna@example.com"})
	must(t, err)
	other, err := s.SignInAs(t.Context(), domain.Identity{Email: "anna@example.com"})
	must(t, err)
	stranger := s.newCustomer(t, "boris@example.com")
	if _, err := s.EndSession(t.Context(), stranger, other.Viewer.SessionID); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("somebody else's session: %v", err)
	}
	_, err = s.EndSession(t.Context(), in.Viewer, other.Viewer.SessionID)
	must(t, err)
	if _, err := s.RefreshSession(t.Context(), other.RefreshToken, domain.KeepToken); codeOf(err) != domain.CodeTokenInvalid {
		t.Errorf("a session that was ended: %v", err)
	}
	s.clock.Add(domain.RefreshLifetime)
	for _, token := range []string{in.RefreshToken, "", "no token"} {
		if _, err := s.RefreshSession(t.Context(), token, domain.KeepToken); codeOf(err) != domain.CodeTokenInvalid {
			t.Errorf("%q: %v", token, err)
		}
	}
}

func TestMigrate_FreshTwiceAndTwoAtOnce(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	applied, err := store.Migrate(t.Context(), dsn)
	must(t, err)
	if len(applied) != 0 {
		t.Errorf("a migrated database took %v", applied)
	}
	st := storetest.OpenAt(t, dsn)
	for _, statement := range []string{"drop schema public cascade", "create schema public"} {
		if _, err := st.DB().Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	var total atomic.Int64
	atOnce(3, func(int) {
		applied, err := store.Migrate(context.Background(), dsn)
		if err != nil {
			t.Error(err)
		}
		total.Add(int64(len(applied)))
	})
	if total.Load() < 2 {
		t.Errorf("%d migrations were applied", total.Load())
	}
	if again, err := store.Migrate(t.Context(), dsn); err != nil || len(again) != 0 {
		t.Errorf("once more: %v, %v", again, err)
	}
	if found, _, err := storetest.OpenAt(t, dsn).Examine(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("a fresh database: %v, %v", found, err)
	}
}
