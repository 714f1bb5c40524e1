package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// terms is the business and its rules at a version of the catalogue, kept in memory: placing an order reads the version anyway and reads the terms anew
// only when it grew.
type terms struct {
	version  int64
	business domain.Business
	rules    []earningRuleRow
	clubs    []domain.Club  // not archived, in the order in which they are shown; their members are not counted
	offers   []domain.Offer // on or to come when the terms were read
}

// earning lists the rules that hold at an instant.
func (t *terms) earning(now time.Time) (rules []domain.EarningRule) {
	for _, r := range t.rules {
		if r.holds(now) {
			rules = append(rules, r.rule().EarningRule)
		}
	}
	return rules
}

type businessRow struct {
	Version      int64               `db:"version"`
	Name         jsonOf[domain.Text] `db:"name"`
	Description  jsonOf[domain.Text] `db:"description"`
	Address      jsonOf[domain.Text] `db:"address"`
	Phone        string              `db:"phone"`
	Email        string              `db:"email"`
	Currency     string              `db:"currency"`
	TimeZone     string              `db:"time_zone"`
	Country      string              `db:"country"`
	Locale       domain.Locale       `db:"locale"`
	NumberPrefix string              `db:"number_prefix"`
	PointMinor   int64               `db:"point_minor"`
	MaxShare     int64               `db:"max_share"`
	ReturnDays   int64               `db:"return_days"`
	LifetimeDays int64               `db:"lifetime_days"`
	NoticeDays   int64               `db:"notice_days"`
	HoldDays     int64               `db:"hold_days"`

	FamilyTransfers  bool  `db:"family_transfers"`
	FamilyDailyLimit int64 `db:"family_daily_limit"`
	FamilySize       int64 `db:"family_size"`
}

func (r businessRow) business() domain.Business {
	return domain.Business{Name: r.Name.V, Description: r.Description.V, Address: r.Address.V, Phone: r.Phone, Email: r.Email,
		CurrencyCode: r.Currency, TimeZone: r.TimeZone, Country: r.Country, Locale: r.Locale, NumberPrefix: r.NumberPrefix, HoldDays: r.HoldDays,
		Family: domain.FamilyRules{Transfers: r.FamilyTransfers, DailyLimit: r.FamilyDailyLimit, MaxSize: r.FamilySize},
		Points: domain.PointsProgram{PointMinor: r.PointMinor, MaxShare: r.MaxShare, ReturnWindowDays: r.ReturnDays, LifetimeDays: r.LifetimeDays, NoticeDays: r.NoticeDays}}
}

const businessSQL = `
select v.version, b.name, b.description, b.address, b.phone, b.email, b.currency, b.time_zone, b.country, b.locale, b.number_prefix,
       b.point_minor, b.max_share, b.return_days, b.lifetime_days, b.notice_days, b.hold_days,
       b.family_transfers, b.family_daily_limit, b.family_size
  from business b, catalog_version v`

const rulesSQL = `
select ` + earningRuleColumns + `
  from earning_rule r
 where r.kind <> 'CAMPAIGN'
 order by r.starts_at desc, r.id desc`

// terms reads the terms in force now: a round trip for the version, and more only when it grew.
func (s *Store) terms(ctx context.Context) (*terms, error) {
	version, err := s.CatalogVersion(ctx)
	if err != nil {
		return nil, err
	}
	return s.termsOf(ctx, nil, version)
}

// terms reads the terms in force now, inside the transaction.
func (t *Tx) terms(ctx context.Context) (*terms, error) {
	var version int64
	if err := t.get(ctx, &version, catalogVersionSQL); err != nil {
		return nil, err
	}
	return t.s.termsOf(ctx, t, version)
}

// termsOf returns the terms of a version of the catalogue or a newer one, read in tx when there is one.
func (s *Store) termsOf(ctx context.Context, tx *Tx, version int64) (*terms, error) {
	if kept := s.kept.Load(); kept != nil && kept.version == version {
		return kept, nil
	}
	get, list := s.get, s.list
	if tx != nil {
		get, list = tx.get, tx.list
	}
	var row businessRow
	if err := get(ctx, &row, businessSQL); err != nil {
		return nil, err
	}
	fresh := &terms{version: row.Version, business: row.business()}
	if err := list(ctx, &fresh.rules, rulesSQL); err != nil {
		return nil, err
	}
	var clubs []clubRow
	if err := list(ctx, &clubs, openClubsSQL); err != nil {
		return nil, err
	}
	fresh.clubs = column(clubs, clubRow.club)
	var offers []offerDealRow
	if err := list(ctx, &offers, openOffersSQL, s.now()); err != nil {
		return nil, err
	}
	fresh.offers = column(offers, offerDealRow.offer)
	s.kept.Store(fresh)
	return fresh, nil
}

// Business reads the business and the rules it set.
func (s *Store) Business(ctx context.Context) (domain.Business, error) {
	t, err := s.terms(ctx)
	if err != nil {
		return domain.Business{}, err
	}
	return t.business, nil
}

// EarningRules reads the ways to earn points that are in force now.
func (s *Store) EarningRules(ctx context.Context) ([]domain.EarningRule, error) {
	t, err := s.terms(ctx)
	if err != nil {
		return nil, err
	}
	return t.earning(s.now()), nil
}

// SetBusiness describes the business anew, as a whole; for the demo.
func (s *Store) SetBusiness(ctx context.Context, b domain.Business) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.writeBusiness(ctx, b) })
}

// UpdateBusiness changes what an admin says of the business. Refusals: those of domain.BusinessPatch.
func (s *Store) UpdateBusiness(ctx context.Context, v domain.Viewer, p domain.BusinessPatch) (b domain.Business, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		var row businessRow
		if err := tx.get(ctx, &row, businessSQL+` for update of b`); err != nil {
			return err
		}
		var hasOrders bool
		if err := tx.get(ctx, &hasOrders, `select exists (select 1 from orders)`); err != nil {
			return err
		}
		changed, refused := p.Apply(row.business(), hasOrders)
		if refused != nil {
			return refused
		}
		b = changed
		if err := tx.writeBusiness(ctx, b); err != nil {
			return err
		}
		return tx.audit(ctx, v, "businessUpdate", "business", "", p)
	})
	return b, err
}

func (t *Tx) writeBusiness(ctx context.Context, b domain.Business) error {
	_, err := t.exec(ctx, `
update business
   set name = $1, description = $2, address = $3, phone = $4, email = $5, currency = $6, time_zone = $7, country = $8, locale = $9,
       number_prefix = $10, point_minor = $11, max_share = $12, return_days = $13, lifetime_days = $14, hold_days = $15, notice_days = $16,
       family_transfers = $17, family_daily_limit = $18, family_size = $19`,
		asJSON(b.Name), asJSON(b.Description), asJSON(b.Address), b.Phone, b.Email, b.CurrencyCode, b.TimeZone, b.Country, b.Locale,
		b.NumberPrefix, b.Points.PointMinor, b.Points.MaxShare, b.Points.ReturnWindowDays, b.Points.LifetimeDays, b.HoldDays, b.Points.NoticeDays,
		b.Family.Transfers, b.Family.DailyLimit, b.Family.MaxSize)
	return err
}
