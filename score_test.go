package leastagency_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/loaders"
)

// TestScoreOrder reads testdata/score/pairs.txtar: of each pair, the riskier configuration must have
// the higher score. The score of a repository is that of its highest agent.
func TestScoreOrder(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/score/pairs.txtar")
	if err != nil {
		t.Fatal(err)
	}
	trees := map[string]fstest.MapFS{}
	var names []string
	for _, f := range archive.Files {
		name, rest, _ := strings.Cut(f.Name, "/")
		side, file, _ := strings.Cut(rest, "/")
		key := name + "/" + side
		if trees[key] == nil {
			trees[key] = fstest.MapFS{}
			if side == "riskier" {
				names = append(names, name)
			}
		}
		token := "ghp_" + "R7sK2mQ9xWb4TzN8vLcJ1yHd5gFp3aEu6oXi"
		trees[key][file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), "@TOKEN@", token))}
	}
	if len(names) < 40 {
		t.Fatalf("%d pairs", len(names))
	}
	for _, name := range names {
		riskier, safer := highest(t, trees[name+"/riskier"]), highest(t, trees[name+"/safer"])
		if riskier.Points <= safer.Points {
			t.Errorf("%s: %g is not more than %g\nriskier:\n%ssafer:\n%s", name, riskier.Points, safer.Points, explain(riskier), explain(safer))
		}
		t.Logf("%5.1f > %5.1f  %s", riskier.Points, safer.Points, name)
	}
}

func highest(t *testing.T, tree fstest.MapFS) (best leastagency.Score) {
	t.Helper()
	linter := leastagency.Linter{Loaders: loaders.All(), Inferences: authority.All(), Policy: leastagency.Builtin()}
	report, err := linter.Lint(t.Context(), tree)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.System.Agents) == 0 {
		t.Fatal("no agent")
	}
	for _, a := range report.System.Agents {
		if a.Score.Points >= best.Points {
			best = a.Score
		}
	}
	return best
}

func explain(s leastagency.Score) string {
	var b strings.Builder
	for _, c := range s.Contributions {
		b.WriteString("\t" + c.Side.String() + " " + c.Text + "\n")
	}
	return b.String()
}
