package scalar

import (
	"github.com/99designs/gqlgen/graphql"
)

// MarshalUpload writes null: files only come in.
func MarshalUpload(graphql.Upload) graphql.Marshaler { return graphql.Null }

// UnmarshalUpload takes the file that came with the request. Anything else is no file: who may call the field is decided before what is wrong with its
// input is told.
func UnmarshalUpload(v any) (graphql.Upload, error) {
	file, _ := v.(graphql.Upload)
	return file, nil
}
