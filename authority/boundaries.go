package authority

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// boundaries lists what stops or checks each agent, and classes every control by the probes of the
// hard/soft test. A control is hard when it fails none, soft when it fails one.
//
//	P1 the model ignores its instructions      P6 the same effect is reachable another way
//	P2 the attacker writes the model's output  P7 the credential is copied out
//	P3 the person clicks yes every time        P8 the tool changes after approval
//	P4 nobody is there                         P9 the call is made by a sub-agent
//	P5 the agent can write the control         P10 the attacker repeats it a million times
func boundaries(sys *leastagency.System, _ *leastagency.Policy) {
	for _, a := range sys.Agents {
		c := controls{agent: a}
		c.rules()
		c.hooks()
		c.sandbox()
		c.mode()
		c.prose()
		for _, b := range c.out {
			b.Hardness = leastagency.Hard
			if len(b.Fails) > 0 {
				b.Hardness = leastagency.Soft
			}
		}
		a.Boundaries = c.out
	}
}

type controls struct {
	agent *leastagency.Agent
	out   []*leastagency.Boundary
}

func (c *controls) add(b *leastagency.Boundary) *leastagency.Boundary {
	c.out = append(c.out, b)
	return b
}

func fail(b *leastagency.Boundary, probe leastagency.Probe, at leastagency.Span, format string, args ...any) {
	f := leastagency.Failure{Probe: probe, Why: fmt.Sprintf(format, args...), At: at}
	if !slices.Contains(b.Fails, f) {
		b.Fails = append(b.Fails, f)
	}
}

// rules turns deny and ask rules into boundaries; a deny is hard unless another grant has the same effect.
func (c *controls) rules() {
	for _, r := range c.agent.Rules {
		switch r.Decision {
		case leastagency.Deny:
			b := c.add(&leastagency.Boundary{Kind: leastagency.BoundaryDeny, At: r.At, Text: "deny " + leastagency.Quote(r.Text), Covers: capabilities(r), Action: r.Action, Rule: r})
			if r.Action.Whole() {
				b.Kind = leastagency.BoundaryAbsence
			}
			for _, g := range c.agent.Grants {
				if why := bypass(c.agent, r, g); why != "" {
					fail(b, 6, g.Evidence[0].At, "%s", why)
				}
			}
		case leastagency.Ask:
			b := c.add(&leastagency.Boundary{Kind: leastagency.BoundaryApproval, At: r.At, Text: "ask before " + leastagency.Quote(r.Text), Covers: capabilities(r), Action: r.Action, Rule: r})
			fail(b, 3, r.At, "a person who clicks yes every time lets it through")
		}
	}
}

// capabilities returns what a rule speaks of; for rules without effects of their own, what the tool can do.
func capabilities(r *leastagency.Rule) []leastagency.Capability {
	var out []leastagency.Capability
	for _, e := range r.Effects {
		if !slices.Contains(out, e.Capability) {
			out = append(out, e.Capability)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, tool := range builtin {
		if tool.kind == r.Action.Kind {
			return slices.Clone(tool.can)
		}
	}
	return nil
}

// listers are programs that say little of what stands in a file. stoppedReaders are those whose file
// arguments Claude Code checks against Read denials, or which it treats as reads of its own. Neither is a way round.
var (
	listers        = []string{"ls", "find", "wc", "tree", "stat", "file", "du", "pwd", "which", "echo", "test"}
	stoppedReaders = []string{"cat", "head", "tail", "sed", "grep", "egrep", "fgrep"}
)

// bypass says how grant g, which nobody is asked for, has the effect that deny rule r is there to
// stop; empty when it has not.
func bypass(a *leastagency.Agent, r *leastagency.Rule, g *leastagency.Grant) string {
	if g.Decision != leastagency.Allow || g.Implied || g.Rule == r {
		return ""
	}
	anyCode := g.Capability == leastagency.Execute && !g.Contained
	if g.Rule == nil {
		narrow := r.Action.Pattern != "" || r.Action.Kind == leastagency.ActionWrite // files are written in many ways, a whole shell is none
		if !g.Default || !anyCode || a.Mode.V != leastagency.ModeBypass || !narrow || unreadable(a.Sandbox) {
			return ""
		}
		if !a.Mode.Set {
			return "without a rule for commands the product runs all of them unasked, and many have the same effect"
		}
		return "the mode runs every other command unasked, and many have the same effect"
	}
	name := leastagency.Quote(g.Rule.Text)
	switch r.Action.Kind {
	case leastagency.ActionRead:
		if unreadable(a.Sandbox) {
			return "" // the sandbox takes the denied reads away from commands as well
		}
		if anyCode {
			return fmt.Sprintf("%s runs code that reads the same files in a process of its own", name)
		}
		if g.Route == leastagency.RouteShell && g.Capability == leastagency.ReadPrivate && g.Reach.Breadth != leastagency.Service && g.Rule.Action.Open && reader(a, g.Rule) {
			return fmt.Sprintf("%s reads the same files: the client does not check this program's arguments", name)
		}
		if g.Route == leastagency.RouteServer && g.Server != nil && g.Capability == leastagency.ReadPrivate && g.Server.Known != nil && g.Server.Known.ID == "filesystem" {
			return fmt.Sprintf("server %s reads the same files through %s", leastagency.Quote(g.Server.Name), name)
		}
	case leastagency.ActionShell:
		if r.Action.Pattern == "" {
			if g.Route == leastagency.RouteServer && g.Capability == leastagency.Execute {
				return fmt.Sprintf("%s runs commands through a server", name)
			}
			return ""
		}
		if anyCode && g.Route == leastagency.RouteShell && !covers(r.Action, g.Rule.Action) {
			return fmt.Sprintf("%s runs any code, the denied command included", name)
		}
	case leastagency.ActionWrite:
		if anyCode {
			return fmt.Sprintf("%s runs code that writes the same files", name)
		}
	case leastagency.ActionFetch:
		if anyCode {
			return fmt.Sprintf("%s runs code that makes the same request", name)
		}
		if g.Route == leastagency.RouteShell && g.Capability == leastagency.Send && g.Rule.Action.Open && fetcher(g.Rule) {
			return fmt.Sprintf("%s requests the same URL from the shell", name)
		}
	}
	return ""
}

func unreadable(s *leastagency.Sandbox) bool {
	return s != nil && leastagency.Is(s.Enabled, true) && leastagency.Is(s.Retry, false) && len(s.Excluded) == 0
}

// reader reports whether the rule's program reads any file and is not one that the client checks.
func reader(a *leastagency.Agent, r *leastagency.Rule) bool {
	return r.Action.Command != nil && slices.ContainsFunc(r.Action.Command.Invocations, func(i leastagency.Invocation) bool {
		return i.Program != "" && !slices.Contains(listers, i.Program) && !(a.Product == "claude-code" && slices.Contains(stoppedReaders, i.Program))
	})
}

func fetcher(r *leastagency.Rule) bool {
	return r.Action.Command != nil && slices.ContainsFunc(r.Action.Command.Invocations, func(i leastagency.Invocation) bool {
		return i.Program == "curl" || i.Program == "wget"
	})
}

// hooks classes guard hooks: hard only when blocking, failing closed, matching every route to the
// effect, deterministic, and not writable by the agent.
func (c *controls) hooks() {
	for _, h := range c.agent.Hooks {
		if !h.Guard || h.UnknownEvent {
			continue
		}
		b := c.add(&leastagency.Boundary{Kind: leastagency.BoundaryHook, At: h.At, Text: "guard hook on " + h.Event.V, Hook: h})
		for _, tool := range builtin {
			if h.All || slices.Contains(h.Matches, tool.kind) {
				b.Covers = append(b.Covers, tool.can...)
			}
		}
		switch {
		case h.Kind == leastagency.HookModel:
			fail(b, 2, h.At, "a model judges: whoever writes the model's input writes its verdict")
		case !h.Blocking:
			fail(b, 2, h.At, "event %s cannot block", leastagency.Quote(h.Event.V))
		case h.Async:
			fail(b, 2, h.At, "the client does not wait for it")
		case h.FailsOpen != "":
			fail(b, 2, h.At, "%s", h.FailsOpen)
		}
		if !h.All && slices.Contains(h.Matches, leastagency.ActionWrite) && !slices.Contains(h.Matches, leastagency.ActionShell) {
			if g := c.uncontained(leastagency.Execute, leastagency.WriteFiles); g != nil {
				fail(b, 6, g.Evidence[0].At, "a command writes the same files, and the matcher %s does not see commands", leastagency.Quote(h.Matcher.V))
			}
		}
		if g := c.writer(h); g != nil {
			fail(b, 5, g.Evidence[0].At, "%s can change the script that guards it", leastagency.Quote(g.Rule.Text))
		}
	}
}

// uncontained returns a grant by shell of one of the capabilities that nobody is asked for.
func (c *controls) uncontained(any ...leastagency.Capability) *leastagency.Grant {
	for _, g := range c.agent.Grants {
		if slices.Contains(any, g.Capability) && g.Decision == leastagency.Allow && g.Route == leastagency.RouteShell && !g.Contained && !g.Default && g.Rule != nil {
			return g
		}
	}
	return nil
}

// writer returns a grant that lets the agent change the hook's script without asking. The client
// protects its own folder from its edit tools, but not from commands.
func (c *controls) writer(h *leastagency.Hook) *leastagency.Grant {
	if h.Script == nil {
		return nil
	}
	protected := strings.Contains("/"+h.Script.Path, "/.claude/")
	for _, g := range c.agent.Grants {
		if rewrites(c.agent, g, h.Script.Path) && !(protected && g.Capability == leastagency.WriteFiles) {
			return g
		}
	}
	return nil
}

func relative(file, root string) (string, bool) {
	if root == "." {
		return file, true
	}
	return strings.CutPrefix(file, path.Clean(root)+"/")
}

// sandbox classes the wall around commands.
func (c *controls) sandbox() {
	s := c.agent.Sandbox
	if s == nil || !leastagency.Is(s.Enabled, true) {
		return
	}
	b := c.add(&leastagency.Boundary{Kind: leastagency.BoundarySandbox, At: s.Enabled.At, Text: "sandbox around commands",
		Covers: []leastagency.Capability{leastagency.WriteFiles, leastagency.Execute}})
	if s.HostsSet {
		b.Covers = append(b.Covers, leastagency.Send)
	}
	if len(s.Unreadable) > 0 {
		b.Covers = append(b.Covers, leastagency.ReadSecret)
	}
	if !leastagency.Is(s.FailClosed, true) {
		fail(b, 2, s.Enabled.At, "where the sandbox cannot be built, commands run without it")
	}
	if !leastagency.Is(s.Retry, false) {
		at := s.Enabled.At
		if s.Retry.Set {
			at = s.Retry.At
		}
		fail(b, 3, at, "the model may ask to run a command outside")
	}
	for _, r := range s.Excluded {
		if r.Action.Open || r.Action.Whole() {
			fail(b, 6, r.At, "%s runs outside", leastagency.Quote(r.Text))
		}
	}
	for _, w := range s.Weakened {
		fail(b, 6, w.At, "%s takes a part of the wall away", leastagency.Quote(w.V))
	}
	for _, w := range s.Sockets {
		fail(b, 6, w.At, "socket %s leads outside", leastagency.Quote(w.V))
	}
}

// mode adds the approval or classifier that the mode stands for.
func (c *controls) mode() {
	m := c.agent.Mode
	if !m.Set || c.agent.Kind != leastagency.KindSession {
		return
	}
	switch m.V {
	case leastagency.ModeClassifier:
		b := c.add(&leastagency.Boundary{Kind: leastagency.BoundaryClassifier, At: m.At, Text: "a model decides what needs asking", Covers: catastrophic})
		fail(b, 2, m.At, "whoever writes the model's input writes its verdict")
	case leastagency.ModeAsk, leastagency.ModeAcceptEdits:
		b := c.add(&leastagency.Boundary{Kind: leastagency.BoundaryApproval, At: m.At, Text: "a person is asked for what no rule decides", Covers: catastrophic})
		fail(b, 3, m.At, "a person who clicks yes every time lets it through")
	case leastagency.ModeDenyRest:
		c.add(&leastagency.Boundary{Kind: leastagency.BoundaryAbsence, At: m.At, Text: "what no rule allows is denied", Covers: catastrophic})
	}
}

// catastrophic are the capabilities whose misuse cannot be taken back.
var catastrophic = []leastagency.Capability{leastagency.Destroy, leastagency.Execute, leastagency.ReadSecret, leastagency.Configure, leastagency.Decide, leastagency.Pay, leastagency.WriteState}

// prose adds what instructions forbid or restrain. It never holds: the model may ignore it.
func (c *controls) prose() {
	for _, layer := range c.agent.Layers {
		for _, text := range layer.Texts {
			if text.Kind == leastagency.TextDescription {
				continue
			}
			for _, st := range text.Statements {
				if st.Polarity != leastagency.Forbids && st.Polarity != leastagency.Restrains || st.Capability == leastagency.CapabilityUnknown {
					continue
				}
				b := c.add(&leastagency.Boundary{Kind: leastagency.BoundaryPrompt, At: st.At, Text: st.Text, Covers: []leastagency.Capability{st.Capability}})
				fail(b, 1, st.At, "a model that ignores its instructions does it all the same")
			}
		}
	}
}
