package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// compose are Compose files of which a service runs an agent or an MCP server. Other services are not
// ours: a database beside an agent is judged by nobody here.
func compose() format {
	return format{
		product: "compose", title: "Docker Compose", syntax: credential.Dollar,
		match: func(p string) bool {
			base := path.Base(p)
			return ends(base, ".yaml", ".yml") && strings.Contains(base, "compose")
		},
		marks: []string{"services:"},
		is: func(r *reader, root *node.Node) bool {
			return slices.ContainsFunc(root.Get("services").Each(), func(m node.Member) bool { return r.role(m) != plainService || len(r.starts(m.Value)) > 0 })
		},
		read: (*reader).composeFile,
	}
}

// A role is what a service of a compose file is to an agent.
type role uint8

const (
	plainService role = iota
	agentService
	serverService
)

var (
	mcpWord   = lazy.Compile(`(?i)(^|[^a-z0-9])mcp([^a-z0-9]|$)`)
	agentWord = lazy.Compile(`(?i)(^|[^a-z])(agents?|cagent|docker-agent|claude-code|claude|codex|opencode|goose|crewai|langgraph|openhands|aider|openclaw|clawdbot|autogen)([^a-z]|$)`)
	modelKeys = []string{"ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "MISTRAL_API_KEY", "GROQ_API_KEY", "OPENROUTER_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "DEEPSEEK_API_KEY", "AZURE_OPENAI_API_KEY", "OPENAI_BASE_URL", "MODEL_RUNNER_URL"}
	// harmless are images of which the name alone says too much: observers and stores of agents.
	harmless = lazy.Compile(`(?i)(postgres|redis|mysql|mongo|qdrant|chroma|milvus|weaviate|neo4j|elastic|grafana|prometheus|jaeger|otel|datadog|newrelic|telegraf|fluent|vector|nginx|traefik|ollama|vllm|litellm|phoenix|langfuse|inspector|node-exporter|minio|rabbitmq|kafka)`)
)

// role tells by its image, program, name and variables what a service is. A name alone says nothing of
// an agent: monitoring has agents too, so a model must be there as well.
func (r *reader) role(m node.Member) role {
	s := m.Value
	if !s.Is(node.Map) {
		return plainService
	}
	image, starts := s.Get("image").String().V, line(s.Get("entrypoint"))+" "+line(s.Get("command"))
	if harmless.MatchString(image) {
		return plainService
	}
	if mcpWord.MatchString(image) || mcpWord.MatchString(starts) || image == "" && mcpWord.MatchString(m.Key) {
		return serverService
	}
	thinks := s.Get("models") != nil
	for _, v := range pairs(s.Get("environment")) {
		if slices.Contains(modelKeys, v.Key) || strings.HasPrefix(v.Key, "MCP_") && strings.Contains(v.Key, "URL") {
			thinks = true
		}
	}
	if named := image + " " + starts + " " + m.Key; thinks && agentWord.MatchString(named) || agentImage.MatchString(image) {
		return agentService
	}
	return plainService
}

// agentImage are images that are agents whatever stands beside them.
var agentImage = lazy.Compile(`(?i)(^|/)(docker-agent|cagent|claude-code|codex|opencode|goose|openhands|openclaw|aider)([:@]|$)`)

func line(n *node.Node) string {
	if n.Is(node.String) {
		return n.Text
	}
	var words []string
	for _, v := range n.Strings() {
		words = append(words, v.V)
	}
	return strings.Join(words, " ")
}

func (r *reader) composeFile(root *node.Node) {
	services := root.Get("services")
	var servers []string
	for _, m := range services.Each() {
		if r.role(m) == serverService {
			servers = append(servers, m.Key)
		}
	}
	for _, m := range services.Each() {
		s := m.Value
		if starts := r.starts(s); len(starts) > 0 {
			r.started(m, starts, root.Get("networks"), servers)
			continue
		}
		switch r.role(m) {
		case serverService:
			l := r.catalog(m.Key, m.At)
			c := r.service(s)
			server := r.serve(l, m.Key, m.At, c, pairs(s.Get("environment")))
			r.gateway(l, server)
		case agentService:
			l := r.agent(m.Key, m.At, leastagency.ModeUnknown)
			l.NoToolList = true
			c := r.service(s)
			r.wall(l, c)
			if cmd := c.command(r.Sys.Knowledge); cmd != nil {
				l.Commands = append(l.Commands, cmd)
			}
			r.surroundings(l, s, servers)
		}
	}
}

// surroundings reads the variables that an agent's service has, and the servers that it reaches.
func (r *reader) surroundings(l *leastagency.Layer, s *node.Node, servers []string) {
	for _, v := range pairs(s.Get("environment")) {
		r.Variable(l, v.Key, v.Value)
	}
	for _, file := range s.Get("env_file").Strings() {
		l.Credentials = append(l.Credentials, &leastagency.Credential{Name: "env_file", At: file.At, Source: leastagency.SourceReference, Reference: file.V, Kind: "file of variables"})
	}
	r.reached(l, s, servers)
}

// service reads a service in the words of an engine's command line.
func (r *reader) service(s *node.Node) *launch {
	c := &launch{image: s.Get("image").String()}
	if strings.Contains(c.image.V, "${") { // which image it is decides who starts it
		c.image = leastagency.Value[string]{}
	}
	if v := s.Get("privileged"); leastagency.Is(v.Bool(), true) {
		c.flag(v.At, "--privileged")
	}
	for _, cap := range s.Get("cap_add").Strings() {
		c.flag(cap.At, "--cap-add="+cap.V)
	}
	for _, opt := range s.Get("security_opt").Strings() {
		c.flag(opt.At, "--security-opt="+strings.Replace(opt.V, ":", "=", 1))
	}
	for key, flag := range map[string]string{"pid": "--pid=", "ipc": "--ipc=", "userns_mode": "--userns="} {
		if v := s.Get(key).String(); v.V == "host" {
			c.flag(v.At, flag+"host")
		}
	}
	if v := s.Get("network_mode").String(); v.V == "host" || v.V == "none" {
		c.flag(v.At, "--network="+v.V)
	}
	if user := s.Get("user").Scalar(); user.Set {
		c.flag(user.At, "-u", user.V)
	}
	if v := s.Member("use_api_socket"); v != nil && leastagency.Is(v.Value.Bool(), true) {
		c.flag(v.At, "-v", "/var/run/docker.sock:/var/run/docker.sock")
	}
	for _, v := range s.Get("volumes").List() {
		if v.Is(node.String) {
			if source, _, bind := strings.Cut(v.Text, ":"); bind && strings.ContainsAny(source, "/.~$") {
				c.flag(v.At, "-v", v.Text)
			}
		} else if source := v.Get("source"); source.Is(node.String) && is(v.Get("type"), "bind") {
			c.flag(source.At, "-v", source.Text+":"+v.Get("target").String().V)
		}
	}
	for _, p := range s.Get("ports").Strings() {
		c.flag(p.At, "-p", p.V)
	}
	for _, file := range s.Get("env_file").Strings() {
		c.flag(file.At, "--env-file", file.V)
	}
	if !is(s.Get("entrypoint"), "") {
		c.add(s.Get("entrypoint"))
	}
	c.add(s.Get("command"))
	return c
}

// gateway adds the servers of Docker's catalog that its gateway is told to start.
func (r *reader) gateway(l *leastagency.Layer, s *leastagency.Server) {
	var tools []leastagency.Value[string]
	list := func(arg leastagency.Value[string], flag string) (out []leastagency.Value[string]) {
		names, ok := strings.CutPrefix(arg.V, flag+"=")
		for name := range strings.SplitSeq(names, ",") {
			if name = strings.TrimSpace(name); ok && name != "" {
				out = append(out, leastagency.ValueAt(name, credential.Within(arg.At, name)))
			}
		}
		return out
	}
	if s.Command == nil || !slices.ContainsFunc(s.Command.Artifacts, func(a leastagency.Artifact) bool { return strings.HasSuffix(a.Name, "mcp-gateway") }) {
		return
	}
	for _, arg := range s.Args {
		tools = append(tools, list(arg, "--tools")...)
	}
	for _, arg := range s.Args {
		for _, name := range list(arg, "--servers") {
			l.Servers = append(l.Servers, &leastagency.Server{Name: name.V, At: name.At, Transport: leastagency.Stdio, Included: tools,
				Command: &leastagency.Command{At: name.At, Text: name.V, Artifacts: []leastagency.Artifact{{At: name.At, Ecosystem: "image", Name: "mcp/" + name.V}}}})
		}
	}
}

// reached names the MCP servers of the file that an agent is told to use.
func (r *reader) reached(l *leastagency.Layer, s *node.Node, servers []string) {
	add := func(name string, at leastagency.Span) {
		if slices.Contains(servers, name) && !slices.ContainsFunc(l.Servers, func(s *leastagency.Server) bool { return s.Name == name }) {
			l.Servers = append(l.Servers, &leastagency.Server{Name: name, At: at, Reference: true})
		}
	}
	for _, v := range pairs(s.Get("environment")) {
		if _, rest, ok := strings.Cut(v.Value.Text, "://"); ok {
			add(rest[:strings.IndexAny(rest+"/", ":/")], v.Value.At)
		}
	}
	depends := s.Get("depends_on")
	for _, v := range depends.Strings() {
		add(v.V, v.At)
	}
	for _, m := range depends.Each() {
		add(m.Key, m.At)
	}
}
