package domain

import (
	"strconv"
	"strings"
	"time"
)

// AuditEntry is something that staff did to what has no timeline of its own.
type AuditEntry struct {
	ID      int64
	At      time.Time
	StaffID int64 // 0 for the command line and for Kabinet itself
	Action  string
	Subject string // such as "product:12"
	Reason  string
	After   string // JSON of what was set
	Before  string // JSON of what the same action set on the same subject before; empty when it was the first
}

// AuditFilter picks entries; zero fields pick all.
type AuditFilter struct {
	StaffID int64
	Subject string
	From    *time.Time
	To      *time.Time
}

// auditKinds are the objects that subjects name.
var auditKinds = map[string]string{"customer": "Customer", "product": "Product", "variant": "ProductVariant", "category": "Category", "club": "Club",
	"staff": "StaffMember", "post": "Post", "earningRule": "EarningRule", "import": "Import"}

// SubjectID is the global id of the subject; ok is false when it is no object with one, such as the business.
func (e AuditEntry) SubjectID() (id GID, ok bool) {
	name, number, _ := strings.Cut(e.Subject, ":")
	n, err := strconv.ParseInt(number, 10, 64)
	kind, known := auditKinds[name]
	return GID{Kind: kind, N: n}, known && err == nil
}

// AuditSubject names an object as the audit does; empty for objects that it does not speak of.
func AuditSubject(id GID) string {
	for name, kind := range auditKinds {
		if kind == id.Kind {
			return name + ":" + strconv.FormatInt(id.N, 10)
		}
	}
	return ""
}
