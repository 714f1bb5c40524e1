package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kabinet/domain"
)

// TrustedDocuments says whose operations must be known beforehand.
type TrustedDocuments int

// Who may send what. The zero value lets everybody send any document.
const (
	TrustEveryone  TrustedDocuments = iota
	TrustStaff                      // the staff send any document, everybody else only known ones
	TrustDocuments                  // nobody sends a document that is not known
)

// documents knows documents by id, so that clients send ids in place of texts, and refuses others where only known ones are trusted.
type documents struct {
	byID  map[string]string
	texts map[string]struct{}
	trust TrustedDocuments
}

func newDocuments(byID map[string]string, trust TrustedDocuments) *documents {
	d := &documents{byID: byID, texts: make(map[string]struct{}, len(byID)), trust: trust}
	for _, text := range byID {
		d.texts[text] = struct{}{}
	}
	return d
}

// ExtensionName names the extension.
func (*documents) ExtensionName() string { return "Documents" }

// Validate accepts every schema.
func (*documents) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters puts the text in the place of an id. An id that is not known may be one of automatic persisted queries, which come after this.
func (d *documents) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	id, only := documentID(params.Extensions)
	text, known := d.byID[id]
	_, trusted := d.texts[params.Query]
	switch {
	case known && (params.Query == "" || params.Query == text):
		params.Query = text
		delete(params.Extensions, "persistedQuery")
		return nil
	case trusted && id == "":
		return nil
	case d.bind(ctx) || only && params.Query == "":
		return refuseOperation(domain.Errorf(domain.UnknownDocument, "the document is not among those that are known here"))
	}
	return nil
}

// bind says whether the caller may send known documents only.
func (d *documents) bind(ctx context.Context) bool {
	return d.trust == TrustDocuments || d.trust == TrustStaff && !requestFrom(ctx).viewer.IsStaff()
}

// forAll says whether what the caller sends may be sent by everybody.
func (d *documents) forAll(ctx context.Context) bool { return d.trust == TrustEveryone || d.bind(ctx) }

// documentID is the id in place of a document: that of the appendix on persisted documents of GraphQL over HTTP, for which only is set, or that of automatic
// persisted queries.
func documentID(extensions map[string]any) (id string, only bool) {
	if id, only = extensions[documentIDKey].(string); only {
		return strings.TrimPrefix(id, "sha256:"), true
	}
	persisted, _ := extensions["persistedQuery"].(map[string]any)
	id, _ = persisted["sha256Hash"].(string)
	return id, false
}

// documentIDKey is where the id of a document is kept among the extensions of a request.
const documentIDKey = "documentId"

// nameDocument keeps the id of a document, if there is one, among the extensions of its request.
func nameDocument(extensions map[string]any, id string) map[string]any {
	if id == "" {
		return extensions
	}
	if extensions == nil {
		extensions = map[string]any{}
	}
	extensions[documentIDKey] = id
	return extensions
}

// namesDocument says whether a request names its document by an id of either kind.
func namesDocument(params *graphql.RawParams) bool {
	return params.Extensions["persistedQuery"] != nil || params.Extensions[documentIDKey] != nil
}
