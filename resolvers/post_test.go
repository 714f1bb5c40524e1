package resolvers_test

import (
	"strings"
	"testing"

	"kabinet/domain"
)

const (
	postCreate = `mutation($key:ID!,$club:ID!,$text:String!,$title:String!){postCreate(input:{idempotencyKey:$key,clubId:$club,text:$text,title:$title}){
		post{id html author{name staff own}} userErrors{code field}}}`
	commentCreate = `mutation($key:ID!,$post:ID!,$to:ID,$text:String!){commentCreate(input:{idempotencyKey:$key,postId:$post,replyToId:$to,text:$text}){
		comment{id html} userErrors{code field}}}`
	feed = `query($club:ID!,$first:Int,$after:String){clubFeed(clubId:$club,first:$first,after:$after){pageInfo{hasNextPage endCursor} nodes{id title html source author{name staff own}
		commentsCount reactions{kind count} ownReaction editedAt pinnedAt history{source} hiddenReason comments(first:5){nodes{id html replies(first:5){nodes{html}}}}}}}`
	react = `mutation($id:ID!,$kind:ReactionKind){reactionSet(input:{id:$id,kind:$kind}){post{reactions{kind count} ownReaction} userErrors{code}}}`
	hide  = `mutation($id:ID!,$hidden:Boolean!,$why:String){contentHide(input:{id:$id,hidden:$hidden,reason:$why}){post{hiddenReason} comment{hiddenReason} userErrors{code}}}`
)

// circle makes a club with two members, in which members may post.
func (a *api) circle(t *testing.T) string {
	t.Helper()
	club := a.club(t, `{"idempotencyKey":"c","slug":"circle","name":{"ru":"Круг","en":"Circle"},"entry":"OPEN","posting":"MEMBERS"}`)
	for _, member := range []string{a.anna, a.boris} {
		a.ask(t, member, join, "id", club).want("clubJoin.membership.state", "MEMBER")
	}
	return club
}

func (a *api) post(t *testing.T, token, club, key, text string) string {
	t.Helper()
	return a.ask(t, token, postCreate, "key", key, "club", club, "text", text, "title", "").want("postCreate.userErrors", "[]").at("postCreate.post.id")
}

func TestFeed_PostsCommentsRepliesAndReactions(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	club := a.circle(t)
	first := a.post(t, a.anna, club, "1", "**Hello** <script>alert(1)</script>")
	if again := a.post(t, a.anna, club, "1", "**Hello** <script>alert(1)</script>"); again != first {
		t.Errorf("the same key wrote %s after %s", again, first)
	}
	a.post(t, a.manager, club, "2", "News")
	comment := a.ask(t, a.boris, commentCreate, "key", "3", "post", first, "text", "Hi").at("commentCreate.comment.id")
	// A key belongs to one mutation: Anna wrote her post with this one.
	reply := a.ask(t, a.anna, commentCreate, "key", "1", "post", first, "to", comment, "text", "Hi you").want("commentCreate.userErrors", "[]").at("commentCreate.comment.id")
	a.ask(t, a.boris, commentCreate, "key", "5", "post", first, "to", reply, "text", "deeper").want("commentCreate.userErrors.0.code", "NOT_FOUND")
	a.ask(t, a.boris, react, "id", first, "kind", "LOVE").want("reactionSet.post.ownReaction", "LOVE")
	a.ask(t, a.boris, react, "id", first, "kind", "LIKE").want("reactionSet.post.reactions", `[{"count":1,"kind":"LIKE"}]`)
	got := a.ask(t, a.boris, feed, "club", club).want("clubFeed.nodes.0.author.staff", "true", "clubFeed.nodes.1.id", first, "clubFeed.nodes.1.commentsCount", "2",
		"clubFeed.nodes.1.ownReaction", "LIKE", "clubFeed.nodes.1.author.name", "Имя", "clubFeed.nodes.1.author.own", "false", "clubFeed.nodes.1.source", "null",
		"clubFeed.nodes.1.comments.nodes.0.replies.nodes.0.html", "<p>Hi you</p>\n")
	if html := got.at("clubFeed.nodes.1.html"); !strings.Contains(html, "<strong>Hello</strong>") || strings.Contains(html, "script") {
		t.Errorf("html is %q", html)
	}
	a.ask(t, a.boris, react, "id", first, "kind", nil).want("reactionSet.post.ownReaction", "null", "reactionSet.post.reactions", "[]")
	page := a.ask(t, a.boris, feed, "club", club, "first", 1).want("clubFeed.pageInfo.hasNextPage", "true")
	a.ask(t, a.boris, feed, "club", club, "first", 1, "after", page.at("clubFeed.pageInfo.endCursor")).want("clubFeed.nodes.0.id", first, "clubFeed.pageInfo.hasNextPage", "false")
	a.ask(t, a.anna, postCreate, "key", "9", "club", club, "text", "", "title", strings.Repeat("x", 201)).want(
		"postCreate.userErrors.0.code", "TOO_LONG", "postCreate.userErrors.1.code", "REQUIRED")
}

func TestFeed_IsForMembersAndItsModerators(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	club := a.circle(t)
	stranger := a.customer(t, "stranger@example.com")
	id := a.post(t, a.anna, club, "1", "first words")
	comment := a.ask(t, a.boris, commentCreate, "key", "2", "post", id, "text", "rude").at("commentCreate.comment.id")
	a.ask(t, stranger, feed, "club", club).wantCode("NOT_FOUND")
	a.ask(t, stranger, postCreate, "key", "x", "club", club, "text", "x", "title", "").wantCode("NOT_FOUND")
	a.ask(t, stranger, commentCreate, "key", "x", "post", id, "text", "x").wantCode("NOT_FOUND")
	a.ask(t, stranger, react, "id", id, "kind", "LIKE").wantCode("NOT_FOUND")
	for _, object := range []string{id, comment} {
		a.ask(t, stranger, `query($id:ID!){node(id:$id){id}}`, "id", object).want("node", "null")
		a.ask(t, a.boris, `query($id:ID!){node(id:$id){id}}`, "id", object).want("node.id", object)
	}
	lines := a.events(t, t.Context(), stranger, `subscription{clubEvents(clubId:"`+club+`"){cursor}}`)
	if line := next(t, lines); !strings.Contains(line, `"code":"NOT_FOUND"`) {
		t.Errorf("a stranger follows the feed: %s", line)
	}

	const edit = `mutation($id:ID!,$text:String!){contentEdit(input:{id:$id,text:$text}){post{html source history{source}} userErrors{code}}}`
	a.ask(t, a.boris, edit, "id", id, "text", "stolen").wantCode("FORBIDDEN")
	a.ask(t, a.anna, edit, "id", id, "text", "second words").want("contentEdit.post.html", "<p>second words</p>\n", "contentEdit.post.history.0.source", "first words")
	a.ask(t, a.boris, feed, "club", club).want("clubFeed.nodes.0.history", "[]")

	a.ask(t, a.anna, `mutation($id:ID!){contentReport(input:{id:$id,reason:"rude"}){userErrors{code}}}`, "id", comment).want("contentReport.userErrors", "[]")
	const reports = `query($id:ID!){club(id:$id){reports{reason post{id} comment{id}}}}`
	a.ask(t, a.anna, reports, "id", club).want("club.reports", "[]")
	a.ask(t, a.manager, reports, "id", club).want("club.reports.0.comment.id", comment, "club.reports.0.post.id", id)
	a.ask(t, a.anna, hide, "id", comment, "hidden", true, "why", "rude").wantCode("FORBIDDEN")
	a.ask(t, a.manager, hide, "id", comment, "hidden", true).want("contentHide.userErrors.0.code", "REQUIRED")
	a.ask(t, a.manager, hide, "id", comment, "hidden", true, "why", "be kind").want("contentHide.comment.hiddenReason", "be kind")
	a.ask(t, a.manager, reports, "id", club).want("club.reports", "[]")
	a.ask(t, a.anna, feed, "club", club).want("clubFeed.nodes.0.commentsCount", "0", "clubFeed.nodes.0.comments.nodes", "[]")
	a.ask(t, a.anna, `query($id:ID!){node(id:$id){id}}`, "id", comment).want("node", "null")
	a.ask(t, a.boris, `query($id:ID!){node(id:$id){...on Comment{hiddenReason}}}`, "id", comment).want("node.hiddenReason", "be kind")

	a.ask(t, a.manager, `mutation($id:ID!){postPin(input:{postId:$id,pinned:true}){post{pinnedAt}}}`, "id", id)
	a.ask(t, a.boris, `query($id:ID!){club(id:$id){pinned{id} unreadCount}}`, "id", club).want("club.pinned.0.id", id, "club.unreadCount", "0")
	a.ask(t, a.anna, `mutation($id:ID!){contentRemove(input:{id:$id}){userErrors{code}}}`, "id", id).want("contentRemove.userErrors", "[]")
	a.ask(t, a.boris, feed, "club", club).want("clubFeed.nodes", "[]")

	a.ask(t, a.manager, decide, "club", club, "who", customerID(t, a.boris), "do", "BAN", "why", "spam").want("clubMemberDecide.membership.state", "BANNED")
	a.ask(t, a.boris, feed, "club", club).wantCode("NOT_FOUND")
	findings, _, err := a.st.Examine(t.Context())
	must(t, err)
	for _, f := range findings {
		if strings.HasPrefix(f.Check, "post") || strings.HasPrefix(f.Check, "club") {
			t.Errorf("the doctor found %+v", f)
		}
	}
}

func TestFeed_CountsWhatIsUnreadAndCanBeMuted(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	club := a.circle(t)
	a.clock.Add(1)
	for _, key := range []string{"1", "2", "3"} {
		a.clock.Add(1_000_000_000)
		a.post(t, a.anna, club, key, "words")
	}
	const unread = `query($id:ID!){club(id:$id){unreadCount membership{muted}}}`
	a.ask(t, a.boris, unread, "id", club).want("club.unreadCount", "3", "club.membership.muted", "false")
	a.ask(t, a.anna, unread, "id", club).want("club.unreadCount", "0")
	until := a.ask(t, a.boris, `query($id:ID!){clubFeed(clubId:$id){nodes{createdAt}}}`, "id", club).at("clubFeed.nodes.1.createdAt")
	const see = `mutation($id:ID!,$until:DateTime!){clubSee(input:{clubId:$id,until:$until}){club{unreadCount} userErrors{code}}}`
	a.ask(t, a.boris, see, "id", club, "until", until).want("clubSee.club.unreadCount", "1")
	a.ask(t, a.boris, see, "id", club, "until", "2000-01-01T00:00:00Z").want("clubSee.club.unreadCount", "1")
	a.ask(t, a.boris, `mutation($id:ID!){clubMute(input:{clubId:$id,muted:true}){club{membership{muted}}}}`, "id", club).want("clubMute.club.membership.muted", "true")
	a.ask(t, a.customer(t, "c@example.com"), see, "id", club, "until", until).wantCode("NOT_FOUND")
}

func TestClubEvents_TellOfPostsAndNeverOfWhatIsHidden(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	club := a.circle(t)
	id := a.post(t, a.anna, club, "1", "words")
	_, err := a.st.LineUpEvents(t.Context())
	must(t, err)
	var n domain.GID
	n, _ = domain.ParseGID(club)
	kept, _, err := a.st.EventsAfter(t.Context(), domain.Topic{ClubID: n.N}, domain.Cursor{}, 10)
	must(t, err)
	if len(kept) != 1 || kept[0].Kind != domain.EventPostCreated {
		t.Fatalf("the feed told of %+v", kept)
	}
	lines := a.events(t, t.Context(), a.boris, `subscription{clubEvents(clubId:"`+club+`"){kind cursor ...on PostEvent{post{id html}}}}`)
	a.live <- kept[0]
	if line := next(t, lines); !strings.Contains(line, id) || !strings.Contains(line, "POST_CREATED") {
		t.Errorf("got %s", line)
	}
	a.ask(t, a.manager, hide, "id", id, "hidden", true, "why", "off topic").want("contentHide.userErrors", "[]")
	a.live <- kept[0]
	if line := next(t, lines); strings.Contains(line, "words") || !strings.Contains(line, `"post":null`) {
		t.Errorf("got %s", line)
	}
}
