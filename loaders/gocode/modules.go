package gocode

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// A unit is what one run of the go command reads: a module, or the modules that a go.work joins. Paths
// are relative to the root.
type unit struct {
	dir     string   // where the go command runs
	work    string   // the go.work file; empty for none
	modules []string // the folders of its modules
}

// patterns names the packages, as seen from where the go command runs.
func (u unit) patterns() []string {
	var out []string
	for _, m := range u.modules {
		out = append(out, "./"+path.Join(strings.TrimPrefix(strings.TrimPrefix(m, u.dir), "/"), "..."))
	}
	return out
}

// file is the go.mod or go.work that a reader is shown when the unit as a whole is meant.
func (u unit) file() string {
	if u.work != "" {
		return u.work
	}
	return path.Join(u.dir, "go.mod")
}

// moduleOf returns the folder of the innermost module that a path lies in; empty when there is none.
func moduleOf(file string, modules []string) string {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if slices.Contains(modules, dir) {
			return dir
		}
		if dir == "." || dir == "/" {
			return ""
		}
	}
}

// A tree is what a walk has seen of Go in a root.
type tree struct {
	modules []string // folders with a go.mod, sorted
	works   []string // go.work files
	sources []string // Go files that are built
	builds  []string // Makefiles and their like
}

// proposes reports whether a path is one of a Go module or says how it is built.
func proposes(p string) bool {
	base := path.Base(p)
	return strings.HasSuffix(base, ".go") || base == "go.mod" || base == "go.work" || slices.Contains(recipes, strings.ToLower(base))
}

func seen(paths []string) tree {
	var t tree
	for _, p := range paths {
		switch base := path.Base(p); {
		case aside(p):
		case base == "go.mod":
			t.modules = append(t.modules, path.Dir(p))
		case base == "go.work":
			t.works = append(t.works, p)
		case strings.HasSuffix(base, "_test.go"):
		case strings.HasSuffix(base, ".go"):
			t.sources = append(t.sources, p)
		default:
			t.builds = append(t.builds, p)
		}
	}
	return t
}

// aside reports whether the go command leaves a path out of "./...".
func aside(p string) bool {
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		if dir == "testdata" || dir == "vendor" || dir != "." && (strings.HasPrefix(dir, ".") || strings.HasPrefix(dir, "_")) {
			return true
		}
	}
	return false
}

// maxUnits bounds how often the go command is run.
const maxUnits = 32

// units groups the modules by the go.work files that join them. A file that names a folder outside the
// root joins nothing: what lies there is not scanned.
func (t tree) units(sys *leastagency.System) []unit {
	var out []unit
	joined := map[string]bool{}
	for _, work := range t.works {
		dir := path.Dir(work)
		var members []string
		for _, use := range directives(sys.Open(work), "use") {
			m := path.Join(dir, use[0])
			if !slices.Contains(t.modules, m) || joined[m] {
				members = nil
				break
			}
			members = append(members, m)
		}
		if len(members) == 0 {
			continue
		}
		for _, m := range members {
			joined[m] = true
		}
		out = append(out, unit{dir: dir, work: work, modules: members})
	}
	for _, m := range t.modules {
		if !joined[m] {
			out = append(out, unit{dir: m, modules: []string{m}})
		}
	}
	return out
}

// directives returns the arguments of each line with the given verb of a go.mod or go.work, in a block or
// by itself. A comment is the last argument, with its slashes.
func directives(file *leastagency.File, verb string) [][]string {
	if file == nil {
		return nil
	}
	var out [][]string
	block := false
	for line := range strings.Lines(string(file.Data)) {
		code, comment, _ := strings.Cut(line, "//")
		words := strings.Fields(code)
		switch {
		case len(words) == 0:
			continue
		case block && words[0] == ")":
			block = false
			continue
		case !block && words[0] == verb && len(words) > 1 && words[1] == "(":
			block = true
			continue
		case !block && words[0] != verb:
			continue
		case !block:
			words = words[1:]
		}
		for i := range words {
			words[i] = strings.Trim(words[i], "\"`")
		}
		if len(words) == 0 {
			continue
		}
		if comment = strings.TrimSpace(comment); comment != "" {
			words = append(words, "// "+comment)
		}
		out = append(out, words)
	}
	return out
}

// agents are the modules with which agents and MCP servers are written. A module whose name starts with
// one of them and a slash is one too.
var agents = []string{
	"charm.land/fantasy",
	"github.com/FreePeak/cortex",
	"github.com/Ingenimax/agent-sdk-go",
	"github.com/ThinkInAIXYZ/go-mcp",
	"github.com/a2aproject/a2a-go",
	"github.com/anthropics/anthropic-sdk-go",
	"github.com/charmbracelet/fantasy",
	"github.com/cloudwego/eino",
	"github.com/docker/cagent",
	"github.com/docker/docker-agent",
	"github.com/firebase/genkit",
	"github.com/github/copilot-sdk",
	"github.com/google/generative-ai-go",
	"github.com/liushuangls/go-anthropic",
	"github.com/mark3labs/mcp-go",
	"github.com/metoro-io/mcp-golang",
	"github.com/microsoft/agent-framework-go",
	"github.com/modelcontextprotocol/go-sdk",
	"github.com/nlpodyssey/openai-agents-go",
	"github.com/ollama/ollama",
	"github.com/openai/openai-go",
	"github.com/sashabaranov/go-openai",
	"github.com/strowk/foxy-contexts",
	"github.com/tmc/langchaingo",
	"google.golang.org/adk",
	"google.golang.org/genai",
	"trpc.group/trpc-go/trpc-agent-go",
}

// hosts are those of models. A program that names one may well talk to it without a library.
var hosts = []string{"api.openai.com", "api.anthropic.com", "generativelanguage.googleapis.com", "openrouter.ai/api", "api.mistral.ai", "api.groq.com",
	"api.deepseek.com", "localhost:11434", "127.0.0.1:11434"}

// words are parts of the names of files that are worth a look for one of hosts.
var words = []string{"agent", "llm", "openai", "anthropic", "claude", "gemini", "ollama", "model", "chat", "completion", "provider", "mcp"}

// maxLooked bounds how many files of a module are looked at for one of hosts.
const maxLooked = 64

// likely reports whether something says that a module holds an agent or a server: a library that it is or
// requires, a configuration that starts its code, the address of a model. It looks at few files.
func (t tree) likely(module string, sys *leastagency.System) bool {
	file := sys.Open(path.Join(module, "go.mod"))
	for _, r := range slices.Concat(directives(file, "module"), directives(file, "require")) {
		if slices.Contains(r, "// indirect") {
			continue
		}
		if slices.ContainsFunc(agents, func(a string) bool { return r[0] == a || strings.HasPrefix(r[0], a+"/") }) {
			return true
		}
	}
	started := func(s *leastagency.Server) bool {
		return s.Command != nil && slices.ContainsFunc(s.Command.Files, func(file string) bool {
			dir := path.Clean(file)
			if s.Directory.Set {
				dir = path.Join(s.Directory.V, file)
			}
			inModule := moduleOf(path.Join(dir, "x"), t.modules) == module
			return inModule && slices.ContainsFunc(t.sources, func(src string) bool {
				return src == dir || path.Dir(src) == dir || path.Base(path.Dir(src)) == path.Base(dir)
			})
		})
	}
	for _, layer := range sys.Layers {
		if slices.ContainsFunc(layer.Servers, started) {
			return true
		}
	}
	looked := 0
	for _, src := range t.sources {
		name := strings.ToLower(strings.TrimPrefix(src, module+"/"))
		if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) }) || moduleOf(src, t.modules) != module {
			continue
		}
		if looked++; looked > maxLooked {
			break
		}
		if file := sys.Open(src); file != nil && slices.ContainsFunc(hosts, func(h string) bool { return strings.Contains(string(file.Data), h) }) {
			return true
		}
	}
	return false
}
