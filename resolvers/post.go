package resolvers

import (
	"context"
	"errors"
	"slices"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/graph/model"
)

func (r queryResolver) ClubFeed(ctx context.Context, clubID domain.GID, first *int64, after *string) (model.PostConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.PostConnection{}, err
	}
	l, err := r.store.Feed(ctx, graph.ViewerFrom(ctx), clubID.Of("Club"), p)
	if err != nil {
		return model.PostConnection{}, err
	}
	return model.PostConnection{Nodes: nodes(l), PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, p domain.Post) model.PostEdge { return model.PostEdge{Cursor: cursor, Node: p} })}, nil
}

func (r queryResolver) Post(ctx context.Context, id domain.GID) (*domain.Post, error) {
	return r.readPost(ctx, id.Of("Post"))
}

// readPost reads a post that the viewer may read; nil for anything else, comments too.
func (r *Resolver) readPost(ctx context.Context, id int64) (*domain.Post, error) {
	p, err := nullable(r.store.PostByID(ctx, graph.ViewerFrom(ctx), id))
	if p == nil || p.ThreadID != 0 {
		return nil, err
	}
	return p, err
}

// readComment reads a comment that the viewer may read; nil for anything else, posts too.
func (r *Resolver) readComment(ctx context.Context, id int64) (*model.Comment, error) {
	p, err := nullable(r.store.PostByID(ctx, graph.ViewerFrom(ctx), id))
	if p == nil || p.ThreadID == 0 {
		return nil, err
	}
	return &model.Comment{Post: *p}, err
}

func (r *Resolver) postNode(ctx context.Context, v domain.Viewer, id domain.GID) (model.Node, error) {
	if !v.SignedIn() {
		return nil, nil
	}
	if id.Kind == "Post" {
		return shown(r.readPost(ctx, id.N))(always)
	}
	return shown(r.readComment(ctx, id.N))(always)
}

func (r subscriptionResolver) ClubEvents(ctx context.Context, clubID domain.GID, after *string) (<-chan model.Event, error) {
	from, err := resumed(ctx, after)
	if err != nil {
		return nil, err
	}
	id := clubID.Of("Club")
	place, err := r.store.PlaceIn(ctx, graph.ViewerFrom(ctx), id)
	if err == nil && !place.Reads {
		err = domain.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return follow(ctx, r.live, domain.Topic{ClubID: id}, from, nil, anyEvent)
}

func (r postEventResolver) Post(ctx context.Context, e *model.PostEvent) (*domain.Post, error) {
	if e.Ref.ThreadID != 0 {
		return r.readPost(ctx, e.Ref.ThreadID)
	}
	return r.readPost(ctx, e.Ref.ID)
}

func (r postEventResolver) Comment(ctx context.Context, e *model.PostEvent) (*model.Comment, error) {
	if e.Ref.ThreadID == 0 {
		return nil, nil
	}
	return r.readComment(ctx, e.Ref.ID)
}

func (r clubResolver) Pinned(ctx context.Context, c *domain.Club) ([]domain.Post, error) {
	pinned, err := r.store.PinnedPosts(ctx, graph.ViewerFrom(ctx), c.ID)
	if errors.Is(err, domain.ErrNotFound) {
		return []domain.Post{}, nil
	}
	return notNull(pinned, err)
}

func (r clubResolver) UnreadCount(ctx context.Context, c *domain.Club) (int64, error) {
	return r.store.Unread(ctx, graph.ViewerFrom(ctx), c.ID)
}

func (r clubResolver) Reports(ctx context.Context, c *domain.Club) ([]domain.PostReport, error) {
	if may, err := r.moderates(ctx, c.ID); err != nil || !may {
		return []domain.PostReport{}, err
	}
	return notNull(r.store.Reports(ctx, c.ID))
}

func (r contentReportResolver) Post(ctx context.Context, report *domain.PostReport) (*domain.Post, error) {
	p, err := nullable(r.store.PostByID(ctx, graph.ViewerFrom(ctx), report.PostID))
	if p != nil && p.ThreadID != 0 {
		return r.readPost(ctx, p.ThreadID)
	}
	return p, err
}

func (r contentReportResolver) Comment(ctx context.Context, report *domain.PostReport) (*model.Comment, error) {
	return r.readComment(ctx, report.PostID)
}

func (r postResolver) Club(ctx context.Context, p *domain.Post) (domain.Club, error) {
	return need(ctx, r.load(ctx).clubs, p.ClubID)
}

func (postResolver) Author(ctx context.Context, p *domain.Post) (model.PostAuthor, error) {
	return authorOf(ctx, p), nil
}

func (commentResolver) Author(ctx context.Context, c *model.Comment) (model.PostAuthor, error) {
	return authorOf(ctx, &c.Post), nil
}

func authorOf(ctx context.Context, p *domain.Post) model.PostAuthor {
	return model.PostAuthor{Name: p.AuthorName(graph.LocaleFrom(ctx)), Deleted: p.AuthorGone, Staff: p.StaffID != 0, Own: p.WrittenBy(graph.ViewerFrom(ctx))}
}

func (postResolver) Source(ctx context.Context, p *domain.Post) (*string, error) {
	return sourceOf(ctx, p), nil
}

func (commentResolver) Source(ctx context.Context, c *model.Comment) (*string, error) {
	return sourceOf(ctx, &c.Post), nil
}

func sourceOf(ctx context.Context, p *domain.Post) *string {
	if !p.WrittenBy(graph.ViewerFrom(ctx)) {
		return nil
	}
	return &p.Source
}

func (r postResolver) Comments(ctx context.Context, p *domain.Post, first *int64, after *string) (model.CommentConnection, error) {
	return r.comments(ctx, r.store.Comments, p.ID, first, after)
}

func (r commentResolver) Replies(ctx context.Context, c *model.Comment, first *int64, after *string) (model.CommentConnection, error) {
	return r.comments(ctx, r.store.Replies, c.ID, first, after)
}

func (r *Resolver) comments(ctx context.Context, read func(context.Context, domain.Viewer, int64, domain.Page) (domain.List[domain.Post], error),
	of int64, first *int64, after *string) (model.CommentConnection, error) {
	p, err := page(first, after, nil, nil)
	if err != nil {
		return model.CommentConnection{}, err
	}
	l, err := read(ctx, graph.ViewerFrom(ctx), of, p)
	if err != nil {
		return model.CommentConnection{}, err
	}
	c := model.CommentConnection{Nodes: []model.Comment{}, PageInfo: pageInfo(l),
		Edges: edges(l, func(cursor string, p domain.Post) model.CommentEdge {
			return model.CommentEdge{Cursor: cursor, Node: model.Comment{Post: p}}
		})}
	for _, p := range l.Items {
		c.Nodes = append(c.Nodes, model.Comment{Post: p})
	}
	return c, nil
}

func (postResolver) Reactions(_ context.Context, p *domain.Post) ([]model.ReactionCount, error) {
	return reactionsOf(p), nil
}

func (commentResolver) Reactions(_ context.Context, c *model.Comment) ([]model.ReactionCount, error) {
	return reactionsOf(&c.Post), nil
}

// reactionsOf lists the counts in a steady order.
func reactionsOf(p *domain.Post) []model.ReactionCount {
	counts := []model.ReactionCount{}
	for kind, n := range p.Reactions {
		counts = append(counts, model.ReactionCount{Kind: kind, Count: n})
	}
	slices.SortFunc(counts, func(a, b model.ReactionCount) int {
		if a.Kind < b.Kind {
			return -1
		}
		return 1
	})
	return counts
}

func (postResolver) OwnReaction(_ context.Context, p *domain.Post) (*domain.ReactionKind, error) {
	return own(p), nil
}

func (commentResolver) OwnReaction(_ context.Context, c *model.Comment) (*domain.ReactionKind, error) {
	return own(&c.Post), nil
}

func own(p *domain.Post) *domain.ReactionKind {
	if p.OwnReaction == "" {
		return nil
	}
	return &p.OwnReaction
}

func (r postResolver) History(ctx context.Context, p *domain.Post) ([]domain.PostRevision, error) {
	return r.history(ctx, p)
}

func (r commentResolver) History(ctx context.Context, c *model.Comment) ([]domain.PostRevision, error) {
	return r.history(ctx, &c.Post)
}

func (r *Resolver) history(ctx context.Context, p *domain.Post) ([]domain.PostRevision, error) {
	may, err := r.moderates(ctx, p.ClubID)
	if err != nil || !may && !p.WrittenBy(graph.ViewerFrom(ctx)) || p.Edits == 0 {
		return []domain.PostRevision{}, err
	}
	return notNull(r.store.Revisions(ctx, p.ID))
}

func (r mutationResolver) PostCreate(ctx context.Context, in model.PostCreateInput) (model.PostPayload, error) {
	v := graph.ViewerFrom(ctx)
	written, err := r.store.CreatePost(ctx, v, domain.PostDraft{IdempotencyKey: in.IdempotencyKey, ClubID: in.ClubID.Of("Club"),
		Title: in.Title, Text: in.Text, Pictures: value(postPictures(in.Pictures, v.Locale)), OfferIDs: value(postOffers(in.OfferIds))})
	post, refused, err := outcome(ctx, written, err)
	return model.PostPayload{Post: post, UserErrors: refused}, err
}

func (r mutationResolver) CommentCreate(ctx context.Context, in model.CommentCreateInput) (model.CommentPayload, error) {
	d := domain.PostDraft{IdempotencyKey: in.IdempotencyKey, PostID: in.PostID.Of("Post"), Text: in.Text}
	if d.PostID == 0 {
		return model.CommentPayload{}, domain.ErrNotFound
	}
	if in.ReplyToID != nil {
		if d.ReplyToID = in.ReplyToID.Of("Comment"); d.ReplyToID == 0 {
			refused := domain.Refused{{Code: domain.CodeNotFound, Field: []string{"replyToId"}, Rule: "comment"}}
			return model.CommentPayload{UserErrors: model.UserErrors(refused, graph.LocaleFrom(ctx))}, nil
		}
	}
	written, err := r.store.CreatePost(ctx, graph.ViewerFrom(ctx), d)
	comment, refused, err := outcome(ctx, model.Comment{Post: written}, err)
	return model.CommentPayload{Comment: comment, UserErrors: refused}, err
}

// contentID is the number of a post or comment; 0 for anything else.
func contentID(id domain.GID) int64 { return max(id.Of("Post"), id.Of("Comment")) }

func contentPayload(ctx context.Context, p domain.Post, err error) (model.ContentPayload, error) {
	post, refused, err := outcome(ctx, p, err)
	payload := model.ContentPayload{Post: post, UserErrors: refused}
	if post != nil && post.ThreadID != 0 {
		payload.Post, payload.Comment = nil, &model.Comment{Post: *post}
	}
	return payload, err
}

func (r mutationResolver) ContentEdit(ctx context.Context, in model.ContentEditInput) (model.ContentPayload, error) {
	v := graph.ViewerFrom(ctx)
	edited, err := r.store.EditPost(ctx, v, contentID(in.ID), domain.PostEdit{Title: in.Title, Text: in.Text,
		Pictures: postPictures(in.Pictures, v.Locale), OfferIDs: postOffers(in.OfferIds)})
	return contentPayload(ctx, edited, err)
}

func (r mutationResolver) ContentRemove(ctx context.Context, in model.ContentRemoveInput) (model.ContentPayload, error) {
	removed, err := r.store.RemovePost(ctx, graph.ViewerFrom(ctx), contentID(in.ID))
	return contentPayload(ctx, removed, err)
}

func (r mutationResolver) ContentHide(ctx context.Context, in model.ContentHideInput) (model.ContentPayload, error) {
	hidden, err := r.store.HidePost(ctx, graph.ViewerFrom(ctx), contentID(in.ID), in.Hidden, value(in.Reason))
	return contentPayload(ctx, hidden, err)
}

func (r mutationResolver) ContentReport(ctx context.Context, in model.ContentReportInput) (model.ContentPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.ContentPayload{}, err
	}
	reported, err := r.store.ReportPost(ctx, v, contentID(in.ID), in.Reason)
	return contentPayload(ctx, reported, err)
}

func (r mutationResolver) ReactionSet(ctx context.Context, in model.ReactionSetInput) (model.ContentPayload, error) {
	v, err := customerFrom(ctx)
	if err != nil {
		return model.ContentPayload{}, err
	}
	set, err := r.store.ReactTo(ctx, v, contentID(in.ID), value(in.Kind))
	return contentPayload(ctx, set, err)
}

func (r mutationResolver) PostPin(ctx context.Context, in model.PostPinInput) (model.PostPayload, error) {
	pinned, err := r.store.PinPost(ctx, graph.ViewerFrom(ctx), in.PostID.Of("Post"), in.Pinned)
	post, refused, err := outcome(ctx, pinned, err)
	return model.PostPayload{Post: post, UserErrors: refused}, err
}

func (r mutationResolver) ClubSee(ctx context.Context, in model.ClubSeeInput) (model.ClubPayload, error) {
	id := in.ClubID.Of("Club")
	return r.ownClub(ctx, id, r.store.SeeFeed(ctx, graph.ViewerFrom(ctx), id, in.Until))
}

func (r mutationResolver) ClubMute(ctx context.Context, in model.ClubMuteInput) (model.ClubPayload, error) {
	push := domain.PushEach
	if in.Muted {
		push = domain.PushNone
	}
	return r.ClubPushSet(ctx, model.ClubPushSetInput{ClubID: in.ClubID, Push: push})
}

func (r mutationResolver) ClubPushSet(ctx context.Context, in model.ClubPushSetInput) (model.ClubPayload, error) {
	id := in.ClubID.Of("Club")
	return r.ownClub(ctx, id, r.store.SetClubPush(ctx, graph.ViewerFrom(ctx), id, in.Push))
}

// ownClub answers with the club after the viewer's membership of it changed.
func (r *Resolver) ownClub(ctx context.Context, id int64, err error) (model.ClubPayload, error) {
	if err != nil {
		return model.ClubPayload{}, err
	}
	club, err := r.store.ClubByID(ctx, graph.ViewerFrom(ctx), id)
	return clubPayload(ctx, club, err)
}
