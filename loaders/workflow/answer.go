package workflow

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// runsText recognises shell that runs a text as a program.
var runsText = lazy.Compile(`\beval\b|\b(?:ba|z)?sh -c\b|\|\s*(?:sudo )?(?:ba|z)?sh\b|\bpython3? -c\b|\bnode -e\b|\bsource\b`)

// answers reads the steps behind the agent that run what the model answered.
func (x *scene) answers() {
	id := x.agent.step.id
	if id == "" {
		return
	}
	prefix := "steps." + strings.ToLower(id) + ".outputs."
	for _, s := range x.job.steps[min(x.index+1, len(x.job.steps)):] {
		script := place.TextOf(s.script())
		for _, h := range actions.Holes(script.Text) {
			h.Expr.Values(func(e *actions.Expr) {
				if name, ok := strings.CutPrefix(e.Text, prefix); ok && x.agent.answer(name) {
					x.layer.Answers = append(x.layer.Answers, leastagency.Step{At: script.Part(h.Start, h.End), Text: "the answer is pasted into a script, and what it says there runs"})
				}
			})
		}
		m := runsText.Get().FindStringIndex(script.Text)
		if m == nil {
			continue
		}
		for _, v := range s.n.Get("env").Each() {
			for _, h := range actions.Holes(v.Value.Scalar().V) {
				h.Expr.Values(func(e *actions.Expr) {
					name, ok := strings.CutPrefix(e.Text, prefix)
					if line := lineOf(script.Text, m[0]); ok && x.agent.answer(name) && strings.Contains(line, v.Key) {
						x.layer.Answers = append(x.layer.Answers, leastagency.Step{At: script.Part(m[0], m[1]), Text: "the answer, held in " + leastagency.Quote(v.Key) + ", is run as a program"})
					}
				})
			}
		}
	}
}

func lineOf(text string, at int) string {
	start := strings.LastIndexByte(text[:at], '\n') + 1
	if end := strings.IndexByte(text[at:], '\n'); end >= 0 {
		return text[start : at+end]
	}
	return text[start:]
}
