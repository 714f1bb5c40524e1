package store

import (
	"context"
	"errors"
	"strings"

	"kabinet/domain"
)

// This file is customers and the devices of people; staff.go is who works here, signin.go is how they get in.

const customerColumns = `c.id, c.name, c.phone, c.email, c.locale, c.time_zone, to_char(c.birthday, 'YYYY-MM-DD') as birthday, c.external_number, c.created_at, c.delete_at`

// CustomersByID reads customers by their row numbers; those that do not exist or were erased are left out.
func (s *Store) CustomersByID(ctx context.Context, ids []int64) (map[int64]domain.Customer, error) {
	var rows []domain.Customer
	err := s.list(ctx, &rows, `select `+customerColumns+` from customer c where c.id = any($1) and c.erased_at is null`, orEmpty(ids))
	return byKey(rows, func(c domain.Customer) int64 { return c.ID }), err
}

type customerRow struct {
	domain.Customer
	place
}

// Customers reads a page of customers. search finds those whose name, phone, e-mail address or number has a word that begins so; all words
// of it must be found.
func (s *Store) Customers(ctx context.Context, search string, sort domain.CustomerSort, page domain.Page) (domain.List[domain.Customer], error) {
	q := pageQuery{columns: customerColumns, from: "customer c", key: "c.created_at", keyType: "timestamptz", id: "c.id", desc: sort.Desc}
	if sort.Field == "NET" {
		q.from, q.key, q.keyType, q.id = "customer_figures f join customer c on c.id = f.customer_id", "f.net_mills", "bigint", "f.customer_id"
	}
	if query := prefixQuery(search); query != "" {
		// A set of its own and a key that no index is sorted by: the planner cannot know how few match, and would else walk through all customers
		// in their order until a page is full.
		q.where, q.args = []string{q.id + " = any(array(select s.id from customer s where s.search @@ $1::text::tsquery))"}, []any{query}
		if sort.Field == "NET" {
			q.key = "(f.net_mills + 0)"
		}
	} else if strings.TrimSpace(search) != "" {
		return domain.List[domain.Customer]{}, nil
	}
	q.where = append(q.where, "c.erased_at is null")
	return readPage(ctx, s, q, page, func(r customerRow) domain.Customer { return r.Customer })
}

// FiguresByCustomer reads what customers brought in so far.
func (s *Store) FiguresByCustomer(ctx context.Context, ids []int64) (map[int64]domain.CustomerFigures, error) {
	var rows []struct {
		ID int64 `db:"customer_id"`
		domain.CustomerFigures
	}
	err := s.list(ctx, &rows, `
select customer_id, completed_orders, paid, paid_mills, refunded, refunded_mills, last_order_at
  from customer_figures
 where customer_id = any($1)`, orEmpty(ids))
	out := map[int64]domain.CustomerFigures{}
	for _, r := range rows {
		out[r.ID] = r.CustomerFigures
	}
	return out, err
}

// UpdateCustomer changes what the viewer told about themselves, and gives the points of a profile that is complete by it. Refusals: those of domain.CheckCustomer and
// domain.CheckBirthday; ALREADY_EXISTS for another birthday than the one that was told.
func (s *Store) UpdateCustomer(ctx context.Context, v domain.Viewer, p domain.CustomerPatch) (c domain.Customer, err error) {
	if refused := domain.CheckCustomer(p); refused != nil {
		return c, refused
	}
	if v.CustomerID == 0 {
		return c, domain.Errorf(domain.Forbidden, "only customers have a profile")
	}
	if p.Birthday != nil {
		if refused := domain.CheckBirthday(*p.Birthday, s.now()); refused != nil {
			return c, refused
		}
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.get(ctx, &c, `select `+customerColumns+` from customer c where c.id = $1 for no key update`, v.CustomerID); err != nil {
			return err
		}
		if p.Birthday != nil {
			if c.Birthday != nil && *c.Birthday != *p.Birthday {
				return domain.Refuse(domain.Refusal{Code: domain.CodeAlreadyExists, Field: []string{"birthday"}, Rule: "birthday"})
			}
			c.Birthday = p.Birthday
		}
		if p.Name != nil {
			c.Name = *p.Name
		}
		if p.Locale != nil {
			c.Locale = *p.Locale
		}
		if p.TimeZone != nil {
			c.TimeZone = *p.TimeZone
		}
		_, err := tx.exec(ctx, `
update customer
   set name = $2, locale = $3, time_zone = $4, birthday = $5::text::date,
       birthday_at = case when $5::text is not null then coalesce(birthday_at, $6::timestamptz) end
 where id = $1`, c.ID, c.Name, c.Locale, c.TimeZone, c.Birthday, tx.now)
		if err != nil || !c.ProfileComplete() {
			return err
		}
		return tx.award(ctx, domain.EarnProfile, c.ID, string(domain.EarnProfile))
	})
	return c, err
}

const deviceColumns = `d.id, d.customer_id, d.staff_id, d.token, d.platform, d.name, d.locale, d.created_at, d.seen_at`

// RegisterDevice registers a device for the viewer, or moves it to the viewer: a phone belongs to who signed in last. Refusals: those
// of domain.CheckDevice.
func (s *Store) RegisterDevice(ctx context.Context, v domain.Viewer, in domain.DeviceDraft) (d domain.Device, err error) {
	if refused := domain.CheckDevice(in); refused != nil {
		return d, refused
	}
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.get(ctx, &d, `
with owner as (
  insert into device_owner (token, customer_id) select $3::text, $1::bigint where $1::bigint <> 0 on conflict do nothing
)
insert into device as d (customer_id, staff_id, token, platform, name, locale, created_at, seen_at)
values (nullif($1::bigint, 0), nullif($2, 0::bigint), $3::text, $4, $5, $6, $7, $7)
on conflict (token) do update
   set customer_id = excluded.customer_id, staff_id = excluded.staff_id, platform = excluded.platform, name = excluded.name,
       locale = excluded.locale, seen_at = excluded.seen_at
returning `+deviceColumns, v.CustomerID, v.StaffID, in.Token, in.Platform, in.Name, in.Locale, tx.now)
	})
	return d, err
}

// RemoveDevice forgets a device of the viewer, by id or by token. It returns the device's number, 0 when it was not registered to the viewer.
func (s *Store) RemoveDevice(ctx context.Context, v domain.Viewer, id int64, token string) (removed int64, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.get(ctx, &removed, `
delete from device
 where (id = $1 or token = $2)
   and (customer_id = nullif($3, 0::bigint) or staff_id = nullif($4, 0::bigint))
returning id`, id, token, v.CustomerID, v.StaffID)
	})
	if errors.Is(err, domain.ErrNotFound) {
		return 0, nil
	}
	return removed, err
}

// DeviceIsOf says whether the device with a token is registered to a customer or to a staff member, either of them 0 for none.
func (s *Store) DeviceIsOf(ctx context.Context, token string, customerID, staffID int64) (is bool, err error) {
	err = s.get(ctx, &is, `
select exists (select 1
                 from device
                where token = $1 and (customer_id = nullif($2, 0::bigint) or staff_id = nullif($3, 0::bigint)))`, token, customerID, staffID)
	return is, err
}

// DropDevice forgets a device whose push service says that it is gone for good.
func (s *Store) DropDevice(ctx context.Context, token string) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, `delete from device where token = $1`, token)
		return err
	})
}

// DevicesOfCustomer reads the devices that get a customer's pushes, the last seen first.
func (s *Store) DevicesOfCustomer(ctx context.Context, customerID int64) (rows []domain.Device, err error) {
	err = s.list(ctx, &rows, `select `+deviceColumns+` from device d where d.customer_id = $1 order by d.seen_at desc, d.id`, customerID)
	return rows, err
}

// DevicesOfStaff reads the devices that get a staff member's alerts, the last seen first.
func (s *Store) DevicesOfStaff(ctx context.Context, staffID int64) (rows []domain.Device, err error) {
	err = s.list(ctx, &rows, `select `+deviceColumns+` from device d where d.staff_id = $1 order by d.seen_at desc, d.id`, staffID)
	return rows, err
}

// Reach is the devices on which people can be told something.
type Reach struct {
	Customers map[int64][]domain.Device
	OnDuty    []domain.Device // of all staff who are on duty, with the language of each: the device's own or its owner's
}

// Reach finds the devices of customers, the last seen first, and those of the staff on duty.
func (s *Store) Reach(ctx context.Context, customerIDs []int64) (r Reach, err error) {
	var rows []domain.Device
	err = s.list(ctx, &rows, `
select `+deviceColumns+`
  from device d
 where d.customer_id = any($1)
union all
select d.id, null::bigint, d.staff_id, d.token, d.platform, d.name, coalesce(d.locale, s.locale), d.created_at, d.seen_at
  from device d
  join staff s on s.id = d.staff_id
 where s.on_duty
 order by seen_at desc, id`, customerIDs)
	r.Customers = groupBy(rows, func(d domain.Device) int64 {
		if d.CustomerID == nil {
			return 0
		}
		return *d.CustomerID
	})
	r.OnDuty = r.Customers[0]
	delete(r.Customers, 0)
	return r, err
}
