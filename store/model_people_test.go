package store_test

import (
	"time"

	"kabinet/domain"
)

// This file is the part of the model in which people bring each other and give each other points.

// modelTies are what binds a person to others.
type modelTies struct {
	inviter   int64 // 0 when nobody invited them
	completed int64 // orders, refunded ones too
	welcomed  bool  // whether a first order brought its reward; that happens once, even when it is refunded
	sent      []modelSent
}

type modelSent struct {
	at     time.Time
	points int64
}

// modelReward is what an order brought to somebody.
type modelReward struct {
	owner            int64
	order            *modelOrder
	points, reversed int64
	matured          bool
}

// The tariff of the stories: shares of the inviter and the one above, and points of the first order.
const (
	storyShare1, storyShare2 = 500, 200
	storyInviter             = 40
	storyInvited             = 30
	storyDailyLimit          = 300
)

// rootOf is the person above everyone of somebody's tree.
func (m *model) rootOf(id int64) int64 {
	for m.people[id].inviter != 0 {
		id = m.people[id].inviter
	}
	return id
}

// reward gives what a completed order brings.
func (m *model) reward(o *modelOrder) {
	buyer := m.people[o.customer]
	buyer.completed++
	if buyer.inviter == 0 {
		return
	}
	give := func(owner, points int64) {
		if owner != 0 && points > 0 {
			m.rewards = append(m.rewards, &modelReward{owner: owner, order: o, points: points})
			m.people[owner].pending += points
		}
	}
	if !buyer.welcomed {
		buyer.welcomed = true
		give(o.customer, storyInvited)
		give(buyer.inviter, storyInviter)
	}
	give(buyer.inviter, o.total*storyShare1/10_000/100)
	give(m.people[buyer.inviter].inviter, o.total*storyShare2/10_000/100)
}

// reverseRewards takes back the share of an order's rewards that was refunded.
func (m *model) reverseRewards(o *modelOrder) {
	whole := o.status == domain.OrderRefunded
	matured := map[int64]int64{}
	for _, r := range m.rewards {
		if r.order != o {
			continue
		}
		now := r.points * o.refunded / o.total
		if whole {
			now = r.points
		}
		back := now - r.reversed
		r.reversed = now
		if r.matured {
			matured[r.owner] += back
		} else {
			m.people[r.owner].pending -= back
		}
	}
	for owner, back := range matured {
		p := m.people[owner]
		p.debt += p.burn(back, nil)
	}
}

func (m *model) matureRewards(now time.Time) {
	due := map[int64]int64{}
	for _, r := range m.rewards {
		if !r.matured && !r.order.matures.After(now) {
			r.matured = true
			due[r.owner] += r.points - r.reversed
		}
	}
	for owner, points := range due {
		if points > 0 {
			m.people[owner].pending -= points
			m.people[owner].add(points, now.Add(365*24*time.Hour), nil)
		}
	}
}

// sentToday is how many points somebody has given since midnight.
func (p *modelPerson) sentToday(now time.Time, zone *time.Location) (n int64) {
	for _, s := range p.sent {
		if s.at.In(zone).Format(time.DateOnly) == now.In(zone).Format(time.DateOnly) {
			n += s.points
		}
	}
	return n
}

// transfer moves points from the lots that end soonest, each part into a lot that ends when it would have.
func (m *model) transfer(from, to int64, points int64, now time.Time) {
	sender, receiver := m.people[from], m.people[to]
	sender.sent = append(sender.sent, modelSent{now, points})
	for _, l := range sender.lots {
		if take := min(points, l.remaining); take > 0 && l.expires.After(now) {
			l.remaining -= take
			points -= take
			receiver.add(take, l.expires, nil)
		}
	}
}
