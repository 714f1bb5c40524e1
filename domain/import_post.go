package domain

import "time"

// ImportedPostKind is what a post of another community is.
type ImportedPostKind string

// The kinds: questions and tag texts become posts, answers comments.
const (
	ImportedQuestion ImportedPostKind = "QUESTION"
	ImportedAnswer   ImportedPostKind = "ANSWER"
	ImportedTagText  ImportedPostKind = "TAG_TEXT"
)

// ImportedPost is a post of another community.
type ImportedPost struct {
	Number   string // unique in its source
	Kind     ImportedPostKind
	Parent   string // the number of the question; of answers only
	Title    string // of questions only
	HTML     string // as it came: anything may be in it
	Author   string
	At       time.Time
	EditedAt *time.Time
}

// PostsFigures is what is stored of imported posts.
type PostsFigures struct {
	Posts     int64 `db:"posts" json:"posts"`
	Questions int64 `db:"questions" json:"questions"`
	Answers   int64 `db:"answers" json:"answers"`
	TagTexts  int64 `db:"tag_texts" json:"tagTexts"`
}
