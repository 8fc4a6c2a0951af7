package agentcli

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// CodexWall states what Codex puts around commands: writes in the workspace, and no network, without a way to ask out.
func (r Reader) CodexWall(mode string, at leastagency.Span) {
	yes := func(v bool) leastagency.Value[bool] { return leastagency.ValueAt(v, at) }
	switch mode {
	case "danger-full-access":
		r.Layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, at)
		r.Layer.Sandbox = nil
		return
	case "read-only", ":read-only":
		r.Layer.Mode = leastagency.ValueAt(leastagency.ModePlan, at)
	default:
		r.Layer.Mode = leastagency.ValueAt(leastagency.ModeContained, at)
	}
	r.Layer.Sandbox = &leastagency.Sandbox{At: at, Enabled: yes(true), FailClosed: yes(true), Retry: yes(false), AutoAllow: yes(true)}
}

// Codex reads the command line of Codex.
func (r Reader) Codex(list []Flag) {
	for _, f := range list {
		switch f.Name {
		case "--dangerously-bypass-approvals-and-sandbox", "--yolo":
			r.CodexWall("danger-full-access", f.At)
		case "-s", "--sandbox":
			r.CodexWall(f.Value, f.ValueAt)
		case "--full-auto":
			r.CodexWall("workspace-write", f.At)
		case "-c", "--config":
			key, value, _ := strings.Cut(f.Value, "=")
			value = strings.Trim(value, `"'`)
			switch {
			case key == "sandbox_mode":
				r.CodexWall(value, f.ValueAt)
			case key == "sandbox_workspace_write.network_access" && value == "true" && r.Layer.Sandbox != nil:
				r.Layer.Sandbox.OpenNetwork = leastagency.ValueAt(true, f.ValueAt)
			}
		}
	}
}

// readCodex reads the program, whose runs without a person only read where nothing else is said.
func readCodex(r Reader, s Start) {
	r.CodexWall("read-only", r.Layer.At)
	r.Codex(s.flags())
}
