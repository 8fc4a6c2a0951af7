package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// crewAI are the files of CrewAI: agents and tasks as YAML beside the code that joins them, crews and
// agents as JSON, and flows. Others took over the form of the agents (role, goal, backstory) and added
// keys of their own. CrewAI calls every tool that it gives an agent; where the tools are given in code,
// the file says nothing of them.
//
// Source: lib/crewai/src/crewai/{agent/core.py,task.py,mcp/config.py,project/json_loader.py,flow/flow_definition.py}
// of github.com/crewAIInc/crewAI.
func crewAI() []format {
	base := format{product: "crewai", title: "CrewAI", syntax: credential.Any}
	agents, tasks, crew, one, flow := base, base, base, base, base

	agents.match = func(p string) bool { return ends(p, ".yaml", ".yml") }
	agents.marks = []string{"backstory:", "role:"}
	agents.is = func(_ *reader, root *node.Node) bool {
		if root.Get("apiVersion") != nil || root.Get("services") != nil || root.Get("component_type") != nil {
			return false
		}
		for _, m := range root.Each() {
			if played(m.Value) {
				return true
			}
		}
		return false
	}
	agents.read = func(r *reader, root *node.Node) {
		tasks := r.open("tasks.yaml")
		for _, m := range root.Each() {
			if played(m.Value) {
				r.crewAgent(m.Key, m.At, m.Value, tasks)
			}
		}
	}

	tasks.match = agents.match
	tasks.marks = []string{"expected_output:"}
	tasks.is = func(_ *reader, root *node.Node) bool {
		for _, m := range root.Each() {
			if m.Value.Get("description").Is(node.String) && m.Value.Get("expected_output").Is(node.String) {
				return root.Get("apiVersion") == nil
			}
		}
		return false
	}
	tasks.read = func(r *reader, root *node.Node) {
		for _, m := range root.Each() {
			if m.Value.Get("description").Is(node.String) {
				l := r.catalog(m.Key, m.At)
				r.Tell(l, reading.Text(leastagency.TextPrompt, m.Value.Get("description")))
			}
		}
	}

	crew.match = func(p string) bool { return ends(p, "crew.jsonc", "crew.json") }
	crew.is = func(_ *reader, root *node.Node) bool {
		return len(root.Get("agents").List()) > 0 && len(root.Get("tasks").List()) > 0 && root.Get("tasks").Items[0].Get("expected_output") != nil
	}
	crew.read = func(r *reader, root *node.Node) {
		for _, agent := range root.Get("agents").List() {
			if name := agent.Get("name"); name.Is(node.String) {
				r.crewAgent(name.Text, name.Inner(), agent, root)
			}
		}
		l := r.catalog(root.Get("name").String().V, root.Get("agents").At)
		r.crewHooks(l, root)
		for _, task := range root.Get("tasks").List() {
			r.Tell(l, reading.Text(leastagency.TextPrompt, task.Get("description")))
		}
	}

	one.match = func(p string) bool { return ends(p, ".jsonc", ".json") && path.Base(path.Dir(p)) == "agents" }
	one.is = func(_ *reader, root *node.Node) bool { return played(root) }
	one.read = func(r *reader, root *node.Node) {
		name := strings.TrimSuffix(path.Base(r.File.Path), path.Ext(r.File.Path))
		tasks := r.open("../crew.jsonc")
		if tasks == nil {
			tasks = r.open("../crew.json")
		}
		at := root.Member("goal") // of role, goal and backstory, two are there
		if role := root.Member("role"); role != nil {
			at = role
		}
		r.crewAgent(name, at.At, root, tasks)
	}

	flow.match = func(p string) bool { return ends(p, ".yaml", ".yml") }
	flow.marks = []string{"crewai.flow/"}
	flow.is = func(_ *reader, root *node.Node) bool {
		return strings.HasPrefix(root.Get("schema").String().V, "crewai.flow/")
	}
	flow.read = (*reader).crewFlow
	return []format{flow, agents, tasks, crew, one}
}

// played reports whether a map describes an agent by its role.
func played(n *node.Node) bool {
	said := 0
	for _, key := range []string{"role", "goal", "backstory"} {
		if n.Get(key).Is(node.String) {
			said++
		}
	}
	return said >= 2
}

// foreign are keys that CrewAI does not know: the file is one of another framework in the same form,
// whose gates we do not see.
var foreign = []string{"instructions", "llm_provider", "llm_config", "require_plan_approval", "sub_agents", "response_format", "max_iterations"}

var (
	outputs = lazy.Compile(`\$\{outputs\.(\w+)`)
	blank   = lazy.Compile(`\{[A-Za-z_][\w.-]*\}`)
	crew    = mcpserver.Dialect{Included: []string{"tool_filter", "allowedTools", "allowed_tools", "tools"}, Excluded: []string{"blocked_tools"}}
)

// crewAgent reads one agent; tasks is what gives it work, and may be nil.
func (r *reader) crewAgent(name string, at leastagency.Span, n, tasks *node.Node) *leastagency.Layer {
	if nested := n.Get("settings"); nested.Is(node.Map) { // the JSON form keeps how it behaves apart
		merged := *n
		merged.Members = slices.Concat(nested.Members, n.Members)
		n = &merged
	}
	l := r.agent(name, at, leastagency.ModeBypass)
	l.NoToolList = true // what is given in code is not in the file
	for _, key := range foreign {
		if n.Get(key) != nil {
			l.Absent = leastagency.ModeUnknown
		}
	}
	if goal := n.Get("goal"); goal.Is(node.String) {
		l.Description = goal.String()
	}
	for _, key := range []string{"role", "goal", "backstory", "instructions", "system_template"} {
		r.instruct(l, n.Get(key))
		if text := reading.Text(leastagency.TextInstructions, n.Get(key)); text != nil {
			holes(l, text)
		}
	}
	r.crewModel(l, n)
	r.crewTools(l, n.Get("tools"))
	for _, app := range n.Get("apps").Strings() {
		t := r.tool(l, app.V, app.At)
		for i := range t.Effects {
			t.Effects[i].Confidence = leastagency.Inferred // an action of an app is what its name says
		}
		if t.Effects == nil {
			effects(t, leastagency.Service, "acts in the account of a person at "+strings.SplitN(app.V, "/", 2)[0], leastagency.ReadPrivate, leastagency.WriteState)
		}
	}
	r.crewServers(l, n)
	r.crewCode(l, n)
	if delegates := n.Get("allow_delegation"); leastagency.Is(delegates.Bool(), true) {
		r.kind(l, "allow_delegation", delegates.At, leastagency.ActionSpawn)
	}
	r.crewTasks(l, name, tasks)
	number(&l.Limits.Turns, first(n, "max_iter", "max_iterations"))
	number(&l.Limits.Seconds, n.Get("max_execution_time"))
	if off := n.Get("require_plan_approval"); off.Is(node.Bool) && !off.Bool().V && len(l.Servers)+len(l.Tools) > 0 {
		l.Mode = leastagency.ValueAt(leastagency.ModeBypass, off.At)
	}
	r.crewHooks(l, n)
	for _, m := range n.Get("sub_agents").Each() {
		if played(m.Value) {
			l.Delegates = append(l.Delegates, leastagency.Delegate{Name: m.Key, At: m.At})
			r.crewAgent(m.Key, m.At, m.Value, nil)
		}
	}
	return l
}

// crewModel reads where model traffic goes and with which key.
func (r *reader) crewModel(l *leastagency.Layer, n *node.Node) {
	for _, key := range []string{"llm", "function_calling_llm", "llm_provider", "llm_config"} {
		for _, block := range []*node.Node{n.Get(key), n.Get(key, "config")} {
			for _, m := range block.Each() {
				switch {
				case m.Key == "base_url" || m.Key == "api_base":
					r.Endpoint(l, leastagency.SwitchRequest, m.Key, m.Value)
				case credential.Secret(m.Key):
					r.Credential(l, m.Key, m.Value)
				}
			}
		}
	}
}

// crewTools reads tools by name: a class, a module with one, or a file of the project.
func (r *reader) crewTools(l *leastagency.Layer, list *node.Node) {
	for _, item := range list.List() {
		name := item
		if item.Is(node.Map) {
			if off := item.Get("enabled").Bool(); off.Set && !off.V {
				continue
			}
			name = first(item, "name", "python", "class", "type")
		}
		if name.Is(node.String) && name.Text != "" {
			r.tool(l, name.Text, name.Inner())
			r.secrets(l, item, "api_key", "token", "password")
		}
	}
}

// crewServers reads MCP servers: addresses with the tool behind "#", or entries as everybody writes them.
func (r *reader) crewServers(l *leastagency.Layer, n *node.Node) {
	for _, item := range n.Get("mcps").List() {
		if item.Is(node.Map) {
			name := first(item, "name", "command", "url").String().V
			s := r.server(l, name, item.At, crew, field{"command", item.Get("command")}, field{"args", item.Get("args")}, field{"env", item.Get("env")}, field{"url", item.Get("url")},
				field{"headers", item.Get("headers")}, field{"tool_filter", item.Get("tool_filter")})
			if s != nil && s.Command != nil && len(s.Command.Artifacts) > 0 && item.Get("name") == nil {
				s.Name = s.Command.Artifacts[0].Name
			}
			continue
		}
		if !item.Is(node.String) {
			continue
		}
		address, tool, one := strings.Cut(item.Text, "#")
		value := &node.Node{Kind: node.String, Text: address, At: item.At}
		s := &leastagency.Server{Name: address, At: item.Inner()}
		if strings.Contains(address, "://") {
			s = r.server(l, host(address), item.Inner(), crew, field{"url", value})
		} else {
			l.Servers = append(l.Servers, s)
		}
		if one && s != nil {
			s.Included = append(s.Included, leastagency.ValueAt(tool, item.At))
		}
	}
	for _, list := range []*node.Node{n.Get("mcp", "mcpServers"), n.Get("mcpServers")} {
		d := crew
		d.Syntax = r.Syntax
		r.Servers(l, d, list)
	}
}

// crewCode reads the code interpreter: in a container, unless the mode says otherwise.
func (r *reader) crewCode(l *leastagency.Layer, n *node.Node) {
	runs := n.Get("allow_code_execution")
	if !leastagency.Is(runs.Bool(), true) {
		return
	}
	effects(r.kind(l, "allow_code_execution", runs.At, leastagency.ActionOther), leastagency.Machine, "runs code that the model writes", leastagency.Execute)
	mode := n.Get("code_execution_mode")
	wall := runs.At
	if mode.Is(node.String) {
		wall = mode.Inner()
	}
	l.Sandbox = &leastagency.Sandbox{At: wall, Enabled: leastagency.ValueAt(!is(mode, "unsafe"), wall), OpenNetwork: leastagency.ValueAt(true, wall)}
}

// crewHooks reads code of the project that runs around an agent or a crew.
func (r *reader) crewHooks(l *leastagency.Layer, n *node.Node) {
	if leastagency.Is(n.Get("share_crew").Bool(), true) {
		r.Switch(l, leastagency.SwitchFullLog, "share_crew", n.Get("share_crew").At)
	}
}

// crewTasks reads what tasks give an agent: tools, and the words of those whose task came before. CrewAI
// hands the result of each task to the next, or those that "context" names; a result with a model class
// has a fixed form.
func (r *reader) crewTasks(l *leastagency.Layer, name string, tasks *node.Node) {
	list := tasksOf(tasks)
	by := map[string]task{}
	for i, t := range list {
		by[t.name] = t
		if t.agent != name {
			continue
		}
		r.crewTools(l, t.node.Get("tools"))
		before := []task{}
		if context := t.node.Get("context"); context.Is(node.List) {
			for _, c := range context.Strings() {
				if of, ok := by[c.V]; ok {
					before = append(before, of)
				}
			}
		} else if i > 0 {
			before = append(before, list[i-1])
		}
		for _, of := range before {
			if of.agent != name && of.agent != "" {
				typed := of.node.Get("output_pydantic") != nil || of.node.Get("output_json") != nil || of.node.Get("response_model") != nil
				l.Delegates = append(l.Delegates, leastagency.Delegate{Name: of.agent, At: t.node.Get("agent").At, Typed: typed})
			}
		}
	}
}

type task struct {
	name, agent string
	node        *node.Node
}

// tasksOf lists tasks in the order in which they run.
func tasksOf(root *node.Node) []task {
	var out []task
	if root.Get("tasks").Is(node.List) {
		for _, n := range root.Get("tasks").List() {
			out = append(out, task{n.Get("name").String().V, n.Get("agent").String().V, n})
		}
		return out
	}
	for _, m := range root.Each() {
		if m.Value.Is(node.Map) {
			out = append(out, task{m.Key, m.Value.Get("agent").String().V, m.Value})
		}
	}
	return out
}

// crewFlow reads the steps of a flow: agents and crews in full, and scripts that run in the process of
// the flow itself.
func (r *reader) crewFlow(root *node.Node) {
	flow := r.agent(root.Get("name").String().V, root.Get("schema").At, leastagency.ModeBypass)
	flow.ToolsSet = true
	number(&flow.Limits.Turns, root.Get("config", "max_method_calls"))
	for _, m := range root.Get("methods").Each() {
		r.crewStep(flow, m.Key, m.At, m.Value.Get("do"), 0)
	}
}

func (r *reader) crewStep(flow *leastagency.Layer, name string, at leastagency.Span, do *node.Node, depth int) {
	with := do.Get("with")
	switch do.Get("call").String().V {
	case "agent":
		l := r.crewAgent(name, at, with, nil)
		input := with.Get("input")
		for _, m := range outputs.Get().FindAllStringSubmatch(input.String().V, -1) {
			l.Delegates = append(l.Delegates, leastagency.Delegate{Name: m[1], At: input.At})
		}
	case "crew":
		for _, m := range with.Get("agents").Each() {
			r.crewAgent(m.Key, m.At, m.Value, with)
		}
	case "script":
		code := first(do, "code", "script")
		if !code.Is(node.String) {
			return
		}
		c := &leastagency.Command{At: code.Inner(), Text: code.Text, Inline: code.Text}
		flow.Commands = append(flow.Commands, c)
		flow.Sandbox = &leastagency.Sandbox{At: do.Get("call").Inner(), Enabled: leastagency.ValueAt(false, do.Get("call").Inner())}
		r.Secrets(flow, code.Text, code.Inner())
	case "tool":
		if tool := first(do, "tool", "name", "ref"); tool.Is(node.String) {
			r.tool(flow, tool.Text, tool.Inner())
		}
	case "each":
		if depth > 8 {
			return
		}
		for _, step := range do.Get("steps").List() {
			r.crewStep(flow, name, at, step.Get("do"), depth+1)
		}
	}
}

// holes adds the blanks of a text that are filled in when the agent runs.
func holes(l *leastagency.Layer, text *leastagency.Text) {
	for _, hole := range blank.Get().FindAllStringIndex(text.Body, 50) {
		l.Inputs = append(l.Inputs, &leastagency.Input{Kind: leastagency.InputPrompt, At: text.Span(hole[0], hole[1]), Name: text.Body[hole[0]:hole[1]]})
	}
}
