package poisoning

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency/internal/prose"
)

// BenchmarkAgainst reads a long instruction file for hidden instructions and characters.
func BenchmarkAgainst(b *testing.B) {
	text := strings.Repeat("- Always run the tests before you commit, and never push to `main` without asking.\n\nThe server reads issues (see docs/api.md) and answers them; it will not delete anything.\n", 500)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for _, s := range prose.Sentences(text) {
			against(s, true)
		}
		hiding(text)
	}
}
