package loaders

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
)

// Folders are where an agent works, as absolute slash-separated paths; empty where not known.
type Folders struct {
	Work string // the session was started here
	Home string
	// Follow returns where an absolute path leads when links are followed; nil follows none.
	Follow func(path string) string
}

// Calls turns what somebody asks about an agent, as "Bash(git push)", "read(.env)" or
// "mcp__github__create_issue", into the calls that its product would weigh: a command line is one for
// each of its commands, and for each file that it writes or that the product sees it read. All of
// them must pass. The text is in the syntax of the product's rules, or neutral: shell(…), read(…),
// write(…), edit(…), fetch(host), mcp(server/tool), or a tool alone.
func Calls(a *leastagency.Agent, text string, in Folders) ([]leastagency.Call, error) {
	c := caller{agent: a, grammar: grammarOf(a.Product), in: in}
	text = strings.TrimSpace(text)
	name, spec, narrowed := strings.Cut(text, "(")
	if narrowed {
		if !strings.HasSuffix(spec, ")") {
			return nil, fmt.Errorf("%q: its brackets are not closed at the end", text)
		}
		if spec = strings.TrimSpace(strings.TrimSuffix(spec, ")")); spec == "" {
			return nil, fmt.Errorf("%q: the brackets are empty; the name alone is the tool as a whole", text)
		}
		if spec == "*" {
			spec = ""
		}
	}
	name = strings.TrimSpace(name)
	kind, names := c.tool(name)
	switch {
	case name == "" || strings.ContainsAny(name, " \t"):
		return nil, fmt.Errorf("%q names no tool: write shell(…), read(…), write(…), edit(…), fetch(host) or mcp(server/tool)", text)
	case kind == leastagency.ActionServer:
		return c.server(name, spec)
	case kind == leastagency.ActionUnknown:
		return nil, fmt.Errorf("%q: no tool of %s is called %q; shell(…), read(…), write(…), edit(…), fetch(host) and mcp(server/tool) work for every product", text, a.Product, name)
	case spec == "":
		return []leastagency.Call{{Action: leastagency.Action{Kind: kind}, Names: names}}, nil
	}
	switch kind {
	case leastagency.ActionShell:
		return c.shell(names, strings.Replace(spec, ":*", " *", 1))
	case leastagency.ActionRead, leastagency.ActionWrite:
		return c.file(kind, names, spec), nil
	case leastagency.ActionFetch:
		return c.fetch(names, spec)
	}
	return []leastagency.Call{{Action: leastagency.Action{Kind: kind, Pattern: spec}, Names: names}}, nil
}

// A caller reads what is asked about one agent.
type caller struct {
	agent   *leastagency.Agent
	grammar *grammar
	in      Folders
}

// tool returns what a name stands for: one of the product's own tools, a tool of a server, or neutral.
func (c *caller) tool(name string) (kind leastagency.ActionKind, names []string) {
	if c.grammar.tool != nil {
		if kind, names = c.grammar.tool(name); kind != leastagency.ActionUnknown {
			return kind, names
		}
	}
	if server, _ := c.serverTool(name); server != "" || strings.HasPrefix(name, "mcp__") {
		return leastagency.ActionServer, nil
	}
	for _, t := range c.grammar.own {
		if strings.EqualFold(name, t.neutral) {
			return c.grammar.tool(t.own)
		}
	}
	return toolKind(name), nil
}

// serverTool takes a name apart that is the server's and the tool's in one, in any product's way.
func (c *caller) serverTool(name string) (server, tool string) {
	switch {
	case strings.HasPrefix(name, "mcp__"):
		server, tool, _ = strings.Cut(name[len("mcp__"):], "__")
		return server, tool
	case strings.HasPrefix(name, "mcp:"):
		server, tool, _ = strings.Cut(name[len("mcp:"):], ":")
		return server, tool
	case strings.HasPrefix(name, "@"):
		server, tool, _ = strings.Cut(name[1:], "/")
		return server, tool
	}
	rest, marked := strings.CutPrefix(name, "mcp_")
	for _, s := range c.agent.Servers {
		if own := plain(s.Name); len(own) > len(plain(server)) && (plain(rest) == own || strings.HasPrefix(plain(rest), own+"_") || strings.HasPrefix(plain(rest), own+"/")) {
			server, tool = s.Name, strings.TrimLeft(rest[len(s.Name):], "_/")
		}
	}
	if server == "" && marked {
		server, tool, _ = strings.Cut(rest, "_")
	}
	return server, tool
}

// plain is a server's name as products write it in the names of its tools.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
}

// server reads the call of a server's tool: its name in one piece, or server and tool in brackets.
func (c *caller) server(name, spec string) ([]leastagency.Call, error) {
	action := leastagency.Action{Kind: leastagency.ActionServer}
	action.Server, action.Tool = c.serverTool(name)
	if action.Server == "" { // mcp(server/tool), Mcp(server:tool)
		i := strings.IndexAny(spec, "/:")
		if i < 0 {
			i = len(spec)
		}
		action.Server, action.Tool = strings.TrimSpace(spec[:i]), strings.TrimSpace(strings.TrimLeft(spec[i:], "/: "))
		spec = ""
	}
	switch {
	case action.Server == "":
		return nil, fmt.Errorf("%q names no server: write mcp(server/tool)", name)
	case spec != "":
		return nil, fmt.Errorf("%q: the call of a server's tool takes no brackets", name+"("+spec+")")
	}
	if action.Tool == "*" {
		action.Tool = ""
	}
	return []leastagency.Call{{Action: action}}, nil
}

// fetch reads a host or URL.
func (c *caller) fetch(names []string, spec string) ([]leastagency.Call, error) {
	spec = strings.TrimPrefix(spec, "domain:")
	address := spec
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is no host or URL", spec)
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	call := leastagency.Call{Action: leastagency.Action{Kind: leastagency.ActionFetch, Pattern: host}, Names: names, Also: []string{address}}
	if u.Path == "" {
		call.Also = append(call.Also, address+"/")
	}
	return []leastagency.Call{call}, nil
}

// file reads the path of a file tool. Where a product takes what may not be read for what may not be
// changed either, a change needs both.
func (c *caller) file(kind leastagency.ActionKind, names []string, spec string) []leastagency.Call {
	call := c.path(kind, names, spec)
	if kind == leastagency.ActionWrite && c.protects(spec) {
		call.Guarded = "the client protects this path from its own tools"
	}
	calls := []leastagency.Call{call}
	if target := c.target(spec); target != "" { // a link needs both: what leads there, and where it leads
		calls = append(calls, c.path(kind, names, target))
	}
	if kind == leastagency.ActionWrite && c.grammar.readFirst != "" {
		also := c.path(leastagency.ActionRead, []string{c.grammar.readFirst}, spec)
		also.Refused = true
		calls = append(calls, also)
	}
	return calls
}

// protects reports whether the product keeps a path from its own tools, whatever rules say.
func (c *caller) protects(p string) bool {
	return c.grammar.protected != nil && c.grammar.protected(c.spell(p)[0])
}

// path is the use of a file tool for one path, which is spelled from the folder of work, from the
// home folder and from the top of the disk, as rules may do: "src/a", "~/src/a", "//home/me/src/a".
func (c *caller) path(kind leastagency.ActionKind, names []string, p string) leastagency.Call {
	call := leastagency.Call{Action: leastagency.Action{Kind: kind}, Names: names}
	spellings := c.spell(p)
	call.Action.Pattern, call.Also = spellings[0], spellings[1:]
	call.Inside = slices.ContainsFunc(spellings, local) || slices.ContainsFunc(c.more(), func(dir string) bool {
		return slices.ContainsFunc(c.spell(dir), func(d string) bool {
			return slices.ContainsFunc(spellings, func(s string) bool { return s == d || strings.HasPrefix(s, strings.TrimSuffix(d, "/")+"/") })
		})
	})
	call.Edit = kind == leastagency.ActionWrite
	if c.grammar.fallback != nil {
		call.Fallback = c.grammar.fallback(&call)
	}
	return call
}

// target returns where a path leads when it is a link; empty when it is none.
func (c *caller) target(p string) string {
	spellings := c.spell(p)
	absolute := strings.TrimPrefix(spellings[len(spellings)-1], "/")
	if c.in.Follow == nil || c.in.Work == "" || !strings.HasPrefix(absolute, "/") {
		return ""
	}
	real, work := c.in.Follow(absolute), c.in.Follow(c.in.Work)
	if rest := strings.TrimPrefix(absolute, c.in.Work); below(absolute, c.in.Work) && real == work+rest || real == absolute {
		return "" // only the folder of work itself is reached through a link
	}
	if below(real, work) {
		return c.in.Work + strings.TrimPrefix(real, work)
	}
	return "/" + real
}

// more returns the folders beside the folder of work that file tools reach unasked.
func (c *caller) more() (dirs []string) {
	for _, l := range c.agent.Layers {
		for _, d := range l.Directories {
			dirs = append(dirs, d.V)
		}
	}
	if c.grammar.walled && c.agent.Sandbox != nil {
		for _, d := range c.agent.Sandbox.Writable {
			dirs = append(dirs, d.V)
		}
	}
	return dirs
}

// local reports whether a spelling is of a file below the folder of work, and a constant.
func local(p string) bool {
	return p != ".." && !strings.HasPrefix(p, "../") && !strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "~") && !strings.ContainsAny(p, "$`")
}

// spell returns the ways to write a path, the one from the nearest folder first.
func (c *caller) spell(p string) []string {
	for _, home := range []string{"${HOME}", "$HOME"} {
		if rest, ok := strings.CutPrefix(p, home); ok && (rest == "" || rest[0] == '/') {
			p = "~" + rest
		}
	}
	p = strings.TrimPrefix(p, "file://")
	absolute, relative := "", ""
	switch {
	case strings.HasPrefix(p, "//"):
		absolute = path.Clean(p[1:])
	case strings.HasPrefix(p, "/") && c.grammar.slash && !topOfDisk(p) && !below(p, c.in.Work) && !below(p, c.in.Home):
		relative = path.Clean("." + p)
	case strings.HasPrefix(p, "/"):
		absolute = path.Clean(p)
	case p == "~" || strings.HasPrefix(p, "~/"):
		if c.in.Home == "" {
			return []string{path.Clean(p)}
		}
		absolute = path.Join(c.in.Home, p[1:])
	default:
		relative = path.Clean(p)
	}
	switch {
	case absolute == "" && c.in.Work != "" && !strings.ContainsAny(relative, "$`"):
		absolute = path.Join(c.in.Work, relative)
	case absolute != "" && below(absolute, c.in.Work):
		relative = path.Clean("." + strings.TrimPrefix(absolute, c.in.Work))
	}
	var out []string
	if relative != "" {
		out = append(out, relative)
	}
	if absolute != "" && below(absolute, c.in.Home) {
		out = append(out, "~"+strings.TrimPrefix(absolute, c.in.Home))
	}
	if absolute != "" {
		out = append(out, "/"+absolute)
	}
	return out
}

// below reports whether an absolute path is a folder or lies in it.
func below(p, dir string) bool {
	return dir != "" && (p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/"))
}

// topOfDisk reports whether a path starts with a folder that lies at the top of disks.
func topOfDisk(p string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	return slices.Contains([]string{"", "bin", "boot", "dev", "etc", "home", "lib", "lib64", "mnt", "opt", "private", "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var", "Applications", "Library", "System", "Users", "Volumes"}, first)
}

// shell takes a command line apart.
func (c *caller) shell(names []string, line string) ([]leastagency.Call, error) {
	parts, err := command.Split(line)
	if err != nil || len(parts) == 0 {
		return nil, fmt.Errorf("%q is no command line: %v", line, err)
	}
	if c.grammar.shell.whole {
		return []leastagency.Call{{Action: leastagency.Action{Kind: leastagency.ActionShell, Pattern: line}, Names: names, Line: line,
			Harmless: c.grammar.shell.harmless != nil && len(parts) == 1 && len(parts[0].Words) > 0 && len(parts[0].Writes) == 0 && c.grammar.shell.harmless(c, parts[0].Words)}}, nil
	}
	var calls []leastagency.Call
	for i := range parts {
		calls = append(calls, c.command(names, line, &parts[i])...)
	}
	return calls, nil
}

// command is one command of a line, with the files that the product sees it write and read.
func (c *caller) command(names []string, line string, p *command.Part) (calls []leastagency.Call) {
	g := &c.grammar.shell
	if p.Text != "" {
		call := leastagency.Call{Action: leastagency.Action{Kind: leastagency.ActionShell, Pattern: p.Text}, Names: names, Line: line}
		first, safe := 0, !slices.ContainsFunc(p.Vars, func(v string) bool { return !slices.Contains(g.variables, v) })
		if len(p.Words) == 0 {
			call.Harmless = true // sets variables of its own
			return append(calls, call)
		}
		if g.wrapped != nil {
			first = g.wrapped(p.Words)
		}
		for i := range p.Words[:first+1] {
			if i == 0 && len(p.Vars) == 0 || i > 0 && i < first {
				continue
			}
			if safe {
				call.Also = append(call.Also, p.From(i))
			} else {
				call.Against = append(call.Against, p.From(i))
			}
		}
		words := p.Words[first:]
		call.Harmless = safe && g.harmless != nil && g.harmless(c, words)
		call.Edit = safe && c.edits(words)
		call.Exact = g.exact != nil && g.exact(words)
		if c.criticalRemoval(words) {
			call.Guarded, call.Critical = "no rule approves the removal of this path", true
		}
		if len(p.Writes) > 0 && (g.asksToWrite || g.asksToWriteOutside && !c.inside(p.Writes)) {
			call.Guarded, call.Harmless = "no rule approves a command whose output goes there", false
		}
		calls = append(calls, call)
		calls = append(calls, c.touched(words)...)
	}
	if g.redirects {
		for _, file := range p.Writes {
			_, write := c.tool("edit")
			calls = append(calls, c.file(leastagency.ActionWrite, write, file)...)
		}
	}
	return calls
}

// edits reports whether a command does no more than an edit in the folder of work.
func (c *caller) edits(words []string) bool {
	if !slices.Contains(c.grammar.shell.edits, words[0]) || words[0] == "sed" && !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "-i") || w == "--in-place" }) {
		return false
	}
	return c.inside(arguments(words)) && !slices.ContainsFunc(arguments(words), c.protects)
}

// touched are the files of a command that the product checks against the rules of its file tools.
func (c *caller) touched(words []string) (calls []leastagency.Call) {
	g := &c.grammar.shell
	inPlace := words[0] == "sed" && slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "-i") || w == "--in-place" })
	check := func(kind leastagency.ActionKind, tool string) {
		_, names := c.tool(tool)
		for _, file := range arguments(words) {
			call := c.path(kind, names, file)
			call.Refused = true
			calls = append(calls, call)
		}
	}
	if slices.Contains(g.readers, words[0]) {
		check(leastagency.ActionRead, "read")
	}
	if slices.Contains(g.edits, words[0]) && (words[0] != "sed" || inPlace) {
		check(leastagency.ActionWrite, "edit")
	}
	return calls
}

// inside reports whether all paths are constants below the folder of work.
func (c *caller) inside(files []string) bool {
	return !slices.ContainsFunc(files, func(f string) bool { return f == "" || !c.path(leastagency.ActionRead, nil, f).Inside })
}

// arguments returns the words of a command that may be files: neither options nor a first argument
// that is a pattern or a script.
func arguments(words []string) []string {
	var out []string
	ended := false
	for _, w := range words[1:] {
		switch {
		case w == "--" && !ended:
			ended = true
		case !ended && len(w) > 1 && w[0] == '-':
		default:
			out = append(out, w)
		}
	}
	if slices.Contains([]string{"sed", "grep", "egrep", "fgrep", "rg", "awk", "jq"}, words[0]) && len(out) > 0 {
		out = out[1:]
	}
	if (words[0] == "head" || words[0] == "tail") && len(out) > 0 && strings.Trim(out[0], "0123456789+kKmM") == "" {
		out = out[1:] // of -n 5
	}
	return out
}

// criticalRemoval reports whether a command removes the disk, a folder at its top, the home folder or
// the folder of work.
func (c *caller) criticalRemoval(words []string) bool {
	if !c.grammar.shell.guardsRemoval || words[0] != "rm" && words[0] != "rmdir" {
		return false
	}
	return slices.ContainsFunc(arguments(words), func(f string) bool {
		for _, home := range []string{"~", "$HOME", "${HOME}"} {
			if rest, ok := strings.CutPrefix(f, home); ok && strings.Trim(rest, "/*.") == "" {
				return true
			}
		}
		f = strings.TrimSuffix(f, "*")
		return f == "." || f == "./" || strings.HasPrefix(f, "/") && strings.Count(strings.Trim(f, "/"), "/") == 0
	})
}
