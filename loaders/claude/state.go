package claude

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// state reads ~/.claude.json, where the client keeps servers and what was approved, for all projects and each.
func (r *reader) state() {
	root := r.StrictObject()
	servers, projects := root.Get("mcpServers"), root.Get("projects")
	if servers == nil && projects == nil && root.Get("permissions") == nil && root.Get("oauthAccount") == nil && root.Get("primaryApiKey") == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	r.servers(l, servers)
	if key := root.Get("primaryApiKey").String(); key.Set {
		if _, c := credential.Classify("primaryApiKey", key, credential.None, r.Sys.Knowledge); c != nil {
			l.Credentials = append(l.Credentials, c)
		}
	}
	for _, m := range projects.Each() {
		p := m.Value
		if !p.Is(node.Map) {
			continue
		}
		r.servers(l, p.Get("mcpServers"))
		l.Rules = append(l.Rules, r.rules(l, p.Get("allowedTools"), leastagency.Allow, listSettings)...)
		if trusted := p.Get("hasTrustDialogAccepted"); leastagency.Is(trusted.Bool(), true) {
			l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchTrustsSelf, Name: "hasTrustDialogAccepted", At: trusted.At})
		}
		for _, name := range p.Get("enabledMcpjsonServers").Strings() {
			l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchEnablesServer, Name: "enabledMcpjsonServers", At: name.At, Target: name.V})
		}
	}
}

// launch reads .claude/launch.json: programs that the client starts to show the application.
func (r *reader) launch() {
	root := r.StrictObject()
	configurations := root.Get("configurations").List()
	if len(configurations) == 0 {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	for _, c := range configurations {
		program := c.Get("runtimeExecutable").String()
		args := c.Get("runtimeArgs").Strings()
		if !program.Set {
			program, args = c.Get("program").String(), c.Get("args").Strings()
		}
		if program.Set {
			l.Commands = append(l.Commands, command.Exec(append([]leastagency.Value[string]{program}, args...), program.At, r.Sys.Knowledge))
		} else {
			r.run(l, c.Get("command"))
		}
	}
}
