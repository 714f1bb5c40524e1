package demo

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed content/*/*.yaml
var content embed.FS

// Load reads a demo business by the name of its preset. The error of an unknown name lists the known ones; any other error
// means that the content built into the program is broken.
func Load(preset string) (*Business, error) {
	if !slices.Contains(Presets(), preset) {
		return nil, fmt.Errorf("unknown preset %q, known are %s", preset, strings.Join(Presets(), ", "))
	}
	folder, err := fs.Sub(content, "content/"+preset)
	if err != nil {
		return nil, fmt.Errorf("preset %s: %w", preset, err)
	}
	b, err := load(folder)
	if err != nil {
		return nil, fmt.Errorf("preset %s: %w", preset, err)
	}
	return b, nil
}

// load reads a folder of business.yaml, services.yaml, goods.yaml, people.yaml, orders.yaml, clubs.yaml and earning.yaml.
func load(folder fs.FS) (*Business, error) {
	var services, goods []Product
	var people struct {
		Customers []Customer `yaml:"customers"`
		Staff     []Staff    `yaml:"staff"`
		Gifts     []Gift     `yaml:"gifts"`
	}
	b := new(Business)
	for _, file := range []struct {
		name string
		into any
	}{
		{"business.yaml", &b.Profile},
		{"services.yaml", &services},
		{"goods.yaml", &goods},
		{"people.yaml", &people},
		{"orders.yaml", &b.Orders},
		{"clubs.yaml", &b.Clubs},
		{"earning.yaml", &b.Earning},
	} {
		if err := parse(folder, file.name, file.into); err != nil {
			return nil, err
		}
	}
	b.Products = slices.Concat(services, goods)
	b.Customers, b.Staff, b.Gifts = people.Customers, people.Staff, people.Gifts
	palettes := make(map[string]string)
	for _, c := range b.Categories {
		palettes[c.Slug] = c.Palette
	}
	for i, p := range b.Products {
		b.Products[i].Picture = p.Motif + "/" + palettes[p.Category]
	}
	slices.SortStableFunc(b.Orders, func(x, y Order) int { return cmp.Compare(y.PlacedAgo, x.PlacedAgo) })
	if problems := check(b); len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return b, nil
}

// parse reads one document strictly: an unknown field, a repeated one or a second document is an error.
func parse(folder fs.FS, name string, into any) error {
	f, err := folder.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: more than one document", name)
	}
	return nil
}
