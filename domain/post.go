package domain

import (
	"slices"
	"strconv"
	"time"
)

// Post is what somebody wrote in a club: a post, or, with a ThreadID, a comment below one.
type Post struct {
	ID           int64
	ClubID       int64
	ThreadID     int64 // the post of a comment; 0 for posts
	ParentID     int64 // the comment that a reply answers; 0 for others
	CustomerID   int64 // the author; 0 for staff and for people outside this business
	StaffID      int64
	Author       string // the author's name in full
	AuthorGone   bool   // whether the author was erased
	Title        string
	Source       string
	HTML         string
	Comments     int64 // shown ones, replies among them
	Reactions    map[ReactionKind]int64
	OwnReaction  ReactionKind // of the viewer it was read for; empty for none
	Edits        int64
	CreatedAt    time.Time
	EditedAt     *time.Time
	PinnedAt     *time.Time
	HiddenAt     *time.Time
	HiddenReason *string
	RemovedAt    *time.Time
}

// GID is the global id: of a Post or a Comment.
func (p Post) GID() GID {
	if p.ThreadID != 0 {
		return GID{"Comment", p.ID}
	}
	return GID{"Post", p.ID}
}

// Shown says whether members see it: it was neither hidden nor removed.
func (p Post) Shown() bool { return p.HiddenAt == nil && p.RemovedAt == nil }

// WrittenBy says whether the viewer is the author.
func (p Post) WrittenBy(v Viewer) bool {
	return v.CustomerID != 0 && p.CustomerID == v.CustomerID || v.StaffID != 0 && p.StaffID == v.StaffID
}

// AuthorName is the author's name as members see it, in a language for those who have none any more.
func (p Post) AuthorName(l Locale) string {
	if p.AuthorGone {
		return goneName.In(l)
	}
	if p.CustomerID != 0 {
		return ShortName(p.Author)
	}
	return p.Author
}

// ReactionKind is what somebody feels about a post.
type ReactionKind string

// The kinds of reactions.
const (
	ReactionLike  ReactionKind = "LIKE"
	ReactionLove  ReactionKind = "LOVE"
	ReactionLaugh ReactionKind = "LAUGH"
	ReactionWow   ReactionKind = "WOW"
	ReactionSad   ReactionKind = "SAD"
)

// React replaces one customer's reaction by another in the counts; empty means none.
func React(counts map[ReactionKind]int64, was, now ReactionKind) map[ReactionKind]int64 {
	next := make(map[ReactionKind]int64, len(counts)+1)
	for kind, n := range counts {
		next[kind] = n
	}
	if was != "" {
		next[was]--
	}
	if now != "" {
		next[now]++
	}
	for kind, n := range next {
		if n <= 0 {
			delete(next, kind)
		}
	}
	return next
}

// Place is what a viewer may do in a club's feed.
type Place struct {
	Reads     bool // sees posts, comments and reacts
	Posts     bool
	Moderates bool
}

// PlaceOf is what somebody may do in the feed of a club; m is how they stand to it.
func PlaceOf(v Viewer, c Club, m Membership) Place {
	open := c.ArchivedAt == nil
	moderates := v.IsStaff() || m.In() && m.Moderator
	return Place{
		Reads:     v.IsStaff() || m.In() && open,
		Posts:     open && (moderates || m.In() && c.Posting == PostingMembers),
		Moderates: moderates,
	}
}

// The bounds of what people write.
const (
	MaxTitle    = 200
	MaxPost     = 20_000
	MaxComment  = 5_000
	MaxPostHTML = 400_000 // bytes; nesting can make HTML far longer than its source

	MaxPostPictures = 10
	MaxPostOffers   = 5
)

// PostDraft is a post as somebody writes it, or, with a PostID, a comment below that post, or, with a ReplyToID too, a reply to a comment of it.
type PostDraft struct {
	IdempotencyKey string
	ClubID         int64
	PostID         int64
	ReplyToID      int64
	Title          string
	Text           string
	Pictures       []ShownPicture `json:",omitempty"` // of posts only
	OfferIDs       []int64        `json:",omitempty"` // of posts only
}

// PostEdit is what an author changes about a post or comment. Nil pictures and offers stay.
type PostEdit struct {
	Title    string
	Text     string
	Pictures *[]ShownPicture
	OfferIDs *[]int64
}

// Draft is the edit as a draft, so that the same rules hold.
func (e PostEdit) Draft(threadID int64) PostDraft {
	d := PostDraft{PostID: threadID, Title: e.Title, Text: e.Text}
	if e.Pictures != nil {
		d.Pictures = *e.Pictures
	}
	if e.OfferIDs != nil {
		d.OfferIDs = *e.OfferIDs
	}
	return d
}

// OfferNotFound is the refusal of an offer that the post's club does not have.
func OfferNotFound(i int) Refusal {
	return Refusal{Code: CodeNotFound, Field: []string{"offerIds", strconv.Itoa(i)}, Rule: "offer"}
}

// CheckPost lists what is wrong with a draft before anything is looked up, all at once.
func CheckPost(d PostDraft) Refused {
	longest := MaxPost
	if d.PostID != 0 {
		longest = MaxComment
	}
	refused := CheckText(d.Title, false, MaxTitle, "title")
	refused = append(refused, CheckText(d.Text, true, longest, "text")...)
	if d.PostID != 0 && len(d.Pictures)+len(d.OfferIDs) > 0 {
		return append(refused, Refusal{Code: CodeInvalid, Field: []string{"pictures"}, Rule: "comment"})
	}
	refused = append(refused, CheckPictures(d.Pictures, MaxPostPictures)...)
	if len(d.OfferIDs) > MaxPostOffers {
		refused = append(refused, Refusal{Code: CodeTooLarge, Field: []string{"offerIds"}, Rule: "offers", Limit: MaxPostOffers})
	}
	for i, id := range d.OfferIDs {
		if slices.Contains(d.OfferIDs[:i], id) {
			refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"offerIds", strconv.Itoa(i)}, Rule: "twice"})
		}
	}
	return refused
}

// PostRevision is what a post said before an edit.
type PostRevision struct {
	Title  string    `db:"title"`
	Source string    `db:"source"`
	At     time.Time `db:"at"` // when it was replaced
}

// PostReport is a member's complaint about a post or comment.
type PostReport struct {
	PostID     int64     `db:"post_id"`
	CustomerID int64     `db:"customer_id"`
	Reason     string    `db:"reason"`
	At         time.Time `db:"at"`
}

// ReportedContent is a post or comment with the reports that nobody has settled.
type ReportedContent struct {
	PostID  int64
	ClubID  int64
	Since   time.Time
	Reports []PostReport
}

// Count is how many customers reported it.
func (c ReportedContent) Count() int64 { return int64(len(c.Reports)) }

// PostRef names what an event of a feed speaks of.
type PostRef struct {
	ID       int64 `json:"id"`
	ThreadID int64 `json:"threadId,omitempty"`
}
