package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"kabinet/domain"
)

var (
	errNoObject = domain.Errorf(domain.Invalid, "the request body must be a JSON object with query or documentId, variables, operationName and extensions")
	errNoQuery  = domain.Errorf(domain.Invalid, "there is no query")
)

// decodeParams reads one GraphQL request. What is wrong with it is told without repeating it. An entry that is null is as good as none.
func decodeParams(body []byte) (*graphql.RawParams, error) {
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	if len(trimmed) > 0 && trimmed[0] == '[' {
		return nil, domain.OverLimit("batch", "batches are not accepted: send one operation per request")
	}
	var given struct {
		Query         *string        `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
		Extensions    map[string]any `json:"extensions"`
		DocumentID    string         `json:"documentId"`
	}
	if len(trimmed) == 0 || trimmed[0] != '{' || !utf8.Valid(trimmed) || decodeJSON(trimmed, &given) != nil {
		return nil, errNoObject
	}
	params := &graphql.RawParams{OperationName: given.OperationName, Variables: given.Variables, Extensions: nameDocument(given.Extensions, given.DocumentID)}
	if given.Query != nil {
		params.Query = *given.Query
	} else if !namesDocument(params) {
		return nil, errNoQuery
	}
	return params, nil
}

// paramsOfAddress reads a GraphQL request in the query component of an address. An entry that is empty is as good as none.
func paramsOfAddress(query url.Values) (*graphql.RawParams, error) {
	params := &graphql.RawParams{Query: query.Get("query"), OperationName: query.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if text := query.Get(name); text != "" && (!utf8.ValidString(text) || decodeJSON([]byte(text), into) != nil) {
			return nil, domain.Errorf(domain.Invalid, "%s must be a JSON object", name)
		}
	}
	params.Extensions = nameDocument(params.Extensions, query.Get(documentIDKey))
	switch {
	case params.Query == "" && !namesDocument(params):
		return nil, errNoQuery
	case !utf8.ValidString(params.Query):
		return nil, errCharset
	}
	return params, nil
}

func decodeJSON(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}
