package credential

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

func BenchmarkFromText(b *testing.B) {
	text := strings.Repeat("Read the issue, then run `npm test -- --watch=false` and open a pull request at https://acme.dev/pulls?page=2.\n", 1000)
	f := leastagency.NewFile("CLAUDE.md", []byte(text))
	k := leastagency.Builtin().Knowledge
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		FromText(text, f.Whole(), k)
	}
}
