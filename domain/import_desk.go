package domain

import (
	"strings"
	"time"
)

// This file is imports that staff ask for at the desk: which files they take, how far they are, how they ended.

// The kinds of files that only the desk and the command line know; they keep no place in their file.
const (
	ImportReferrals ImportKind = "REFERRALS"
	ImportPosts     ImportKind = "POSTS"
)

// ImportState is where an import of the desk stands.
type ImportState string

// The states; the last three are ends.
const (
	ImportQueued    ImportState = "QUEUED"
	ImportRunning   ImportState = "RUNNING"
	ImportDone      ImportState = "DONE"
	ImportFailed    ImportState = "FAILED"
	ImportCancelled ImportState = "CANCELLED"
)

// ImportErrorCode says why an import failed.
type ImportErrorCode string

// The reasons of failures.
const (
	ImportFileUnreadable ImportErrorCode = "FILE_UNREADABLE"
	ImportFileGone       ImportErrorCode = "FILE_GONE"
	ImportConflict       ImportErrorCode = "CONFLICT"
	ImportFiguresDiffer  ImportErrorCode = "FIGURES_DIFFER"
	ImportInternal       ImportErrorCode = "INTERNAL"
)

// ImportUpload is a file that staff brought for an import.
type ImportUpload struct {
	ID         int64      `db:"id"`
	Object     string     `db:"object"` // its name in the folder of uploads
	Name       string     `db:"name"`   // as the person's machine calls it
	Bytes      int64      `db:"bytes"`  // 0 until it has arrived
	ReceivedAt *time.Time `db:"received_at"`
	RemovedAt  *time.Time `db:"removed_at"`
}

// GID is the file's global id.
func (u ImportUpload) GID() GID { return GID{"ImportFile", u.ID} }

// Import is an import that a member of staff asked for.
type Import struct {
	ID        int64
	Kind      ImportKind
	State     ImportState
	Files     []ImportUpload // the main one first
	Mapping   string         // YAML; of sales and stays
	Source    string
	ClubID    int64  // of posts
	Since     string // a day; of sales
	StaffID   int64
	CreatedAt time.Time
	StartedAt *time.Time
	EndedAt   *time.Time
	Failure   ImportErrorCode // of FAILED
	Detail    string          // what exactly was wrong, for whoever made the file
	Figures   string          // what is stored of the source at the end: a JSON object whose keys stand in their order
	RejectsAt *time.Time      // until when the rejected rows can be fetched
	ImportProgress
}

// GID is the import's global id.
func (i Import) GID() GID { return GID{"Import", i.ID} }

// RowsAccepted is how many of the rows were not rejected.
func (i Import) RowsAccepted() int64 { return max(i.RowsRead-i.RowsRejected, 0) }

// ImportProgress is how far an import is.
type ImportProgress struct {
	RowsRead     int64 `db:"rows_read"`
	RowsRejected int64 `db:"rows_rejected"`
	Percent      int64 `db:"percent"` // of the main file's bytes
}

// ImportEnd is how an import ended.
type ImportEnd struct {
	State   ImportState
	Failure ImportErrorCode
	Detail  string
	Figures string
	ImportProgress
}

// The limits of imports at the desk.
const (
	MaxMapping        = 64 << 10 // bytes
	MaxImportFileName = 200
	MaxImportSource   = 40
	MaxImportDetail   = 2000
	// ImportUploadTime is how long a link takes a file.
	ImportUploadTime = time.Hour
	// ImportFilesLive is how long uploads and rejected rows are kept.
	ImportFilesLive = 7 * 24 * time.Hour
)

// ImportDraft is an import that somebody asks for. Ids that are 0 were not given, or are of nothing.
type ImportDraft struct {
	Kind      ImportKind
	FileID    int64
	MembersID int64  // of referrals
	Mapping   string // of sales and stays
	Source    string // of referrals and posts; sales and stays say it in their mapping
	ClubID    int64  // of posts
	Since     string // of sales
}

// Uploads are the ids of the files, the main one first.
func (d ImportDraft) Uploads() []int64 {
	if d.Kind == ImportReferrals {
		return []int64{d.FileID, d.MembersID}
	}
	return []int64{d.FileID}
}

// UploadField names the input field of the n-th of the files.
func (d ImportDraft) UploadField(n int) string {
	if n == 1 {
		return "membersFileId"
	}
	return "fileId"
}

// CheckImport lists what is missing or wrong in the form of an import; what stands in the files is another matter.
func CheckImport(d ImportDraft) (refused Refused) {
	need := func(missing bool, field string) {
		if missing {
			refused = append(refused, Refusal{Code: CodeRequired, Field: []string{field}})
		}
	}
	need(d.FileID == 0, "fileId")
	switch d.Kind {
	case ImportSales, ImportStays:
		need(strings.TrimSpace(d.Mapping) == "", "mapping")
		if len(d.Mapping) > MaxMapping {
			refused = append(refused, Refusal{Code: CodeTooLong, Field: []string{"mapping"}, Limit: MaxMapping})
		}
	case ImportReferrals:
		need(d.MembersID == 0, "membersFileId")
	case ImportPosts:
		need(d.ClubID == 0, "clubId")
	}
	if d.Kind == ImportReferrals || d.Kind == ImportPosts {
		refused = append(refused, CheckText(d.Source, true, MaxImportSource, "source")...)
	}
	if _, err := time.Parse(time.DateOnly, d.Since); d.Since != "" && err != nil {
		refused = append(refused, Refusal{Code: CodeInvalid, Field: []string{"since"}})
	}
	return refused
}

// ImportNews is what an event tells of an import.
type ImportNews struct {
	ID int64 `json:"id"`
}

// ImportFailureText says in words why an import failed.
func ImportFailureText(c ImportErrorCode, l Locale) string { return importFailureWords[c].In(l) }

var importFailureWords = map[ImportErrorCode]Text{
	ImportFileUnreadable: {"Файл не удалось прочитать до конца. То, что прочитано раньше, сохранено.", "The file could not be read to its end. What was read before is stored."},
	ImportFileGone:       {"Файла больше нет на сервере: загрузите его ещё раз.", "The file is no longer on the server: please upload it again."},
	ImportConflict:       {"Файл не подходит к тому, что уже есть в базе.", "The file does not fit what is stored already."},
	ImportFiguresDiffer:  {"Всё сохранено, но цифры базы и файла расходятся: покажите это тому, кто ведёт Кабинет.", "Everything is stored, but the figures of the database and of the file differ: show this to whoever runs Kabinet."},
	ImportInternal:       {"Что-то пошло не так на сервере. Сохранённое цело: начните импорт этого файла ещё раз, он продолжится.", "Something went wrong on the server. What is stored is safe: start the import of this file again and it goes on."},
}

// ImportFormat is what files of a kind look like.
type ImportFormat struct {
	Kind          ImportKind
	Name          string
	Mapping       string // YAML; empty for kinds that need none
	Sample        string
	MembersSample string
}

// ImportFigure is a figure of what an import stored.
type ImportFigure struct{ Name, Value string }

// ImportReception is a file that is about to come, and the link that takes it.
type ImportReception struct {
	File     ImportUpload
	Link     TimedLink
	MaxBytes int64
}
