package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// manifest lists the documents of the page by id; the build writes it, and nobody can ask for it.
const manifest = "dist/.documents.json"

// Documents are the GraphQL documents that the page sends, by their ids; none when this binary carries no page.
func Documents() (map[string]string, error) {
	text, err := fs.ReadFile(dist, manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("web: documents: %w", err)
	}
	known := map[string]string{}
	if err := json.Unmarshal(text, &known); err != nil {
		return nil, fmt.Errorf("web: documents: %w", err)
	}
	return known, nil
}
