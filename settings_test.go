package leastagency

import "testing"

func TestWidePlace(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "~": true, "~/": true, "$HOME": true, "/Users/kim": true, "/Users/kim/": true, "/home/kim": true, `C:\Users\kim`: true, `C:\`: true,
		"/var/run/docker.sock": true, "/home/kim/.ssh": true, "${HOME}/.aws": true, "/etc": true,
		"/Users/kim/Desktop": false, "./data": false, ".": false, "/srv/data": false, "~/notes": false, "data": false, "named-volume": false,
	} {
		if got := WidePlace(path) != ""; got != want {
			t.Errorf("WidePlace(%q) = %q", path, WidePlace(path))
		}
	}
}

func TestDoor(t *testing.T) {
	value := func(v string) []Value[string] { return []Value[string]{{V: v, Set: true}} }
	for name, c := range map[string]struct {
		wall *Sandbox
		want string
	}{
		"none":       {nil, ""},
		"project":    {&Sandbox{Mounts: value("./src")}, ""},
		"home":       {&Sandbox{Mounts: value("~")}, `it sees "~", a home folder with its credentials`},
		"engine":     {&Sandbox{Mounts: value("/var/run/docker.sock")}, `it sees "/var/run/docker.sock", the socket of the container engine`},
		"privileged": {&Sandbox{Weakened: value("--privileged")}, `"--privileged" takes a part of it away`},
		"socket":     {&Sandbox{Sockets: value("/tmp/x.sock")}, `"/tmp/x.sock" is let through`},
	} {
		if got := c.wall.Door().Text; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
