package workflow

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// commandFiles are where products keep the prompts that a line starts by name, with "*" for the name.
var commandFiles = map[string][]string{
	"claude-code": {".claude/commands/*.md", ".claude/skills/*/SKILL.md"},
	"gemini":      {".gemini/commands/*.toml"},
	"qwen":        {".qwen/commands/*.toml", ".qwen/commands/*.md"},
	"opencode":    {".opencode/command/*.md", ".opencode/commands/*.md"},
}

// callsCommand recognises a prompt that starts a command by its name.
var callsCommand = lazy.Compile(`^\s*["']?/([A-Za-z][A-Za-z0-9_:-]*)(?:\s|["']|$)`)

// called reads the commands of the tree that a prompt starts: what they order is ordered here, and what
// they may use is joined to the job later.
func (x *scene) called() {
	for _, n := range x.agent.prompts {
		text := place.TextOf(n)
		if !x.agent.shell {
			if m := callsCommand.Get().FindStringSubmatchIndex(text.Text); m != nil {
				x.call(text.Text[m[2]:m[3]], text.Part(m[2]-1, m[3]))
			}
			continue
		}
		for _, arg := range x.agent.args {
			if m := callsCommand.Get().FindStringSubmatch(arg); m != nil {
				x.call(m[1], text.Find("/"+m[1]))
			}
		}
	}
}

func (x *scene) call(name string, at leastagency.Span) {
	for _, pattern := range commandFiles[x.layer.Product] {
		f := x.sys.Open(path.Join(x.root, strings.Replace(pattern, "*", strings.ReplaceAll(name, ":", "/"), 1)))
		if f == nil {
			continue
		}
		x.layer.Calls = append(x.layer.Calls, leastagency.ValueAt(name, at))
		x.ordered(string(f.Data), f.Span, leastagency.Step{At: at, Text: "the prompt starts the command " + leastagency.Quote(name)})
		return
	}
}

// ordered reads what a text that becomes the prompt has the agent fetch. at gives the place of a part.
func (x *scene) ordered(text string, at func(start, end int) leastagency.Span, way ...leastagency.Step) {
	if start, end, ok := brings(text); ok && x.foreign(text[start:end]) {
		x.add(leastagency.InputFetched, at(start, end), text[start:end], way)
	}
	if m := orders.Get().FindStringIndex(text); m != nil {
		x.add(leastagency.InputFetched, at(m[0], m[1]), text[m[0]:m[1]], way)
	}
}
