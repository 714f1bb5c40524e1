package demo

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"kabinet/domain"
)

// eachPreset runs a test against every business.
func eachPreset(t *testing.T, test func(t *testing.T, b *Business)) {
	t.Parallel()
	for _, preset := range Presets() {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			b, err := Load(preset)
			if err != nil {
				t.Fatal(err)
			}
			test(t, b)
		})
	}
}

func TestLoad_AnswersABusinessWorthShowing(t *testing.T) {
	eachPreset(t, func(t *testing.T, b *Business) {
		for what, n := range map[string][3]int{
			"categories": {len(b.Categories), 6, 8},
			"products":   {len(b.Products), 30, 40},
			"customers":  {len(b.Customers), 12, 12},
			"staff":      {len(b.Staff), 4, 4},
			"orders":     {len(b.Orders), 25, 40},
		} {
			if n[0] < n[1] || n[0] > n[2] {
				t.Errorf("%d %s, want %d to %d", n[0], what, n[1], n[2])
			}
		}
		kinds, used := make(map[domain.ProductKind]int), make(map[string]int)
		for _, p := range b.Products {
			kinds[p.Kind]++
			used[p.Category]++
			if sentences := strings.Count(p.Description.RU, ". ") + 1; sentences < 2 || sentences > 4 {
				t.Errorf("%s is described in %d sentences", p.Slug, sentences)
			}
		}
		if kinds[domain.Goods] < 5 || kinds[domain.Service] < 5 || len(used) != len(b.Categories) {
			t.Errorf("kinds %v, categories %v: want both kinds and no empty category", kinds, used)
		}
	})
}

func TestLoad_RefusesAnUnknownPreset(t *testing.T) {
	t.Parallel()
	if _, err := Load("bank"); err == nil || !strings.Contains(err.Error(), "resort") {
		t.Errorf("got %v, want an error that names the known presets", err)
	}
}

func TestLoad_RefusesBrokenContent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, old, new, want string }{
		"a field nobody knows":          {"business.yaml", "currency:", "colour: red\ncurrency:", "colour"},
		"a field given twice":           {"business.yaml", "currency:", "currency: EUR\ncurrency:", "already defined"},
		"a second document":             {"business.yaml", "currency:", "---\ncurrency:", "document"},
		"an unknown category":           {"services.yaml", "category: stay", "category: cellar", "cellar"},
		"a missing language":            {"services.yaml", `en: "Lake house"`, `en: ""`, "lacks a language"},
		"an unknown motif":              {"services.yaml", "motif: cabin", "motif: castle", "castle"},
		"an unknown palette":            {"business.yaml", "palette: forest", "palette: mud", "mud"},
		"a free product":                {"goods.yaml", "price: 45000", "price: 0", "no price"},
		"goods without stock":           {"goods.yaml", ", stock: 60", "", "stock"},
		"an order of unknown SKU":       {"orders.yaml", "sku: ST-CABIN-WE,", "sku: ST-NONE,", "ST-NONE"},
		"an order by a stranger":        {"orders.yaml", "customer: igor", "customer: ghost", "ghost"},
		"a step by a stranger":          {"orders.yaml", "by: pavel", "by: ghost", "ghost"},
		"a step in the future":          {"orders.yaml", "after: 20h", "after: 900d", "future"},
		"a length of time in words":     {"orders.yaml", "placedAgo: 320d", "placedAgo: yesterday", "length of time"},
		"a gift before they joined":     {"people.yaml", "givenAgo: 340d", "givenAgo: 500d", "joined"},
		"a time zone of nowhere":        {"people.yaml", "timeZone: Europe/London", "timeZone: Europe/Narnia", "Narnia"},
		"a refund without a reason":     {"orders.yaml", "do: REFUND, by: olga, reason:", "do: REFUND, by: olga, unreason:", "unreason"},
		"a promise for an instant gone": {"orders.yaml", "promise: 8d", "promise: 1h", "later moment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := fstest.MapFS{}
			files, err := fs.Glob(content, "content/resort/*.yaml")
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range files {
				data, err := fs.ReadFile(content, path)
				if err != nil {
					t.Fatal(err)
				}
				folder[strings.TrimPrefix(path, "content/resort/")] = &fstest.MapFile{Data: data}
			}
			whole := string(folder[c.file].Data)
			broken := strings.Replace(whole, c.old, c.new, 1)
			if broken == whole {
				t.Fatalf("%s has no %q to break", c.file, c.old)
			}
			folder[c.file].Data = []byte(broken)
			if _, err := load(folder); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one that says %q", err, c.want)
			}
		})
	}
}

func TestContent_SpeaksBothLanguages(t *testing.T) {
	cyrillic := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
	}
	eachPreset(t, func(t *testing.T, b *Business) {
		texts := texts(b)
		if len(texts) < 250 {
			t.Fatalf("only %d texts were found", len(texts))
		}
		for _, text := range texts {
			if !cyrillic(text.RU) || cyrillic(text.EN) || text.EN == "" {
				t.Errorf("not Russian and English: %+v", text)
			}
			for _, s := range []string{text.RU, text.EN} {
				if strings.TrimSpace(s) != s || strings.Contains(s, "  ") {
					t.Errorf("stray spaces: %q", s)
				}
			}
		}
	})
}

// texts gathers every text of a business that people read; notes and reasons that are absent are left out.
func texts(b *Business) []domain.Text {
	all := []domain.Text{b.Name, b.Description, b.Contact.Address, b.Contact.Hours}
	for _, c := range b.Categories {
		all = append(all, c.Name)
	}
	for _, p := range b.Products {
		all = append(all, p.Name, p.Description, p.Expect.HowToPrepare)
		all = append(all, p.Expect.Documents...)
		for _, a := range p.Attributes {
			all = append(all, a.Name, a.Value)
		}
		for _, v := range p.Variants {
			all = append(all, v.Name)
		}
	}
	for _, g := range b.Gifts {
		all = append(all, g.Reason)
	}
	for _, o := range b.Orders {
		all = append(all, o.Note)
		for _, s := range o.Steps {
			all = append(all, s.Reason)
		}
	}
	return slices.DeleteFunc(all, domain.Text.Empty)
}

func TestContent_BelongsToNobodyReal(t *testing.T) {
	eachPreset(t, func(t *testing.T, b *Business) {
		phones, emails := []string{b.Contact.Phone}, []string{b.Contact.Email}
		for _, c := range b.Customers {
			phones, emails = append(phones, c.Phone), append(emails, c.Email)
			if !strings.HasSuffix(c.Email, "@example.com") {
				t.Errorf("customer e-mail %s", c.Email)
			}
		}
		for _, s := range b.Staff {
			emails = append(emails, s.Email)
			if !strings.HasSuffix(s.Email, ".example.org") {
				t.Errorf("staff e-mail %s", s.Email)
			}
		}
		for _, p := range phones {
			if !strings.HasPrefix(p, "+7900000") || len(p) != len("+79000000000") {
				t.Errorf("phone %s is outside the fictional range", p)
			}
		}
		for _, list := range [][]string{phones, emails} {
			slices.Sort(list)
			if unique := slices.Compact(slices.Clone(list)); len(unique) != len(list) {
				t.Errorf("repeated in %v", list)
			}
		}
	})
}

func TestContent_ProductsPassTheRulesOfTheCatalogue(t *testing.T) {
	eachPreset(t, func(t *testing.T, b *Business) {
		slugs := make(map[string]bool)
		for _, p := range b.Products {
			if slugs[p.Slug] {
				t.Errorf("slug %s is repeated", p.Slug)
			}
			slugs[p.Slug] = true
			if e := domain.Expectation(p.Expect); e.LeadTimeMinutes > int64(14*24*time.Hour/time.Minute) {
				t.Errorf("%s: a lead time of %d minutes", p.Slug, e.LeadTimeMinutes)
			}
			if n := len(p.Variants); n > 4 {
				t.Errorf("%s: %d variants", p.Slug, n)
			}
		}
	})
}
