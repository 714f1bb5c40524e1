package domain_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kabinet/domain"
)

func TestGrowForest_StaysAForestWhateverTheListSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 80).Draw(t, "people")
		person := rapid.Custom(func(t *rapid.T) string { return strconv.Itoa(rapid.IntRange(1, n).Draw(t, "person")) })
		known := map[string]bool{}
		for i := range n - 1 { // one is not known
			known[strconv.Itoa(i+1)] = true
		}
		var vouches []domain.Vouch
		for i := range rapid.IntRange(0, 200).Draw(t, "lines") {
			vouches = append(vouches, domain.Vouch{Line: int64(i), From: person.Draw(t, "from"), To: person.Draw(t, "to")})
		}
		inviters := map[string]string{}
		accepted, refused := domain.GrowForest(inviters, known, vouches)
		if len(accepted)+len(refused) != len(vouches) || len(accepted) != len(inviters) {
			t.Fatalf("%d accepted, %d refused of %d; %d have an inviter", len(accepted), len(refused), len(vouches), len(inviters))
		}
		for p := range inviters {
			steps := 0
			for at, invited := inviters[p]; invited; at, invited = inviters[at] {
				if steps++; steps > domain.MaxReferralDepth {
					t.Fatalf("%s stands below more than %d, or in a circle", p, domain.MaxReferralDepth)
				}
			}
		}
		if again, _ := domain.GrowForest(inviters, known, accepted); len(again) > 0 {
			t.Fatalf("accepted twice: %v", again)
		}
	})
}

func TestGrowForest_RefusesATreeThatBecomesTooDeep(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	var vouches []domain.Vouch
	for i := range domain.MaxReferralDepth + 2 {
		known[strconv.Itoa(i)] = true
		if i > 0 {
			vouches = append(vouches, domain.Vouch{From: strconv.Itoa(i - 1), To: strconv.Itoa(i)})
		}
	}
	slices.Reverse(vouches) // from below: whole trees are hung below others
	accepted, refused := domain.GrowForest(map[string]string{}, known, vouches)
	if len(accepted) != domain.MaxReferralDepth || len(refused) != 1 || refused[0].Why != domain.ReferralLimitReached {
		t.Errorf("%d accepted, refused %v", len(accepted), refused)
	}
}

func TestPlanRewards_NeverPassesTheTariffTheCapsOrAVoidedLink(t *testing.T) {
	t.Parallel()
	states := rapid.SampledFrom([]domain.ReferralState{domain.ReferralActive, domain.ReferralActive, domain.ReferralFlagged, domain.ReferralVoided})
	rapid.Check(t, func(t *rapid.T) {
		tariff := domain.ReferralTariff{Open: true, Levels: rapid.SliceOfN(rapid.Int64Range(0, 1_000), 1, 10).Draw(t, "levels"),
			InviterPoints: rapid.Int64Range(0, 50).Draw(t, "inviter"), InvitedPoints: rapid.Int64Range(0, 50).Draw(t, "invited")}
		var chain []domain.ReferralLink
		for i := range rapid.Int64Range(0, 12).Draw(t, "depth") {
			chain = append(chain, domain.ReferralLink{CustomerID: i + 1, InviterID: i + 2, State: states.Draw(t, "state"), Orders: rapid.Int64Range(0, 1).Draw(t, "orders")})
		}
		paid := rapid.Int64Range(0, 1_000_000).Draw(t, "paid")
		room := map[int64]int64{2: rapid.Int64Range(0, 100).Draw(t, "room")}
		capped := room[2]
		var percents, toFirst int64
		for _, r := range domain.PlanRewards(tariff, chain, paid, 100, room) {
			if r.Points <= 0 || r.Level > int64(len(tariff.Levels)) || r.CustomerID != r.Level+1 {
				t.Fatalf("reward %+v", r)
			}
			for _, link := range chain[:max(r.Level, 1)] {
				if link.State == domain.ReferralVoided || (link.State == domain.ReferralFlagged) != slices.Contains(r.WaitsFor, link.CustomerID) {
					t.Fatalf("reward %+v through %+v", r, link)
				}
			}
			if r.Kind == domain.RewardPercent {
				percents += r.Points
			}
			if r.CustomerID == 2 {
				toFirst += r.Points
			}
		}
		var shares int64
		for _, s := range tariff.Levels {
			shares += s
		}
		if percents*100*10_000 > paid*shares || toFirst > capped {
			t.Fatalf("%d points of %d paid, %d to one with room for %d", percents, paid, toFirst, capped)
		}
	})
}

func TestReversedReward_GrowsToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		points, paid := rapid.Int64Range(1, 1_000_000).Draw(t, "points"), rapid.Int64Range(1, 1_000_000_000).Draw(t, "paid")
		a := rapid.Int64Range(0, paid).Draw(t, "a")
		b := rapid.Int64Range(a, paid).Draw(t, "b")
		x, y := domain.ReversedReward(points, a, paid), domain.ReversedReward(points, b, paid)
		if x < 0 || x > y || y > points || domain.ReversedReward(points, paid, paid) != points {
			t.Fatalf("%d, then %d of %d", x, y, points)
		}
	})
}

func TestReadReferralCode_UnderstandsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"K7MP4XQ2": "K7MP4XQ2", " k7mp-4xq2 ": "K7MP4XQ2", "K7MP 4XQ2": "K7MP4XQ2", "К7МР4ХQ2": "K7MP4XQ2",
		"https://cabinet.example.com/i/K7MP4XQ2": "K7MP4XQ2", "https://cabinet.example.com/i/K7MP4XQ2/": "K7MP4XQ2",
		"K7MP4XQ": "", "K7MP4XQ22": "", "K7MP4XQ0": "", "": "", strings.Repeat("K", 1_000): "",
	} {
		if got := domain.ReadReferralCode(typed); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}

func TestSimilarEmails_FindsOnePersonsAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"anna.sokolova@x.org", "annasokolova+2@x.org", true}, {"petr1@x.org", "petr2@x.org", true}, {"sokolova@x.org", "sokolowa@x.org", true},
		{"sokolova@x.org", "sokolov@x.org", true}, {"anna@x.org", "anya@x.org", false}, {"anna@x.org", "anna@y.org", false}, {"", "", false},
		{"info@x.org", "sales@x.org", false},
	} {
		if domain.SimilarEmails(c.a, c.b) != c.want || domain.SimilarEmails(c.b, c.a) != c.want {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.want)
		}
	}
}

func TestShownName_ShowsNoMoreThanItsOwnerWants(t *testing.T) {
	t.Parallel()
	name := "анна  Мария Соколова"
	for choice, want := range map[domain.ReferralName]string{domain.NameHidden: "<nil>", domain.NameInitials: "А.М.", domain.NameFirst: "анна", domain.NameFull: "анна Мария Соколова"} {
		got := "<nil>"
		if shown := domain.ShownName(&name, choice); shown != nil {
			got = *shown
		}
		if got != want {
			t.Errorf("%s shows %s, want %s", choice, got, want)
		}
	}
	if domain.ShownName(nil, domain.NameFull) != nil {
		t.Error("a name that is not told was shown")
	}
}

func TestShareText_SpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	tariff := domain.ReferralTariff{Open: true, Levels: []int64{500}, InvitedPoints: 300}
	for l, want := range map[domain.Locale]string{
		domain.RU: "Присоединяйтесь к «Дюны» по моей ссылке: L. За первый заказ вам подарят 300\u00a0баллов. Мой код: C.",
		domain.EN: "Join me at Dunes: L. Your first order brings you 300\u00a0points. My code: C.",
	} {
		if got := domain.ShareText(domain.Text{RU: "Дюны", EN: "Dunes"}, tariff, "L", "C", l); got != want {
			t.Errorf("%s: %q", l, got)
		}
	}
	if ways := fmt.Sprint(len(domain.ReferralWays(tariff, domain.RU)), len(domain.ReferralWays(domain.ReferralTariff{Levels: []int64{500}}, domain.RU))); ways != "1 0" {
		t.Errorf("ways %s", ways)
	}
}
