package store

import (
	"context"
	"time"

	"kabinet/domain"
)

// NotificationsOf reads how a customer wants to be told.
func (s *Store) NotificationsOf(ctx context.Context, customerID int64) (domain.NotificationSettings, error) {
	var row struct {
		From  *int64 `db:"quiet_from"`
		Until *int64 `db:"quiet_until"`
	}
	var muted []domain.NotificationPreference
	if err := s.get(ctx, &row, `select quiet_from, quiet_until from customer where id = $1`, customerID); err != nil {
		return domain.NotificationSettings{}, err
	}
	if err := s.list(ctx, &muted, `select topic, channel from notification_mute where customer_id = $1`, customerID); err != nil {
		return domain.NotificationSettings{}, err
	}
	var out domain.NotificationSettings
	for _, topic := range domain.NotificationTopics {
		wanted := domain.NotificationPreference{Topic: topic, Channel: domain.ChannelPush, Enabled: true}
		for _, m := range muted {
			wanted.Enabled = wanted.Enabled && m.Topic != topic
		}
		out.Preferences = append(out.Preferences, wanted)
	}
	if row.From != nil && row.Until != nil {
		out.QuietHours = &domain.QuietHours{From: *row.From, Until: *row.Until}
	}
	return out, nil
}

// SetNotifications changes how the viewer wants to be told. Refusals: those of domain.CheckNotifications.
func (s *Store) SetNotifications(ctx context.Context, v domain.Viewer, p domain.NotificationPatch) (domain.NotificationSettings, error) {
	if refused := domain.CheckNotifications(p); refused != nil {
		return domain.NotificationSettings{}, refused
	}
	topics := column(p.Preferences, func(n domain.NotificationPreference) string { return string(n.Topic) })
	channels := column(p.Preferences, func(n domain.NotificationPreference) string { return string(n.Channel) })
	enabled := column(p.Preferences, func(n domain.NotificationPreference) bool { return n.Enabled })
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, `
with asked as (
  select distinct on (topic, channel) topic, channel, enabled
    from unnest($2::text[], $3::text[], $4::bool[]) with ordinality as n (topic, channel, enabled, nth)
   order by topic, channel, nth desc
), unmuted as (
  delete from notification_mute m using asked a where m.customer_id = $1 and m.topic = a.topic and m.channel = a.channel and a.enabled
)
insert into notification_mute (customer_id, topic, channel)
select $1, topic, channel from asked where not enabled
on conflict do nothing`, v.CustomerID, topics, channels, enabled)
		if err != nil || p.QuietHours == nil {
			return err
		}
		var from, until *int64
		if q := *p.QuietHours; q != nil {
			from, until = &q.From, &q.Until
		}
		_, err = tx.exec(ctx, `update customer set quiet_from = $2, quiet_until = $3 where id = $1`, v.CustomerID, from, until)
		return err
	})
	if err != nil {
		return domain.NotificationSettings{}, err
	}
	return s.NotificationsOf(ctx, v.CustomerID)
}

// PushHeed is what a push to the device of a customer has to heed.
type PushHeed struct {
	Token      string `db:"token"`
	Muted      bool   `db:"muted"`
	TimeZone   string `db:"time_zone"`
	QuietFrom  *int64 `db:"quiet_from"`
	QuietUntil *int64 `db:"quiet_until"`
}

// NotBefore is when the push may go; the zero time for at once.
func (h PushHeed) NotBefore(now time.Time) time.Time {
	if h.QuietFrom == nil || h.QuietUntil == nil {
		return time.Time{}
	}
	zone, err := time.LoadLocation(h.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	if held := (domain.QuietHours{From: *h.QuietFrom, Until: *h.QuietUntil}).HeldUntil(now, zone); held.After(now) {
		return held
	}
	return time.Time{}
}

// PushHeeds reads what pushes of a topic have to heed, by the token of the device. Devices of staff alone are not there: nothing holds their alerts.
func (s *Store) PushHeeds(ctx context.Context, topic domain.NotificationTopic, tokens []string) (map[string]PushHeed, error) {
	var rows []PushHeed
	err := s.list(ctx, &rows, `
select d.token, m.topic is not null as muted, coalesce(c.time_zone, b.time_zone) as time_zone, c.quiet_from, c.quiet_until
  from device d
  join customer c on c.id = d.customer_id
 cross join business b
  left join notification_mute m on m.customer_id = c.id and m.topic = $1 and m.channel = 'PUSH'
 where d.token = any($2)`, topic, tokens)
	return byKey(rows, func(h PushHeed) string { return h.Token }), err
}
