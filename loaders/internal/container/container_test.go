package container

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// TestWall reads command lines of engines: what they take away, what they let see, and the network.
func TestWall(t *testing.T) {
	for line, want := range map[string]struct {
		weakened, mounts string
		network          leastagency.Value[bool]
		image            string
	}{
		"--rm -it img x":              {network: leastagency.Value[bool]{V: true, Set: true}, image: "img"},
		"--network none img":          {network: leastagency.Value[bool]{Set: true}, image: "img"},
		"--net=agents img":            {image: "img"},
		"--network host img":          {weakened: "--network=host", network: leastagency.Value[bool]{V: true, Set: true}, image: "img"},
		"--privileged --pid host img": {weakened: "--privileged --pid=host", network: leastagency.Value[bool]{V: true, Set: true}, image: "img"},
		"--cap-add=NET_ADMIN img":     {image: "img"},
		"--cap-add SYS_ADMIN --security-opt seccomp:unconfined --network none img": {weakened: "--cap-add=SYS_ADMIN --security-opt=seccomp:unconfined", network: leastagency.Value[bool]{Set: true}, image: "img"},
		"--network none -v ${HOME}:/h -v data:/d -v/a:/b -itv ./x:/x img":          {mounts: "${HOME} /a ./x", network: leastagency.Value[bool]{Set: true}, image: "img"},
		"--network none -v ${DIR:-.}:/w --mount type=bind,src=/etc,dst=/e img":     {mounts: ". /etc", network: leastagency.Value[bool]{Set: true}, image: "img"},
		"--network none ${OPTIONS} -u 1 img claude -p":                             {image: "img"},
	} {
		var args []leastagency.Value[string]
		for word := range strings.FieldsSeq(line) {
			args = append(args, leastagency.Value[string]{V: word, Set: true})
		}
		flags, rest := Flags(args)
		s := Wall(leastagency.Span{}, flags)
		if len(rest) == 0 || rest[0].V != want.image {
			t.Errorf("%s: image %v", line, rest)
		}
		if got := words(s.Weakened); got != want.weakened {
			t.Errorf("%s: weakened %q, want %q", line, got, want.weakened)
		}
		if got := words(s.Mounts); got != want.mounts {
			t.Errorf("%s: mounts %q, want %q", line, got, want.mounts)
		}
		if s.OpenNetwork.V != want.network.V || s.OpenNetwork.Set != want.network.Set {
			t.Errorf("%s: open network %+v", line, s.OpenNetwork)
		}
	}
}

func words(list []leastagency.Value[string]) string {
	var out []string
	for _, v := range list {
		out = append(out, v.V)
	}
	return strings.Join(out, " ")
}
