package importer

import (
	"embed"
	"strconv"
	"strings"

	"kabinet/domain"
)

//go:embed formats
var formats embed.FS

// Formats are the built-in formats, with a mapping that fits the business: its currency, time zone, language and worth of a point.
func Formats(b domain.Business) []domain.ImportFormat {
	fit := strings.NewReplacer("$LOCALE", string(b.Locale), "$CURRENCY", b.CurrencyCode, "$TIMEZONE", b.TimeZone, "$POINT", strconv.FormatInt(b.Points.PointMinor, 10))
	text := func(name string) string {
		content, err := formats.ReadFile("formats/" + name)
		if err != nil {
			panic(err) // the files are part of the program, and a test reads them all
		}
		return string(content)
	}
	return []domain.ImportFormat{
		{Kind: domain.ImportSales, Name: "sales", Mapping: fit.Replace(text("sales.yaml")), Sample: text("sales.csv")},
		{Kind: domain.ImportStays, Name: "stays", Mapping: fit.Replace(text("stays.yaml")), Sample: text("stays.csv")},
		{Kind: domain.ImportReferrals, Name: "referrals", Sample: text("referrals.csv"), MembersSample: text("members.csv")},
		{Kind: domain.ImportPosts, Name: "posts", Sample: text("posts.xml")},
	}
}
