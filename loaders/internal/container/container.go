// Package container reads what is said of the container that something runs in. The options of an
// engine's command line are its language: Compose files and devcontainers are put into it, so that one
// table says what takes a wall away.
package container

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// A Flag is one option of "docker run". One without a name stands for options that we do not see.
type Flag struct {
	Name, Value string
	At          leastagency.Span
	// As is how the file writes it, where that is another format's.
	As string
}

// says is how a message names the flag.
func (f Flag) says() string {
	switch {
	case f.As != "":
		return f.As
	case f.Value == "":
		return f.Name
	}
	return f.Name + "=" + f.Value
}

// alone are the options of "docker run" and its relatives that take no value.
var alone = [...]string{"-d", "--detach", "-i", "--interactive", "-t", "--tty", "--init", "--privileged", "--read-only", "--rm", "-P", "--publish-all", "-q", "--quiet", "--no-healthcheck", "--oom-kill-disable",
	"--sig-proxy", "--disable-content-trust", "--use-api-socket", "--replace", "--rmi", "--no-hosts", "--no-hostname", "--env-host", "--http-proxy", "--passwd", "--tls-verify", "--help"}

// Flags splits the arguments of "docker run" into its options and what stands behind them, the image first.
func Flags(args []leastagency.Value[string]) (flags []Flag, rest []leastagency.Value[string]) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a.V == "--":
			return flags, args[i+1:]
		case a.V == "":
			continue // made by a substitution
		case strings.HasPrefix(a.V, "${") && strings.HasSuffix(a.V, "}") && i+1 < len(args) && strings.HasPrefix(args[i+1].V, "-"):
			flags = append(flags, Flag{At: a.At, Value: a.V}) // options that others fill in
			continue
		}
		if len(a.V) < 2 || a.V[0] != '-' {
			return flags, args[i:]
		}
		name, value, joined := strings.Cut(a.V, "=")
		switch short := !strings.HasPrefix(a.V, "--"); {
		case short && len(a.V) > 2: // -it, or -v/a:/b
			if letters := strings.Trim(a.V[1:], "ditPq"); letters == "" {
				continue
			}
			name, value, joined = a.V[:2], strings.TrimPrefix(a.V[2:], "="), true
			if rest := strings.TrimLeft(a.V[1:], "ditPq"); len(rest) == 1 { // -itv, with its value behind
				name, joined = "-"+rest, false
			}
		case short && joined:
			joined = false
		}
		f := Flag{Name: name, Value: value, At: a.At}
		if !joined && !slices.Contains(alone[:], name) && i+1 < len(args) {
			i++
			f.Value = args[i].V
			if f.At.File == args[i].At.File && args[i].At.Start >= f.At.End {
				f.At = f.At.File.Span(f.At.Start, args[i].At.End)
			}
		}
		flags = append(flags, f)
	}
	return flags, nil
}

// Wall is the wall of a container that its flags leave. All of what it runs is inside, and without a
// word about its network it reaches every host.
func Wall(at leastagency.Span, flags []Flag) *leastagency.Sandbox {
	yes := func(v bool) leastagency.Value[bool] { return leastagency.ValueAt(v, at) }
	s := &leastagency.Sandbox{At: at, Enabled: yes(true), Whole: yes(true), FailClosed: yes(true), Retry: yes(false), AutoAllow: yes(false), OpenNetwork: yes(true)}
	Into(s, flags)
	return s
}

// Into adds to a wall what flags take away from it, and what they let it see.
func Into(s *leastagency.Sandbox, flags []Flag) {
	for _, f := range flags {
		switch f.Name {
		case "-v", "--volume":
			if source, bind := volume(f.Value); bind && strings.ContainsAny(source, `/\.~$%`) {
				see(s, source, f.At)
			}
		case "--mount":
			fields := map[string]string{}
			for field := range strings.SplitSeq(f.Value, ",") {
				name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
				fields[name] = value
			}
			if source := fields["source"] + fields["src"]; fields["type"] == "bind" || fields["type"] == "" && strings.ContainsAny(source, "/~$") {
				see(s, source, f.At)
			}
		case "--use-api-socket":
			see(s, "/var/run/docker.sock", f.At)
		case "--network", "--net":
			network(s, f)
		case "": // whichever they are
			s.OpenNetwork = leastagency.Value[bool]{}
		case "--cap-add":
			if name := strings.TrimPrefix(strings.ToUpper(f.Value), "CAP_"); name == "NET_ADMIN" {
				s.OpenNetwork = leastagency.Value[bool]{} // for a firewall inside, most likely
			}
		}
		if weakens(f) && !slices.ContainsFunc(s.Weakened, func(w leastagency.Value[string]) bool { return w.V == f.says() }) {
			s.Weakened = append(s.Weakened, leastagency.ValueAt(f.says(), f.At))
		}
	}
}

func see(s *leastagency.Sandbox, source string, at leastagency.Span) {
	if source != "" && !slices.ContainsFunc(s.Mounts, func(m leastagency.Value[string]) bool { return m.V == source }) {
		s.Mounts = append(s.Mounts, leastagency.ValueAt(source, at))
	}
}

// network reads which network the container is on. Of one with a name only who made it knows where it leads.
func network(s *leastagency.Sandbox, f Flag) {
	switch f.Value {
	case "none":
		s.OpenNetwork = leastagency.ValueAt(false, f.At)
	case "host", "", "bridge", "default":
	default:
		s.OpenNetwork = leastagency.Value[bool]{}
	}
}

// weakens reports whether a flag lets what runs inside out of its container.
func weakens(f Flag) bool {
	switch f.Name {
	case "--privileged":
		return f.Value != "false"
	case "--network", "--net", "--pid", "--ipc", "--userns", "--uts", "--cgroupns":
		return f.Value == "host"
	case "--cap-add":
		return Strong(f.Value)
	case "--security-opt":
		return strings.TrimPrefix(strings.Replace(f.Value, ":", "=", 1), "seccomp=") == "unconfined" || strings.Replace(f.Value, ":", "=", 1) == "apparmor=unconfined"
	}
	return false
}

// Strong reports whether a capability of the kernel lets a process out of its container. Those for
// debuggers and firewalls do not.
func Strong(capability string) bool {
	switch strings.TrimPrefix(strings.ToUpper(capability), "CAP_") {
	case "ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH":
		return true
	}
	return false
}

// volume returns the place of the host that a volume shows; bind is false for one without.
func volume(v string) (source string, bind bool) {
	v = driveless(v)
	if end := strings.IndexByte(v, '}'); strings.HasPrefix(v, "${") && end > 0 {
		rest, _, bind := strings.Cut(v[end+1:], ":")
		if _, fallback, ok := strings.Cut(v[2:end], ":-"); ok { // where nobody says otherwise
			return fallback + rest, bind
		}
		return v[:end+1] + rest, bind
	}
	source, _, bind = strings.Cut(v, ":")
	return source, bind
}

// driveless takes the letter off a Windows path, whose colon would end the source too early.
func driveless(v string) string {
	if len(v) > 2 && v[0]|0x20 >= 'a' && v[0]|0x20 <= 'z' && v[1] == ':' && (v[2] == '\\' || v[2] == '/') {
		return v[2:]
	}
	return v
}
