package posture_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/posture"
)

// TestControls: what rules name is there, each once, and the tiers come in order.
func TestControls(t *testing.T) {
	policy := leastagency.Builtin()
	var ids []string
	for _, c := range policy.Knowledge.Controls {
		ids = append(ids, c.ID)
	}
	if len(ids) != 45 || ids[0] != "ID-F" || ids[15] != "ID-E" || ids[44] != "GV-A" {
		t.Errorf("controls are %v", ids)
	}
	for _, rule := range policy.Rules {
		for _, id := range rule.Controls {
			if !slices.Contains(ids, id) {
				t.Errorf("%s names %s, which is no control", rule.ID, id)
			}
		}
	}
}

// TestOwners: the last line that matches counts, a line without owners takes them away, and the first
// file there is is the one in force.
func TestOwners(t *testing.T) {
	for _, test := range []struct {
		name, owners string
		line         int // of the evidence; 0 for none
	}{
		{"everything", "* @a\n", 1},
		{"folder", "# *\n\n/.claude/ @a # all\n", 3},
		{"folder without a slash before", ".claude/ @a\n", 1},
		{"file", "settings.json @a\n", 1},
		{"path", "/.claude/settings.json a@example.com\n", 1},
		{"other", "/docs/ @a\n*.go @b\n", 0},
		{"elsewhere", "/sub/.claude/ @a\n", 0},
		{"taken away", "* @a\n.claude/\n", 0},
		{"given back", "* @a\n.claude/\n.claude/settings.json @b\n", 3},
		{"broken", "[ @a\n\\ @a\n[a @b\n", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			sys := &leastagency.System{Layers: []*leastagency.Layer{{At: leastagency.NewFile(".claude/settings.json", []byte("{}")).Whole()}}}
			tree := fstest.MapFS{".github/CODEOWNERS": {Data: []byte(test.owners)}, "CODEOWNERS": {Data: []byte("* @everybody\n")}}
			line := 0
			for _, row := range posture.Of(sys, nil, leastagency.Builtin(), tree) {
				switch {
				case row.ID != "CI-F" && row.State != posture.NotVisible:
					t.Errorf("%s: %s", row.ID, row.State)
				case len(row.Evidence) > 0:
					line = row.Evidence[0].At.From().Line
				}
			}
			if line != test.line {
				t.Errorf("evidence in line %d, want %d", line, test.line)
			}
		})
	}
}

// TestPipeline: only what runs the check is evidence.
func TestPipeline(t *testing.T) {
	for _, test := range []struct {
		text string
		runs bool
	}{
		{"- uses: leastagency/leastagency@v1", true},
		{"  run: leastagency scan", true},
		{"# - uses: leastagency/leastagency@v1", false},
		{"- run: make # leastagency scan", false},
		{"name: no leastagency here", false},
	} {
		tree := fstest.MapFS{".github/workflows/ci.yml": {Data: []byte("jobs:\n" + test.text + "\n")}}
		rows := posture.Of(&leastagency.System{}, nil, leastagency.Builtin(), tree)
		last := rows[len(rows)-1]
		if last.ID != "GV-A" || (last.State == posture.Evidence) != test.runs {
			t.Errorf("%s: %s is %s", test.text, last.ID, last.State)
		}
	}
}

// TestContradicted: a finding contradicts the controls of its rule, whatever evidence there is.
func TestContradicted(t *testing.T) {
	file := leastagency.NewFile(".claude/settings.json", []byte("{}"))
	agent := &leastagency.Agent{Boundaries: []*leastagency.Boundary{
		{Kind: leastagency.BoundarySandbox, Hardness: leastagency.Hard, At: file.Whole(), Text: "a wall"},
		{Kind: leastagency.BoundaryHook, Hardness: leastagency.Soft, At: file.Whole(), Text: "no wall"},
	}}
	policy := leastagency.Builtin()
	rule := policy.Rule("isolation/sandbox-disabled")
	if rule == nil || !slices.Contains(rule.Controls, "RB-E") {
		t.Fatal("the rule does not speak of sandboxes")
	}
	for _, findings := range [][]*leastagency.Finding{nil, {{Rule: rule, At: file.Whole()}}} {
		for _, row := range posture.Of(&leastagency.System{Agents: []*leastagency.Agent{agent}}, findings, policy, fstest.MapFS{}) {
			want := posture.NotVisible
			switch {
			case len(findings) > 0 && slices.Contains(rule.Controls, row.ID):
				want = posture.Contradicted
			case row.ID == "RB-E":
				want = posture.Evidence
			}
			if row.State != want {
				t.Errorf("%s is %s, want %s", row.ID, row.State, want)
			}
			if row.ID == "RB-E" && (len(row.Evidence) != 1 || !strings.Contains(row.Evidence[0].Text, "wall")) {
				t.Errorf("evidence %v", row.Evidence)
			}
		}
	}
}

// TestEvidence: what a layer states is evidence of the controls it speaks of, and of no other.
func TestEvidence(t *testing.T) {
	at := leastagency.NewFile("agent.yaml", []byte("name: a")).Whole()
	image := func(pin leastagency.Pin) *leastagency.Command {
		return &leastagency.Command{Artifacts: []leastagency.Artifact{{At: at, Ecosystem: "image", Name: "a", Pin: pin}}}
	}
	for _, test := range []struct {
		name     string
		layer    leastagency.Layer
		controls []string
	}{
		{"nothing", leastagency.Layer{}, nil},
		{"a list of tools", leastagency.Layer{Kind: leastagency.KindSubagent, ToolsSet: true, Tools: []*leastagency.Rule{{At: at}}}, []string{"PS-F"}},
		{"an empty list of tools", leastagency.Layer{Kind: leastagency.KindSubagent, ToolsSet: true}, nil},
		{"the rest is denied", leastagency.Layer{Mode: leastagency.ValueAt(leastagency.ModeDenyRest, at)}, []string{"PM-F"}},
		{"nobody is asked", leastagency.Layer{Mode: leastagency.ValueAt(leastagency.ModeBypass, at)}, nil},
		{"a purpose", leastagency.Layer{Kind: leastagency.KindManifest, Description: leastagency.ValueAt("answers questions", at)}, []string{"BL-F"}},
		{"a skill's description", leastagency.Layer{Kind: leastagency.KindSkill, Description: leastagency.ValueAt("use for x", at)}, nil},
		{"limits", leastagency.Layer{Limits: leastagency.Limits{Depth: leastagency.ValueAt(2, at)}}, []string{"AD-F"}},
		{"typed hand-off", leastagency.Layer{Delegates: []leastagency.Delegate{{Name: "b", At: at, Typed: true}}}, []string{"IV-F"}},
		{"free hand-off", leastagency.Layer{Delegates: []leastagency.Delegate{{Name: "b", At: at}}}, nil},
		{"a gate", leastagency.Layer{Triggers: []*leastagency.Trigger{{Gates: []*leastagency.Gate{{At: at, Holds: true}}}}}, []string{"RB-F"}},
		{"a gate that is passed", leastagency.Layer{Triggers: []*leastagency.Trigger{{Gates: []*leastagency.Gate{{At: at, Fails: "anybody may"}}}}}, nil},
		{"a role", leastagency.Layer{Powers: []*leastagency.Power{{At: at, Holder: "role reader"}}}, []string{"ID-F"}},
		{"hardened", leastagency.Layer{Switches: []*leastagency.Switch{{At: at, Kind: leastagency.SwitchHardening}}}, []string{"PM-F"}},
		{"a trace", leastagency.Layer{Switches: []*leastagency.Switch{{At: at, Kind: leastagency.SwitchTelemetryTarget}}}, []string{"AL-F", "AL-A"}},
		{"no trace", leastagency.Layer{Switches: []*leastagency.Switch{{At: at, Kind: leastagency.SwitchTelemetryOff}}}, nil},
		{"federated", leastagency.Layer{Credentials: []*leastagency.Credential{{At: at, Lifetime: leastagency.Federated}}}, []string{"AU-F", "PS-A"}},
		{"expiring", leastagency.Layer{Credentials: []*leastagency.Credential{{At: at, Lifetime: leastagency.Expiring}}}, []string{"AU-F"}},
		{"a helper", leastagency.Layer{Credentials: []*leastagency.Credential{{At: at, Source: leastagency.SourceHelper, Lifetime: leastagency.Static}}}, []string{"AU-F"}},
		{"a static key", leastagency.Layer{Credentials: []*leastagency.Credential{{At: at, Lifetime: leastagency.Static}}}, nil},
		{"tamed text", leastagency.Layer{Inputs: []*leastagency.Input{{At: at, Tamed: "it is set apart"}}}, []string{"IV-A"}},
		{"an image by digest", leastagency.Layer{Servers: []*leastagency.Server{{Command: image(leastagency.Digested)}}}, []string{"CI-E", "CI-A"}},
		{"a server that is off", leastagency.Layer{Servers: []*leastagency.Server{{Disabled: true, Command: image(leastagency.Digested)}}}, nil},
		{"an image by tag", leastagency.Layer{Commands: []*leastagency.Command{image(leastagency.Versioned)}}, nil},
		{"a server that asks", leastagency.Layer{Servers: []*leastagency.Server{{Endpoints: []*leastagency.Endpoint{{At: at, Asks: leastagency.Present}}}}}, []string{"RB-F"}},
		{"a server that does not", leastagency.Layer{Servers: []*leastagency.Server{{Endpoints: []*leastagency.Endpoint{{At: at, Asks: leastagency.Missing}}}}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.layer.At = at
			var got []string
			for _, row := range posture.Of(&leastagency.System{Layers: []*leastagency.Layer{&test.layer}}, nil, leastagency.Builtin(), fstest.MapFS{}) {
				if row.State == posture.Evidence {
					got = append(got, row.ID)
				}
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(test.controls))
			if !slices.Equal(got, want) {
				t.Errorf("evidence of %v, want %v", got, want)
			}
		})
	}
}
