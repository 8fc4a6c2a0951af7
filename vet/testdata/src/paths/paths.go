package paths

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A library keeps to folders that are given to it.
type library struct{ folders []string }

func (l *library) holds(path string) bool {
	abs, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	if !strings.HasSuffix(abs, string(filepath.Separator)) {
		abs += string(filepath.Separator)
	}
	for _, folder := range l.folders {
		if strings.HasPrefix(abs, folder) {
			return true
		}
	}
	return false
}

func (l *library) resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if !l.holds(abs) {
		return "", errors.New("outside")
	}
	return abs, nil
}

func (l *library) walk(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	top, err := l.resolve(in.Name)
	if err != nil {
		return nil, nil, err
	}
	return nil, nil, filepath.WalkDir(top, func(path string, _ os.DirEntry, _ error) error {
		_, err := os.ReadFile(path)
		return err
	})
}

func (l *library) accepted(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	//leastagency:ignore injection/argument-to-path -- whoever calls it owns the machine
	_, err := os.ReadFile(in.Name)
	return nil, nil, err
}

func (l *library) open(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	return nil, nil, filepath.WalkDir(in.Name, func(path string, _ os.DirEntry, _ error) error { // want `argument "name" of tool "open" reaches filepath.WalkDir`
		_, err := os.ReadFile(path)
		return err
	})
}

type in struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	SQL  string `json:"sql"`
}

const root = "/srv/notes"

func read(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	_, err := os.ReadFile(filepath.Join(root, filepath.Clean(in.Name))) // want `argument "name" of tool "read" reaches os.ReadFile`
	return nil, nil, err
}

func inside(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, nil, err
	}
	_, err = r.ReadFile(in.Name)
	_, _ = os.ReadFile(filepath.Join(root, filepath.Base(in.Name)))
	_, _ = os.ReadFile(filepath.Join(root, filepath.Clean("/"+in.Name)))
	if filepath.IsLocal(in.Name) {
		_, _ = os.ReadFile(filepath.Join(root, in.Name))
	}
	p := filepath.Join(root, in.Name)
	if !strings.HasPrefix(p, root+string(filepath.Separator)) {
		return nil, nil, errors.New("outside")
	}
	_, _ = os.ReadFile(p)
	if q, err := safe(in.Name); err == nil {
		_, _ = os.ReadFile(q)
	}
	return nil, nil, err
}

func safe(name string) (string, error) {
	p := filepath.Join(root, name)
	rel, err := filepath.Rel(root, p)
	if err != nil || strings.HasPrefix(rel, "..") {
		return "", errors.New("outside")
	}
	return p, nil
}

func prefix(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	p := filepath.Join(root, in.Name)
	if !strings.HasPrefix(p, root) {
		return nil, nil, errors.New("outside")
	}
	if filepath.Ext(p) != ".md" {
		return nil, nil, errors.New("no note")
	}
	return nil, nil, os.WriteFile(p, nil, 0o600) // want `argument "name" of tool "prefix" reaches os.WriteFile`
}

func fetch(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	_, _ = http.Get(in.URL)                                                    // want `argument "url" of tool "fetch" reaches http.Get`
	_, _ = http.NewRequestWithContext(ctx, "GET", "https://"+in.Name+"/", nil) // want `argument "name" of tool "fetch" reaches http.NewRequestWithContext`
	_, _ = http.Get("https://api.example.com/v1/" + in.Name)
	return nil, nil, nil
}

// scheme knows the scheme, which says nothing of the host.
func scheme(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	u, err := url.Parse(in.URL)
	if err != nil || u.Scheme != "https" {
		return nil, nil, err
	}
	_, _ = http.Get(u.String()) // want `argument "url" of tool "scheme" reaches http.Get`
	if slices.Contains([]string{"a.example", "b.example"}, u.Hostname()) {
		_, _ = http.Get(u.String())
	}
	fixed, _ := url.Parse("https://api.example.com")
	fixed.Path = in.Name
	_, err = http.Get(fixed.String())
	return nil, nil, err
}

var db *sql.DB

func query(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	_, err := db.QueryContext(ctx, "SELECT * FROM t WHERE n = '"+in.SQL+"'") // want `argument "sql" of tool "query" reaches \(\*sql.DB\).QueryContext`
	_, err = db.QueryContext(ctx, "SELECT * FROM t WHERE n = ?", in.SQL)
	return nil, nil, err
}

func wipe(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	return nil, nil, os.Remove(filepath.Base(in.Name))
}

func look(ctx context.Context, _ *mcp.CallToolRequest, in in) (*mcp.CallToolResult, any, error) {
	_, err := os.Stat(root)
	return nil, nil, err
}

func register(s *mcp.Server) {
	mcp.AddTool(s, &mcp.Tool{Name: "read", Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true}}, read)
	mcp.AddTool(s, &mcp.Tool{Name: "inside"}, inside)
	mcp.AddTool(s, &mcp.Tool{Name: "prefix"}, prefix)
	mcp.AddTool(s, &mcp.Tool{Name: "fetch"}, fetch)
	mcp.AddTool(s, &mcp.Tool{Name: "query"}, query)
	mcp.AddTool(s, &mcp.Tool{
		Name:        "wipe",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true}, // want `tool "wipe" calls itself read-only, but its code deletes a file`
	}, wipe)
	mcp.AddTool(s, &mcp.Tool{Name: "look", Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true}}, look)
}

func main() {
	h := mcp.NewStreamableHTTPHandler(nil, nil)
	_ = http.ListenAndServe(":8080", h) // want `server "paths" listens on every network`
}
