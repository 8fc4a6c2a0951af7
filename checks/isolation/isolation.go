// Package isolation judges the walls around what agents run.
package isolation

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// sockets through which a container engine is driven: whoever reaches one is root on the host.
var sockets = []string{"docker.sock", "podman.sock", "containerd.sock"}

// hosts are folders that hold all of a machine or of a person.
var hosts = []string{"", "~", "$HOME", "${HOME}", "${env:HOME}", "${userHome}", "%USERPROFILE%", "/root", "/home", "/Users", "/etc", "/var", "C:", "c:"}

// wide says what a host path holds when it is too much; else empty.
func wide(path string) string {
	path = strings.TrimRight(strings.ReplaceAll(path, `\`, "/"), "/")
	for _, s := range sockets {
		if strings.HasSuffix(path, s) {
			return "the socket of the container engine"
		}
	}
	if slices.Contains(hosts, path) {
		if path == "" || strings.HasSuffix(path, ":") {
			return "the whole disk"
		}
		if path == "/etc" || path == "/var" {
			return "the system's folders"
		}
		return "a home folder with its credentials"
	}
	for _, prefix := range []string{"/home/", "/Users/", "C:/Users/", "c:/Users/"} {
		if rest, ok := strings.CutPrefix(path, prefix); ok && !strings.Contains(rest, "/") {
			return "a home folder with its credentials"
		}
	}
	for _, store := range []string{"/.ssh", "/.aws", "/.gnupg", "/.kube", "/.config/gcloud", "/.azure"} {
		if strings.HasSuffix(path, store) {
			return "a folder of credentials"
		}
	}
	return ""
}

// engines are the programs that start containers.
var engines = []string{"docker", "podman", "nerdctl"}

// containers returns the invocations that run a container.
func containers(c *leastagency.Command) []leastagency.Invocation {
	var out []leastagency.Invocation
	if c == nil {
		return nil
	}
	for _, call := range c.Invocations {
		if slices.Contains(engines, call.Program) && slices.Contains(call.Args, "run") {
			out = append(out, call)
		}
	}
	return out
}

// flagValues returns the values of a flag, written "--flag value" or "--flag=value".
func flagValues(args []string, names ...string) []string {
	var out []string
	for i, arg := range args {
		name, value, joined := strings.Cut(arg, "=")
		switch {
		case !slices.Contains(names, name):
		case joined:
			out = append(out, value)
		case i+1 < len(args):
			out = append(out, args[i+1])
		}
	}
	return out
}
