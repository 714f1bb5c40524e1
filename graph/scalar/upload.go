package scalar

import (
	"github.com/99designs/gqlgen/graphql"

	"kabinet/domain"
)

// MarshalUpload writes null: files only come in.
func MarshalUpload(graphql.Upload) graphql.Marshaler { return graphql.Null }

// UnmarshalUpload takes the file that came with the request.
func UnmarshalUpload(v any) (graphql.Upload, error) {
	file, ok := v.(graphql.Upload)
	if !ok {
		return file, domain.Errorf(domain.Invalid, "send the file as multipart/form-data: it cannot stand in JSON")
	}
	return file, nil
}
