// Package guards has checks that hold, and twins that do not.
package guards

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type in struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	Line string `json:"line"`
}

type result = *mcp.CallToolResult

var errNo = errors.New("no")

// A switch that ends for everything it does not know.
func switched(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	switch in.Name {
	case "uptime", "df":
	default:
		return nil, nil, errNo
	}
	return nil, nil, exec.Command(in.Name).Run()
}

func switchedOn(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	switch in.Name {
	case "uptime", "df":
	default:
		fmt.Println("unusual")
	}
	return nil, nil, exec.Command(in.Name).Run() // want `argument "name" of tool "switchedOn" reaches exec.Command as the name of the program`
}

func either(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if in.Name == "a" || in.Name == "b" {
		return nil, nil, exec.Command(in.Name).Run()
	}
	return nil, nil, nil
}

// A flag that a loop over what is allowed sets.
func flagged(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	ok := false
	for _, a := range []string{"uptime", "df"} {
		if a == in.Name {
			ok = true
			break
		}
	}
	if !ok {
		return nil, nil, errNo
	}
	return nil, nil, exec.Command(in.Name).Run()
}

func allowed(name string) bool {
	for _, a := range []string{"uptime", "df"} {
		if strings.EqualFold(a, name) {
			return true
		}
	}
	return false
}

func asked(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if !allowed(in.Name) {
		return nil, nil, errNo
	}
	return nil, nil, exec.Command(in.Name).Run()
}

func flagSetByModel(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	ok := false
	for _, a := range []string{"uptime", "df"} {
		if strings.Contains(in.Name, a) {
			ok = true
		}
	}
	if !ok {
		return nil, nil, errNo
	}
	return nil, nil, exec.Command(in.Name).Run() // want `argument "name" of tool "flagSetByModel" reaches exec.Command as the name of the program, past a look for what it contains`
}

// A number, or what is checked to be one.
func numbers(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if _, err := strconv.Atoi(in.Line); err != nil {
		return nil, nil, err
	}
	_ = exec.Command("sh", "-c", "sleep "+in.Line).Run()
	if net.ParseIP(in.Name) != nil {
		_ = exec.Command("sh", "-c", "ping "+in.Name).Run()
	}
	return nil, nil, nil
}

func ignoredNumber(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	n, _ := strconv.Atoi(in.Line)
	_ = n
	return nil, nil, exec.Command("sh", "-c", "sleep "+in.Line).Run() // want `argument "line" of tool "ignoredNumber" reaches exec.Command as code for sh`
}

// First words, prefixes and lists of what must not be there keep nobody from a shell.
func firstWord(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if !slices.Contains([]string{"ls", "cat"}, strings.Fields(in.Line)[0]) {
		return nil, nil, errNo
	}
	return nil, nil, exec.Command("sh", "-c", in.Line).Run() // want `reaches exec.Command as code for sh, past a check of its first word`
}

func prefixed(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if !strings.HasPrefix(in.Line, "git ") {
		return nil, nil, errNo
	}
	return nil, nil, exec.Command("sh", "-c", in.Line).Run() // want `reaches exec.Command as code for sh, past a check of how it begins`
}

func denied(line string) error {
	for _, bad := range []string{"rm ", "sudo"} {
		if strings.Contains(line, bad) {
			return errNo
		}
	}
	return nil
}

func listed(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if err := denied(in.Line); err != nil {
		return nil, nil, err
	}
	return nil, nil, exec.Command("sh", "-c", in.Line).Run() // want `reaches exec.Command as code for sh, past a look for what it contains`
}

var bad = regexp.MustCompile(`rm\s+-rf`)

func pattern(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if bad.MatchString(in.Line) {
		return nil, nil, errNo
	}
	return nil, nil, exec.Command("sh", "-c", in.Line).Run() // want `reaches exec.Command as code for sh, past a pattern that does not describe all of it`
}

// A constant program with arguments of their own.
func separate(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if strings.HasPrefix(in.Name, "-") {
		return nil, nil, errNo
	}
	return nil, nil, exec.CommandContext(ctx, "git", "show", in.Name).Run()
}

// Hosts: listed, by their end, by the whole beginning of the URL, by their addresses.
func hosts(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	u, err := url.Parse(in.URL)
	if err != nil {
		return nil, nil, err
	}
	if strings.HasSuffix(u.Hostname(), ".example.com") {
		_, err = http.Get(u.String())
	}
	if strings.HasPrefix(in.URL, "https://api.example.com/") {
		_, err = http.Get(in.URL)
	}
	known := map[string]bool{"a.example": true}
	if known[u.Host] {
		_, err = http.Get(in.URL)
	}
	return nil, nil, err
}

func hostEnds(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	u, err := url.Parse(in.URL)
	if err != nil || !strings.HasSuffix(u.Hostname(), "example.com") {
		return nil, nil, err
	}
	_, err = http.Get(in.URL) // want `argument "url" of tool "hostEnds" reaches http.Get`
	return nil, nil, err
}

func hostBegins(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if !strings.HasPrefix(in.URL, "https://api.example.com") {
		return nil, nil, errNo
	}
	_, err := http.Get(in.URL) // want `argument "url" of tool "hostBegins" reaches http.Get past a check of how it begins`
	return nil, nil, err
}

func public(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return err
	}
	list, err := net.LookupIP(u.Hostname())
	if err != nil {
		return err
	}
	for _, ip := range list {
		if ip.IsPrivate() || ip.IsLoopback() {
			return errNo
		}
	}
	return nil
}

func resolved(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if err := public(in.URL); err != nil {
		return nil, nil, err
	}
	_, err := http.Get(in.URL)
	return nil, nil, err
}

// Paths: contained by a root, or by nothing that holds.
func contained(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	_, err := os.OpenInRoot("/srv", in.Name)
	rel, relErr := filepath.Rel("/srv", in.Name)
	if relErr != nil || rel == ".." || strings.HasPrefix(rel, "../") {
		return nil, nil, relErr
	}
	_, err = os.Open(filepath.Join("/srv", rel))
	return nil, nil, err
}

func noDots(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	if strings.HasPrefix(in.Name, "/srv") {
		_, err := os.Open(in.Name) // want `argument "name" of tool "noDots" reaches os.Open past a check of how it begins`
		return nil, nil, err
	}
	return nil, nil, nil
}

// Flags that depend on each other in a loop.
func flags(ctx context.Context, _ *mcp.CallToolRequest, in in) (result, any, error) {
	quoted, escaped := false, false
	for _, c := range in.Line {
		if escaped {
			escaped = false
			continue
		}
		if c == '\\' && quoted {
			escaped = true
		}
		quoted = quoted != (c == '"') || escaped && quoted
	}
	if quoted || escaped {
		return nil, nil, errNo
	}
	return nil, nil, exec.Command("sh", "-c", in.Line).Run() // want `argument "line" of tool "flags" reaches exec.Command as code for sh`
}
