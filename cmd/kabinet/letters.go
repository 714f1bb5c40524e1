package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"kabinet/domain"
	"kabinet/internal/job"
	"kabinet/push"
	"kabinet/store"
)

// This file is what goes to an address, by mail or SMS, instead of to a device.

// sendCode sends a one-time code, unless it has ended meanwhile.
func (n *notifier) sendCode(ctx context.Context, j job.Job) error {
	var letter store.CodeLetter
	if err := j.Decode(&letter); err != nil {
		return job.Dead(err)
	}
	if !n.now().Before(letter.Until) {
		return nil
	}
	code, err := n.st.OpenCode(letter)
	if err != nil { // sealed with a secret that another process has and this one not, until the letter ends
		return job.Postpone(time.Second, fmt.Errorf("open a code: %w", err))
	}
	b, err := n.st.Business(ctx)
	if err != nil {
		return err
	}
	kind, f := push.SignInCode, push.Facts{Business: b.Name.In(letter.Locale), Code: code, ValidFor: domain.CodeLifetime}
	if letter.Points > 0 {
		kind, f.Points, f.Customer = push.PointsCode, int(letter.Points), letter.Receiver
	}
	if letter.Purpose != "" {
		kind = push.DeletionCode
	}
	text, err := push.Render(kind, string(letter.Locale), f)
	if err != nil {
		return job.Dead(err)
	}
	if letter.Channel == domain.ChannelSMS {
		began := time.Now()
		err := n.trace(ctx, "send sms", func(ctx context.Context) error {
			return n.texter.SendSMS(ctx, push.SMS{Phone: letter.Address, Text: text.SMS})
		})
		return n.verdict("sms", began, err)
	}
	return n.mail(ctx, "code", j, letter.Address, text)
}

// inviteStaff writes to somebody who was made a staff member how to get in, unless they left meanwhile.
func (n *notifier) inviteStaff(ctx context.Context, j job.Job) error {
	var args struct {
		Staff int64 `json:"staff"`
	}
	if err := j.Decode(&args); err != nil {
		return job.Dead(err)
	}
	found, err := n.st.StaffByID(ctx, []int64{args.Staff})
	if err != nil {
		return err
	}
	who, known := found[args.Staff]
	if !known || who.LeftAt != nil {
		return nil
	}
	b, err := n.st.Business(ctx)
	if err != nil {
		return err
	}
	text, err := push.Render(push.StaffInvited, string(who.Locale), push.Facts{Business: b.Name.In(who.Locale), Link: n.page + "/desk"})
	if err != nil {
		return job.Dead(err)
	}
	return n.mail(ctx, "staff", j, who.Email, text)
}

// mail makes an attempt to deliver a letter. What it is about and the number of its job make an id, by which mail programs know it again.
func (n *notifier) mail(ctx context.Context, about string, j job.Job, to string, text push.Text) error {
	began := time.Now()
	letter := push.Mail{ID: about + "-" + strconv.FormatInt(j.ID, 10), To: to, Subject: text.Subject, Text: text.Plain, HTML: text.HTML}
	err := n.trace(ctx, "send email", func(ctx context.Context) error { return n.mailer.SendMail(ctx, letter) })
	return n.verdict("email", began, err)
}
