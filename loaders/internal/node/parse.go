package node

import "github.com/leastagency/leastagency"

// ParseJSON reads strict JSON: comments and trailing commas are read all the same and reported as syntax problems.
func ParseJSON(f *leastagency.File) (*Document, []*leastagency.Problem) { return &Document{}, nil }

// ParseJSONC reads JSON with comments and trailing commas.
func ParseJSONC(f *leastagency.File) (*Document, []*leastagency.Problem) { return &Document{}, nil }

// ParseYAML reads every document of a YAML stream.
func ParseYAML(f *leastagency.File) ([]*Document, []*leastagency.Problem) { return nil, nil }

// ParseTOML reads TOML.
func ParseTOML(f *leastagency.File) (*Document, []*leastagency.Problem) { return &Document{}, nil }

// ParseMarkdown reads the YAML front matter of a Markdown file, if it has any, and tells where the body is.
func ParseMarkdown(f *leastagency.File) (*Document, []*leastagency.Problem) {
	return &Document{}, nil
}
