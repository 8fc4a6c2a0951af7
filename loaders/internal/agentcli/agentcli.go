// Package agentcli knows the programs that run an agent: which command lines start one, and what their
// flags say of its mode, tools, walls, servers and limits. Whatever holds the command line, a CI job, a
// script or a container, has it read here.
package agentcli

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/container"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// A program runs an agent.
type program struct {
	name, product string
	// starts reports whether these arguments make it work, rather than print its version or log in.
	starts func(args []string) bool
	read   func(Reader, Start)
}

var programs = [...]program{
	{"claude", "claude-code", headless("-p", "--print", "--dangerously-skip-permissions", "--permission-mode", "--allowedTools", "--allowed-tools"), readClaude},
	{"codex", "codex", sub("exec", "e", "review", "cloud"), readCodex},
	{"gemini", "gemini", works, readGemini},
	{"qwen", "qwen", works, readGemini},
	{"copilot", "copilot", headless("-p", "--prompt", "--allow-all-tools", "--yolo", "--allow-all"), readCopilot},
	{"cursor-agent", "cursor", works, readCursor},
	{"agent", "cursor", cursorAgent, readCursor},
	{"opencode", "opencode", sub("run"), readOpen},
	{"goose", "goose", sub("run"), readOpen},
	{"amp", "amp", flagged, readFlag("--dangerously-allow-all")},
	{"aider", "aider", headless("--message", "-m", "--message-file", "-f", "--yes", "--yes-always"), func(Reader, Start) {}},
	{"q", "amazon-q", sub("chat"), readFlag("--trust-all-tools", "-a")},
	{"kiro-cli", "kiro", sub("chat"), readFlag("--trust-all-tools", "-a")},
	{"crush", "crush", sub("run"), readFlag("--yolo", "-y")},
	{"droid", "droid", sub("exec"), readFlag("--skip-permissions-unsafe")},
	{"auggie", "auggie", headless("--print", "-p"), func(Reader, Start) {}},
	{"cn", "continue", headless("-p", "--print"), readContinue},
}

// packages bring the programs.
var packages = [...]struct{ name, product string }{
	{"@anthropic-ai/claude-code", "claude-code"}, {"@openai/codex", "codex"}, {"@google/gemini-cli", "gemini"}, {"@qwen-code/qwen-code", "qwen"},
	{"@github/copilot", "copilot"}, {"opencode-ai", "opencode"}, {"@sourcegraph/amp", "amp"}, {"aider-chat", "aider"}, {"aider-install", "aider"},
	{"@augmentcode/auggie", "auggie"}, {"@charmland/crush", "crush"},
}

// installers are scripts that bring the programs, by their address.
var installers = [...]struct{ address, product string }{
	{"https://claude.ai/install.sh", "claude-code"}, {"https://opencode.ai/install", "opencode"}, {"https://cursor.com/install", "cursor"}, {"https://ampcode.com/install.sh", "amp"},
	{"https://gh.io/copilot-install", "copilot"}, {"https://github.com/block/goose/releases/download/stable/download_cli.sh", "goose"}, {"https://aider.chat/install.sh", "aider"},
	{"https://app.factory.ai/cli", "droid"}, {"https://cli.kiro.dev/install", "kiro"},
}

// manages are words with which the programs do something else than work.
var manages = [...]string{"--version", "-v", "-V", "--help", "-h", "version", "help", "login", "logout", "auth", "mcp", "plugin", "plugins", "config", "doctor", "update", "upgrade", "install",
	"extensions", "extension", "setup-token", "status", "ls", "models", "completion", "features", "configure", "info", "session", "stats", "whoami", "settings", "profile", "uninstall", "export"}

func works(args []string) bool {
	return len(args) == 0 || !slices.Contains(manages[:], args[0])
}

// headless reports whether one of the flags, alone or in front of its value, is there.
func headless(flags ...string) func([]string) bool {
	return func(args []string) bool {
		return works(args) && slices.ContainsFunc(args, func(a string) bool {
			name, _, _ := strings.Cut(a, "=")
			return slices.Contains(flags, name)
		})
	}
}

// flagged reports whether nothing but flags is there: what the program is to do comes in by its input or behind a flag.
func flagged(args []string) bool {
	return len(args) == 0 || strings.HasPrefix(args[0], "-") && works(args)
}

// cursorAgent tells the program of Cursor, which has an everyday name, by its flags.
func cursorAgent(args []string) bool {
	return headless("-p", "--print", "--force")(args) && headless("--force", "--model", "--output-format", "--trust", "--approve-mcps")(args)
}

func sub(words ...string) func([]string) bool {
	return func(args []string) bool {
		for _, a := range args {
			if !strings.HasPrefix(a, "-") {
				return slices.Contains(words, a)
			}
		}
		return false
	}
}

// maxStarts bounds the agents of one text.
const maxStarts = 8

// A Start is one place of a shell text that starts an agent.
type Start struct {
	Product string
	At      leastagency.Span // the program
	Call    leastagency.Invocation
	Script  place.Text // the shell text
	// Wall is that of the container in which it starts; nil for none.
	Wall    *leastagency.Sandbox
	offset  int // of the program in Script
	program *program
}

// Mentioned reports whether a text may start one of the programs: it stands there as a word, or a
// package that brings it does. Without, nothing starts.
func Mentioned(text []byte) bool {
	for i := range programs {
		switch name := programs[i].name; name {
		case "q": // which every other text has
			if bytes.Contains(text, []byte("q chat")) {
				return true
			}
		case "agent": // likewise
			if bytes.Contains(text, []byte("agent -")) {
				return true
			}
		default:
			if word(text, name) {
				return true
			}
		}
	}
	for i := range packages {
		if bytes.Contains(text, []byte(packages[i].name)) {
			return true
		}
	}
	return false
}

// word reports whether a name stands in a text as a program does: at the end of a path or alone.
func word(text []byte, name string) bool {
	for {
		i := bytes.Index(text, []byte(name))
		if i < 0 {
			return false
		}
		after := i + len(name)
		begins := i == 0 || !(letter(text[i-1]) || text[i-1] == '-' || text[i-1] == '.' || text[i-1] == '@')
		if begins && (after == len(text) || bytes.IndexByte([]byte(" \t\r\n\"'\\"), text[after]) >= 0) {
			return true
		}
		text = text[after:]
	}
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// Starts returns the places of a shell text that start an agent. Parsed is what command.Parse made of it.
func Starts(script place.Text, parsed *leastagency.Command) []Start {
	var out []Start
	var engine leastagency.Invocation // that started the last container
	for _, call := range parsed.Invocations {
		if slices.Contains(engines[:], call.Program) {
			engine = call
		}
		for i := range programs {
			p := &programs[i]
			if call.Program != p.name || !p.starts(call.Args) || len(out) >= maxStarts {
				continue
			}
			s := Start{Product: p.product, Call: call, Script: script, program: p}
			s.offset = max(s.find(), 0)
			s.At = script.Part(s.offset, s.offset+len(p.name))
			s.Wall = s.wall(engine)
			if !slices.ContainsFunc(out, func(o Start) bool { return o.At == s.At }) {
				out = append(out, s)
			}
		}
	}
	return out
}

// engines start containers. Those that enter leave it to others how it was started.
var (
	engines = [...]string{"docker", "podman", "nerdctl"}
	runs    = [...]string{"run", "create"}
	enters  = [...]string{"docker exec", "podman exec", "nerdctl exec", "docker container exec", "docker compose exec", "docker compose run", "docker-compose exec", "docker-compose run", "kubectl exec", "oc exec", "devcontainer exec"}
)

// wall returns what is known of the container in which the program starts; nil when it starts in none.
func (s *Start) wall(engine leastagency.Invocation) *leastagency.Sandbox {
	for i := len(s.Call.Wrappers) - 1; i >= 0; i-- {
		wrapper := s.Call.Wrappers[i]
		if program, rest, _ := strings.Cut(wrapper, " "); slices.Contains(engines[:], program) && slices.Contains(runs[:], strings.TrimPrefix(rest, "container ")) && engine.Program == program {
			first := slices.IndexFunc(engine.Args, func(a string) bool { return slices.Contains(runs[:], a) }) + 1
			at, values := s.Script.Find(wrapper), s.values(engine.Args[first:])
			flags, _ := container.Flags(values)
			return container.Wall(at, flags)
		}
		if slices.Contains(enters[:], wrapper) {
			return Entered(s.Script.Find(wrapper))
		}
	}
	return nil
}

// Entered is the wall of a container that somebody else starts: how, is not visible here.
func Entered(at leastagency.Span) *leastagency.Sandbox {
	s := container.Wall(at, nil)
	s.OpenNetwork = leastagency.Value[bool]{}
	return s
}

// values gives arguments their places.
func (s *Start) values(args []string) []leastagency.Value[string] {
	out := make([]leastagency.Value[string], 0, len(args))
	for _, w := range s.Script.Arguments(0, args) {
		out = append(out, leastagency.ValueAt(w.Text, s.Script.Part(w.Start, w.End)))
	}
	return out
}

// find returns where the program stands, with its first argument behind it if that can be found.
func (s *Start) find() int {
	name := s.program.name
	for _, form := range []string{name + " " + strings.Join(s.Call.Args[:min(1, len(s.Call.Args))], " "), name + " "} {
		if i := strings.Index(s.Script.Text, form); i >= 0 {
			return i
		}
	}
	return strings.Index(s.Script.Text, name)
}

// A Reader states in a layer what command lines say.
type Reader struct {
	Layer *leastagency.Layer
	Sys   *leastagency.System
	// Syntax is how values refer to others.
	Syntax credential.Syntax
}

// Read states what the flags of a command line say, and the container that it starts in. A product's own
// wall inside of a container is the nearer one.
func (r Reader) Read(s Start) {
	s.program.read(r, s)
	r.timeout(s)
	if r.Layer.Sandbox == nil {
		r.Layer.Sandbox = s.Wall
	}
}

// timed recognises the wrapper that ends a program after a while, in front of it.
var timed = lazy.Compile(`\bg?timeout((?:\s+-\S+(?:\s+\d\S*)?)*)\s+["']?(\d{1,9})([smhd]?)["']?\s[^|;&\n]*$`)

var seconds = map[string]int{"": 1, "s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}

// timeout states the time after which a wrapper of the program ends it.
func (r Reader) timeout(s Start) {
	if !slices.ContainsFunc(s.Call.Wrappers, func(w string) bool { return strings.HasSuffix(w, "timeout") }) {
		return
	}
	if m := timed.Get().FindStringSubmatchIndex(s.Script.Text[:s.offset]); m != nil {
		n, _ := strconv.Atoi(s.Script.Text[m[4]:m[5]])
		r.Layer.Limits.Seconds = leastagency.ValueAt(n*seconds[s.Script.Text[m[6]:m[7]]], s.Script.Part(m[4], m[7]))
	}
}

// Brings returns what a shell text fetches to have the program of a product, at their places: packages,
// and scripts that install it.
func Brings(script place.Text, product string, k *leastagency.Knowledge) []leastagency.Artifact {
	var out []leastagency.Artifact
	for _, i := range installers {
		if i.product == product && strings.Contains(script.Text, i.address) {
			out = append(out, leastagency.Artifact{At: script.Find(i.address), Ecosystem: "url", Name: i.address, Pin: leastagency.Unpinned})
		}
	}
	named := slices.ContainsFunc(packages[:], func(p struct{ name, product string }) bool {
		return p.product == product && strings.Contains(script.Text, p.name)
	})
	if !named {
		return out // spares nearly every text the parser
	}
	for _, a := range command.Parse(script.Text, script.At, k).Artifacts {
		for _, p := range packages {
			if p.name == a.Name && p.product == product {
				a.At = script.Find(a.Name)
				out = append(out, a)
			}
		}
	}
	return out
}
