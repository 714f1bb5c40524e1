package resolvers

import (
	"context"

	"kabinet/domain"
	"kabinet/graph/model"
)

// maxPreferences bounds one change of settings.
const maxPreferences = 50

func (r customerResolver) Notifications(ctx context.Context, c *domain.Customer) (domain.NotificationSettings, error) {
	return r.store.NotificationsOf(ctx, c.ID)
}

func (quietHoursResolver) From(_ context.Context, q *domain.QuietHours) (string, error) {
	return domain.ClockText(q.From), nil
}

func (quietHoursResolver) Until(_ context.Context, q *domain.QuietHours) (string, error) {
	return domain.ClockText(q.Until), nil
}

func (r mutationResolver) CustomerNotificationsSet(ctx context.Context, in model.CustomerNotificationsSetInput) (model.CustomerNotificationsSetPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.CustomerNotificationsSetPayload{}, err
	}
	if len(in.Preferences) > maxPreferences {
		return model.CustomerNotificationsSetPayload{}, domain.Errorf(domain.Invalid, "at most %d preferences", maxPreferences)
	}
	var patch domain.NotificationPatch
	for _, p := range in.Preferences {
		patch.Preferences = append(patch.Preferences, domain.NotificationPreference{Topic: p.Topic, Channel: p.Channel, Enabled: p.Enabled})
	}
	if quiet := given(in.QuietHours); quiet != nil {
		var hours *domain.QuietHours
		if *quiet != nil {
			hours = &domain.QuietHours{From: domain.ParseClock((*quiet).From), Until: domain.ParseClock((*quiet).Until)}
		}
		patch.QuietHours = &hours
	}
	settings, err := r.store.SetNotifications(ctx, v, patch)
	set, refused, err := outcome(ctx, settings, err)
	return model.CustomerNotificationsSetPayload{Notifications: set, UserErrors: refused}, err
}
