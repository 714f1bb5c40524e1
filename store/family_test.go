package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/store"
)

// home is a shop with a family of Anna, who is its customer, and Boris; transfers are on with 300 points a day.
type home struct {
	shop
	boris  domain.Viewer
	family domain.Family
}

func newHome(t *testing.T) home {
	t.Helper()
	h := home{shop: newShop(t)}
	h.boris = h.newCustomer(t, "boris@example.com")
	h.rules(t, true, 300, 3)
	h.family = h.join(t, h.boris)
	return h
}

func (h home) rules(t *testing.T, on bool, limit, size int64) {
	t.Helper()
	_, err := h.UpdateBusiness(t.Context(), domain.Viewer{}, domain.BusinessPatch{FamilyTransfers: &on, FamilyDailyLimit: &limit, FamilySize: &size})
	must(t, err)
}

// join lets Anna invite somebody by a code, and them accept.
func (h home) join(t *testing.T, v domain.Viewer) domain.Family {
	t.Helper()
	i, err := h.InviteToFamily(t.Context(), h.customer, domain.FamilyInvite{})
	must(t, err)
	f, err := h.AcceptFamily(t.Context(), v, 0, *i.Code)
	must(t, err)
	return f
}

func (h home) start(t *testing.T, key string, from, to domain.Viewer, points int64) (domain.PointsTransfer, error) {
	t.Helper()
	h.clock.Add(domain.CodeResendAfter)
	return h.StartTransfer(t.Context(), from, domain.PointsTransferStart{IdempotencyKey: key, ReceiverID: to.CustomerID, Points: points})
}

// code is the last code that was sent.
func (h home) code(t *testing.T) string {
	t.Helper()
	var letter store.CodeLetter
	must(t, h.DB().GetContext(t.Context(), &letter.Sealed, `select args->>'sealed' from job where kind = 'signin.code' order by id desc limit 1`))
	code, err := h.OpenCode(letter)
	must(t, err)
	return code
}

func (h home) transfer(t *testing.T, key string, from, to domain.Viewer, points int64) {
	t.Helper()
	p, err := h.start(t, key, from, to, points)
	must(t, err)
	p, err = h.CompleteTransfer(t.Context(), from, p.ID, h.code(t))
	must(t, err)
	if p.State != domain.TransferDone {
		t.Fatalf("the transfer is %s", p.State)
	}
}

// reasonOf is the reason of a refusal of families.
func reasonOf(err error) domain.FamilyRefusal {
	if refused := domain.AsRefused(err); refused != nil && refused[0].Code == domain.CodeFamilyRefused {
		return domain.FamilyRefusal(refused[0].Rule)
	}
	return ""
}

func TestTransfer_MovesTheSoonestExpiringAndKeepsTheirDays(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.give(t, h.customer, 50)
	h.clock.Add(24 * time.Hour)
	h.give(t, h.customer, 200)
	before, err := h.Lots(t.Context(), h.customer.CustomerID)
	must(t, err)
	h.transfer(t, "k", h.customer, h.boris, 120)
	wantWallet(t, h.wallet(t, h.customer), 130, 0, 0, 0)
	wantWallet(t, h.wallet(t, h.boris), 120, 0, 0, 0)
	lots, err := h.Lots(t.Context(), h.boris.CustomerID)
	must(t, err)
	if len(lots) != 2 || lots[0].Remaining != 50 || lots[1].Remaining != 70 || !lots[0].ExpiresAt.Equal(*before[0].ExpiresAt) || !lots[1].ExpiresAt.Equal(*before[1].ExpiresAt) {
		t.Errorf("the receiver's lots are %+v, the sender had %+v", lots, before)
	}
	entries, err := h.WalletEntries(t.Context(), h.boris.CustomerID, domain.Page{First: 10})
	must(t, err)
	if text := domain.EntryText(entries.Items[0], domain.EN); text != "Received within the family: Анна" {
		t.Errorf("the receiver reads %q", text)
	}
	h.healthy(t)
}

func TestTransfer_RefusesWithTheReason(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	stranger := h.newCustomer(t, "vera@example.com")
	h.give(t, h.customer, 400)
	h.place(t, "o", 80, line(h.massage, 1)) // holds 80: 320 can be transferred
	refused := func(to domain.Viewer, points int64) error {
		t.Helper()
		_, err := h.start(t, fmt.Sprint("no", to.CustomerID, points), h.customer, to, points)
		return err
	}
	if err := refused(stranger, 10); reasonOf(err) != domain.FamilyNotMember {
		t.Errorf("to a stranger: %v", err)
	}
	if err := refused(h.customer, 10); reasonOf(err) != domain.FamilySelf {
		t.Errorf("to oneself: %v", err)
	}
	if err := refused(h.boris, 0); codeOf(err) != domain.CodeTooSmall {
		t.Errorf("nothing: %v", err)
	}
	if err := refused(h.boris, 321); codeOf(err) != domain.CodeInsufficientPoints || domain.AsRefused(err)[0].Available != 320 {
		t.Errorf("what is held: %v", err)
	}
	if err := refused(h.boris, 301); reasonOf(err) != domain.FamilyDailyLimit || domain.AsRefused(err)[0].Available != 300 {
		t.Errorf("over the limit of a day: %v", err)
	}
	h.rules(t, false, 300, 3)
	if err := refused(h.boris, 10); reasonOf(err) != domain.FamilyOff {
		t.Errorf("switched off: %v", err)
	}
	h.rules(t, true, 300, 3)
	h.exec(t, `update lot set expires_at = $1 where customer_id = $2`, h.clock.Now(), h.customer.CustomerID)
	if err := refused(h.boris, 10); codeOf(err) != domain.CodeInsufficientPoints {
		t.Errorf("points past their day: %v", err)
	}
	if n := h.count(t, `select count(*) from points_transfer`); n != 0 {
		t.Errorf("%d refused transfers were written", n)
	}
}

func TestTransfer_TheCodeIsOfThisTransferAndOfNothingElse(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.give(t, h.customer, 200)
	p, err := h.start(t, "k", h.customer, h.boris, 100)
	must(t, err)
	right := h.code(t)
	in := domain.SignInComplete{Channel: domain.ChannelEmail, Address: "anna@example.com", Code: right}
	if _, err := h.CompleteSignIn(t.Context(), in); codeOf(err) != domain.CodeCodeExpired {
		t.Errorf("the code of a transfer signs in: %v", err)
	}
	if again, err := h.StartTransfer(t.Context(), h.customer, domain.PointsTransferStart{IdempotencyKey: "k", ReceiverID: h.boris.CustomerID, Points: 100}); err != nil || again.ID != p.ID || h.code(t) != right {
		t.Errorf("repeating: %+v, %v", again, err)
	}
	if _, err := h.CompleteTransfer(t.Context(), h.boris, p.ID, right); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("the receiver confirms: %v", err)
	}
	second, err := h.start(t, "k2", h.customer, h.boris, 60)
	must(t, err)
	if _, err := h.CompleteTransfer(t.Context(), h.customer, p.ID, right); reasonOf(err) != domain.FamilyEnded {
		t.Errorf("the first after a second was started: %v", err)
	}
	if _, err := h.CompleteTransfer(t.Context(), h.customer, second.ID, right); right != h.code(t) && codeOf(err) != domain.CodeCodeWrong {
		t.Errorf("the second with the first one's code: %v", err)
	}
	for range domain.CodeTries {
		_, err = h.CompleteTransfer(t.Context(), h.customer, second.ID, wrong(h.code(t)))
	}
	if codeOf(err) != domain.CodeTooManyTries {
		t.Errorf("after five wrong tries: %v", err)
	}
	if _, err := h.CompleteTransfer(t.Context(), h.customer, second.ID, h.code(t)); codeOf(err) != domain.CodeTooManyTries {
		t.Errorf("the right code after five wrong ones: %v", err)
	}
	third, err := h.start(t, "k3", h.customer, h.boris, 60)
	must(t, err)
	h.clock.Add(domain.CodeLifetime)
	if _, err := h.CompleteTransfer(t.Context(), h.customer, third.ID, h.code(t)); reasonOf(err) != domain.FamilyEnded {
		t.Errorf("a code of ten minutes ago: %v", err)
	}
	wantWallet(t, h.wallet(t, h.customer), 200, 0, 0, 0)
}

func TestTransfer_LooksAtEverythingAgainWhenItIsConfirmed(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.give(t, h.customer, 200)
	p, err := h.start(t, "k", h.customer, h.boris, 150)
	must(t, err)
	h.place(t, "o", 100, line(h.massage, 1))
	if _, err := h.CompleteTransfer(t.Context(), h.customer, p.ID, h.code(t)); codeOf(err) != domain.CodeInsufficientPoints {
		t.Errorf("spent meanwhile: %v", err)
	}
	h.give(t, h.customer, 100)
	must(t, h.LeaveFamily(t.Context(), h.boris, h.family.ID))
	if _, err := h.CompleteTransfer(t.Context(), h.customer, p.ID, h.code(t)); reasonOf(err) != domain.FamilyNotMember {
		t.Errorf("the receiver left: %v", err)
	}
	h.join(t, h.boris)
	for range 2 { // a right code survives refusals; repeating is harmless
		if p, err = h.CompleteTransfer(t.Context(), h.customer, p.ID, h.code(t)); err != nil || p.State != domain.TransferDone {
			t.Fatalf("%+v, %v", p, err)
		}
	}
	wantWallet(t, h.wallet(t, h.boris), 150, 0, 0, 0)
	h.healthy(t)
}

func TestTransfer_TheLimitIsOfTheBusinesssDay(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	zone := "Asia/Kamchatka"
	_, err := h.UpdateBusiness(t.Context(), domain.Viewer{}, domain.BusinessPatch{TimeZone: &zone})
	must(t, err)
	h.give(t, h.customer, 1_000)
	there, err := time.LoadLocation(zone)
	must(t, err)
	tonight := domain.DayOf(h.clock.Now(), there).AddDate(0, 0, 1).Add(-10 * time.Minute)
	h.clock.Add(tonight.Sub(h.clock.Now()))
	h.transfer(t, "1", h.customer, h.boris, 200)
	if _, err := h.start(t, "2", h.customer, h.boris, 101); reasonOf(err) != domain.FamilyDailyLimit || domain.AsRefused(err)[0].Available != 100 {
		t.Errorf("over the rest of the day: %v", err)
	}
	h.clock.Add(10 * time.Minute)
	h.transfer(t, "3", h.customer, h.boris, 300)
	wantWallet(t, h.wallet(t, h.boris), 500, 0, 0, 0)
}

func TestTransfer_AnotherZoneBringsNoOtherDay(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.give(t, h.customer, 1_000)
	noon := domain.DayOf(h.clock.Now(), time.UTC).AddDate(0, 0, 1).Add(12 * time.Hour) // 15:00 in Moscow, where the business is
	h.clock.Add(noon.Sub(h.clock.Now()))
	h.transfer(t, "1", h.customer, h.boris, 300)
	h.clock.Add(time.Hour)
	zone := "Etc/GMT-11" // where it is just past midnight
	moved := &zone
	_, err := h.UpdateCustomer(t.Context(), h.customer, domain.CustomerPatch{TimeZone: &moved})
	must(t, err)
	if _, err := h.start(t, "2", h.customer, h.boris, 1); reasonOf(err) != domain.FamilyDailyLimit {
		t.Errorf("an hour later, in another zone: %v", err)
	}
}

func TestTransfer_StartedAgainInAnotherLanguageIsTheSame(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.give(t, h.customer, 100)
	in := domain.PointsTransferStart{IdempotencyKey: "k", ReceiverID: h.boris.CustomerID, Points: 5, Locale: domain.RU}
	first, err := h.StartTransfer(t.Context(), h.customer, in)
	must(t, err)
	in.Locale = domain.EN
	if again, err := h.StartTransfer(t.Context(), h.customer, in); err != nil || again.ID != first.ID {
		t.Errorf("again: %+v, %v", again, err)
	}
}

func TestTransfer_ManyAtOnceKeepTheLimitAndTheLedger(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.give(t, h.customer, 500)
	h.give(t, h.boris, 500)
	type waiting struct {
		who  domain.Viewer
		id   int64
		code string
	}
	var all []waiting
	for i, v := range []domain.Viewer{h.customer, h.boris} {
		other := []domain.Viewer{h.boris, h.customer}[i]
		p, err := h.start(t, fmt.Sprint("k", i), v, other, 200)
		must(t, err)
		all = append(all, waiting{v, p.ID, h.code(t)})
	}
	atOnce(12, func(i int) {
		w := all[i%2]
		if _, err := h.CompleteTransfer(t.Context(), w.who, w.id, w.code); err != nil {
			t.Errorf("client %d: %v", i, err)
		}
	})
	wantWallet(t, h.wallet(t, h.customer), 500, 0, 0, 0)
	wantWallet(t, h.wallet(t, h.boris), 500, 0, 0, 0)
	if n := h.count(t, `select count(*) from transfer where cause in ('FAMILY_SENT', 'FAMILY_RECEIVED')`); n != 4 {
		t.Errorf("%d movements of two transfers", n)
	}
	h.healthy(t)
}

func TestTransfer_SettlesWhatTheReceiverOwesAndTheSenderMustOweNothing(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	o := h.advance(t, h.place(t, "o", 0, line(h.massage, 1)), toCompletion...) // earns 100
	h.clock.Add(15 * 24 * time.Hour)
	_, err := h.MaturePoints(t.Context())
	must(t, err)
	h.transfer(t, "all", h.customer, h.boris, 100)
	_, err = h.RefundOrder(t.Context(), h.staff, domain.OrderRefund{IdempotencyKey: "r", OrderID: o.ID, Reason: "брак"})
	must(t, err)
	wantWallet(t, h.wallet(t, h.customer), 0, 0, 0, 100)
	if _, err := h.start(t, "debt", h.customer, h.boris, 1); reasonOf(err) != domain.FamilyInDebt {
		t.Errorf("a debtor transfers: %v", err)
	}
	h.give(t, h.boris, 50)
	h.transfer(t, "back", h.boris, h.customer, 130)
	wantWallet(t, h.wallet(t, h.customer), 30, 0, 0, 0)
	wantWallet(t, h.wallet(t, h.boris), 20, 0, 0, 0)
	h.healthy(t)
}

func TestFamily_InvitingTellsNobodyWhetherTheAddressIsKnown(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	vera := h.newCustomer(t, "vera@example.com")
	invite := func(address string) domain.FamilyInvited {
		t.Helper()
		i, err := h.InviteToFamily(t.Context(), h.customer, domain.FamilyInvite{Channel: domain.ChannelEmail, Address: address})
		must(t, err)
		must(t, h.DeclineFamily(t.Context(), h.customer, i.ID)) // makes room
		i.ID, i.Address, i.Channel = 0, nil, nil
		return i
	}
	if known, unknown := invite("vera@example.com"), invite("nobody@example.com"); known != unknown {
		t.Errorf("a known address answers %+v, an unknown one %+v", known, unknown)
	}
	first, err := h.InviteToFamily(t.Context(), h.customer, domain.FamilyInvite{Channel: domain.ChannelEmail, Address: " Vera@Example.com"})
	must(t, err)
	again, err := h.InviteToFamily(t.Context(), h.boris, domain.FamilyInvite{Channel: domain.ChannelEmail, Address: "vera@example.com"})
	must(t, err)
	if again.ID != first.ID {
		t.Error("inviting again made another invitation")
	}
	stranger := h.newCustomer(t, "gleb@example.com")
	if _, err := h.AcceptFamily(t.Context(), stranger, first.ID, ""); reasonOf(err) != domain.FamilyInvitation {
		t.Errorf("somebody else accepts: %v", err)
	}
	if err := h.DeclineFamily(t.Context(), stranger, first.ID); reasonOf(err) != domain.FamilyInvitation {
		t.Errorf("somebody else declines: %v", err)
	}
	mine, err := h.FamilyInvitationsFor(t.Context(), vera.CustomerID)
	must(t, err)
	if len(mine) != 1 || mine[0].ID != first.ID {
		t.Errorf("Vera finds %+v", mine)
	}
	for range 2 {
		_, err = h.AcceptFamily(t.Context(), vera, first.ID, "")
		must(t, err)
	}
	members, err := h.FamilyMembers(t.Context(), []int64{h.family.ID})
	must(t, err)
	if len(members[h.family.ID]) != 3 {
		t.Errorf("the members are %+v", members)
	}
	if _, err := h.InviteToFamily(t.Context(), h.customer, domain.FamilyInvite{Channel: domain.ChannelEmail, Address: "gleb@example.com"}); reasonOf(err) != domain.FamilyFull {
		t.Errorf("a fourth of three: %v", err)
	}
	if _, err := h.InviteToFamily(t.Context(), h.customer, domain.FamilyInvite{Channel: domain.ChannelEmail, Address: "anna@example.com"}); reasonOf(err) != domain.FamilySelf {
		t.Errorf("oneself: %v", err)
	}
	h.wantKinds(t, vera, domain.EventFamilyInvited, domain.EventFamilyInvited)
	h.wantKinds(t, h.boris, domain.EventFamilyJoined)
}

// wantKinds compares the events of families that a customer was told of.
func (s shop) wantKinds(t *testing.T, v domain.Viewer, want ...domain.EventKind) {
	t.Helper()
	_, err := s.LineUpEvents(t.Context())
	must(t, err)
	events, _, err := s.EventsAfter(t.Context(), domain.Topic{CustomerID: v.CustomerID}, domain.Cursor{}, 100)
	must(t, err)
	var got []domain.EventKind
	for _, e := range events {
		if e.Family != nil {
			got = append(got, e.Kind)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("customer %d was told %v, want %v", v.CustomerID, got, want)
	}
}

func TestFamily_NobodyIsInTwoAndAnInvitationEnds(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	vera := h.newCustomer(t, "vera@example.com")
	other, err := h.InviteToFamily(t.Context(), vera, domain.FamilyInvite{})
	must(t, err)
	if _, err := h.AcceptFamily(t.Context(), h.boris, 0, *other.Code); reasonOf(err) != domain.FamilyOther {
		t.Errorf("into a second family: %v", err)
	}
	must(t, h.LeaveFamily(t.Context(), h.boris, h.family.ID))
	if err := h.LeaveFamily(t.Context(), h.boris, h.family.ID); reasonOf(err) != domain.FamilyNotMember {
		t.Errorf("leaving twice: %v", err)
	}
	h.wantKinds(t, h.customer, domain.EventFamilyJoined, domain.EventFamilyLeft)
	h.clock.Add(domain.FamilyInvitationLifetime)
	if _, err := h.AcceptFamily(t.Context(), h.boris, 0, *other.Code); reasonOf(err) != domain.FamilyInvitation {
		t.Errorf("after a week: %v", err)
	}
	fresh, err := h.InviteToFamily(t.Context(), vera, domain.FamilyInvite{})
	must(t, err)
	must(t, h.LeaveFamily(t.Context(), vera, fresh.FamilyID))
	if _, err := h.AcceptFamily(t.Context(), h.boris, 0, *fresh.Code); reasonOf(err) != domain.FamilyInvitation {
		t.Errorf("into a family that everybody left: %v", err)
	}
	for i := range domain.FamilyInvitationsPerDay {
		i, err := h.InviteToFamily(t.Context(), h.customer, domain.FamilyInvite{Channel: domain.ChannelEmail, Address: fmt.Sprintf("p%d@example.com", i)})
		must(t, err)
		must(t, h.DeclineFamily(t.Context(), h.customer, i.ID))
	}
	must(t, h.LeaveFamily(t.Context(), h.customer, h.family.ID)) // founding another does not help
	if _, err := h.InviteToFamily(t.Context(), h.customer, domain.FamilyInvite{Channel: domain.ChannelEmail, Address: "more@example.com"}); codeOf(err) != domain.CodeTooManyTries {
		t.Errorf("too many in a day: %v", err)
	}
}
