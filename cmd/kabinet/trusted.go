package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"kabinet/graph"
	"kabinet/web"
)

// trustedDocuments are the values of KABINET_TRUSTED_DOCUMENTS.
var trustedDocuments = map[string]graph.TrustedDocuments{"off": graph.TrustEveryone, "customers": graph.TrustStaff, "all": graph.TrustDocuments}

// documents are the operations of the pages and those of the manifests in KABINET_DOCUMENTS, by id.
func (c config) documents() (map[string]string, error) {
	known, err := web.Documents()
	if err != nil {
		return nil, err
	}
	known = maps.Clone(known)
	if known == nil {
		known = map[string]string{}
	}
	if c.Documents == "" {
		return known, nil
	}
	files, err := manifests(c.Documents)
	if err != nil {
		return nil, fmt.Errorf("KABINET_DOCUMENTS: %w", err)
	}
	for _, file := range files {
		if err := addManifest(known, file); err != nil {
			return nil, fmt.Errorf("KABINET_DOCUMENTS: %s: %w", file, err)
		}
	}
	return known, nil
}

// manifests are a file, or the JSON files of a folder.
func manifests(path string) ([]string, error) {
	if about, err := os.Stat(path); err != nil || !about.IsDir() {
		return []string{path}, err
	}
	files, err := filepath.Glob(filepath.Join(path, "*.json"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	}
	slices.Sort(files)
	return files, err
}

// manifest is what tools write: an object from id to text (Relay, GraphQL Code Generator), or Apollo's list of operations.
type manifest struct {
	Format     string `json:"format"`
	Operations []struct {
		ID   string `json:"id"`
		Body string `json:"body"`
	} `json:"operations"`
}

func addManifest(known map[string]string, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	listed := map[string]string{}
	var m manifest
	if json.Unmarshal(text, &m) == nil && m.Format == "apollo-persisted-query-manifest" {
		for _, o := range m.Operations {
			listed[o.ID] = o.Body
		}
	} else if json.Unmarshal(text, &listed) != nil {
		return errors.New("neither an object from ids to documents nor a manifest of Apollo")
	}
	for id, document := range listed {
		if earlier, taken := known[id]; taken && earlier != document || id == "" || document == "" {
			return fmt.Errorf("the id %q is empty, has no document, or stands for two different ones", id)
		}
		known[id] = document
	}
	if len(listed) == 0 {
		return errors.New("it holds no documents")
	}
	return nil
}
