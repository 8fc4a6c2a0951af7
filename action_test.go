package leastagency_test

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// An action is what action.yml says.
type action struct {
	Inputs map[string]struct {
		Description string
		Default     string
	}
	Outputs map[string]struct {
		Description string
		Value       string
	}
	Runs struct {
		Using string
		Steps []step
	}
}

// A step is one of a workflow or a composite action.
type step struct {
	Name             string
	ID               string
	If               string
	Uses             string
	With             map[string]string
	Run              string
	Shell            string
	Env              map[string]string
	WorkingDirectory string `yaml:"working-directory"`
	ContinueOnError  string `yaml:"continue-on-error"`
}

// A workflow is what a file of .github/workflows says.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Steps       []step
	}
}

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func readAction(t *testing.T) action {
	t.Helper()
	var a action
	readYAML(t, "action.yml", &a)
	return a
}

var (
	expression = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)
	pinned     = regexp.MustCompile(`uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\s*$`)
	reference  = regexp.MustCompile(`\b(inputs|steps)\.([\w-]+)(?:\.(outputs)\.([\w-]+))?`)
)

// TestPinned: what our own automation runs is pinned by commit, says which version that is, and gets
// nothing by expressions in scripts.
func TestPinned(t *testing.T) {
	workflows, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(workflows) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	steps := map[string][]step{"action.yml": readAction(t).Runs.Steps}
	for _, file := range workflows {
		var w workflow
		readYAML(t, file, &w)
		if w.Permissions == nil || len(w.Permissions) > 0 {
			t.Errorf("%s does not start from no permissions", file)
		}
		for name, job := range w.Jobs {
			if job.Permissions == nil {
				t.Errorf("%s: job %s does not say what it may do", file, name)
			}
			steps[file] = append(steps[file], job.Steps...)
		}
	}
	for file, list := range steps {
		uses := 0
		for _, s := range list {
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: an expression inside run is code: %s", file, s.Run)
			}
			if s.Uses != "" && !strings.HasPrefix(s.Uses, "./") {
				uses++
			}
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if pinned.MatchString(line) {
				uses--
			}
		}
		if uses != 0 {
			t.Errorf("%s: %d uses are not pinned as owner/name@<40 hex digits> # vX.Y.Z", file, uses)
		}
	}
}

// TestActionReferences: what action.yml refers to exists. The runner takes what does not for empty.
func TestActionReferences(t *testing.T) {
	a := readAction(t)
	if a.Runs.Using != "composite" {
		t.Fatalf("runs by %q", a.Runs.Using)
	}
	var script []byte
	for _, name := range []string{"build", "scan"} {
		script = append(script, readFile(t, ".github/action/"+name+".sh")...)
	}
	used := map[string]bool{}
	ids := map[string]bool{}
	check := func(where, text string) {
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			kind, name, output := m[1], m[2], m[4]
			if kind == "inputs" {
				used[name] = true
				if _, known := a.Inputs[name]; !known {
					t.Errorf("%s: no input %s", where, name)
				}
				continue
			}
			if !ids[name] {
				t.Errorf("%s: no step %s before it", where, name)
			}
			if output != "" && !bytes.Contains(script, []byte("echo \""+output+"=")) {
				t.Errorf("%s: %s has no output %s", where, name, output)
			}
		}
	}
	for _, s := range a.Runs.Steps {
		if s.Name == "" || (s.Run == "") == (s.Uses == "") || (s.Run != "") != (s.Shell == "bash") {
			t.Errorf("step %q needs a name, and either uses, or run with shell: bash", s.Name)
		}
		texts := slices.Concat([]string{s.If, s.WorkingDirectory, s.ContinueOnError}, slices.Collect(maps.Values(s.With)), slices.Collect(maps.Values(s.Env)))
		check("step "+s.Name, strings.Join(texts, "\n"))
		for name := range s.Env {
			if !strings.Contains(s.Run, "$"+name) && !bytes.Contains(script, []byte("$"+name)) && name != strings.ToUpper(name) {
				t.Errorf("step %s: nothing reads %s", s.Name, name)
			}
		}
		ids[s.ID] = true
	}
	for name, output := range a.Outputs {
		if output.Value == "" || output.Description == "" {
			t.Errorf("output %s has no value or description", name)
		}
		check("output "+name, output.Value)
	}
	for name, input := range a.Inputs {
		if input.Description == "" {
			t.Errorf("input %s has no description", name)
		}
		if !used[name] {
			t.Errorf("nothing uses input %s", name)
		}
	}
}

// A runner runs a composite action as GitHub's does, as far as this one needs it: conditions and
// expressions are evaluated, scripts are run by bash, and actions that it uses only get an outcome.
type runner struct {
	t         *testing.T
	action    action
	root      string // of the action
	workspace string
	temp      string
	inputs    map[string]string
	github    map[string]string // context, as "event_name"
	fails     string            // the action that fails, by a part of its name
	built     string            // the command, when it need not be built again
	path      string            // PATH, when it is not that of the test

	outputs  map[string]string // of steps, as "scan.outputs.high" and "upload.outcome"
	used     map[string]map[string]string
	log      strings.Builder
	summary  string
	exitCode int
}

func newRunner(t *testing.T, workspace string) *runner {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{t: t, action: readAction(t), root: root, workspace: workspace, temp: t.TempDir(), inputs: map[string]string{},
		github:  map[string]string{"repository": "octo/webshop", "event_name": "push", "actor": "ann"},
		outputs: map[string]string{}, used: map[string]map[string]string{}}
	for name, input := range r.action.Inputs {
		r.inputs[name] = input.Default
	}
	return r
}

// run runs all steps. As in a real job, a step without a condition that asks for more runs only
// while nothing has failed.
func (r *runner) run() {
	r.t.Helper()
	for _, s := range r.action.Runs.Steps {
		outcome := "skipped"
		if r.exitCode == 0 && (s.If == "" || r.condition(s.If)) {
			status := 0
			switch {
			case s.Uses != "":
				status = r.use(s)
			case s.Name == "Build" && r.built != "":
				r.install()
			default:
				status = r.script(s)
			}
			outcome = "success"
			if status != 0 {
				outcome = "failure"
				if s.ContinueOnError == "" || r.expand(s.ContinueOnError) != "true" {
					r.exitCode = status
				}
			}
		}
		if s.ID != "" {
			r.outputs[s.ID+".outcome"] = outcome
		}
	}
}

// command is where the step Build leaves what it built.
func (r *runner) command() string { return filepath.Join(r.temp, "leastagency", "leastagency") }

// install puts the command that another run built where this one would have built it.
func (r *runner) install() {
	r.t.Helper()
	data := readFile(r.t, r.built)
	if err := os.MkdirAll(filepath.Dir(r.command()), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(r.command(), []byte(data), 0o755); err != nil {
		r.t.Fatal(err)
	}
}

func (r *runner) use(s step) int {
	name, _, _ := strings.Cut(s.Uses, "@")
	with := map[string]string{}
	for key, value := range s.With {
		with[key] = r.expand(value)
	}
	r.used[name] = with
	if r.fails != "" && strings.Contains(name, r.fails) {
		return 1
	}
	return 0
}

func (r *runner) script(s step) int {
	r.t.Helper()
	output, summary, script := filepath.Join(r.temp, "output"), filepath.Join(r.temp, "summary"), filepath.Join(r.temp, "script.sh")
	for file, text := range map[string]string{output: "", summary: "", script: s.Run} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
	command := exec.CommandContext(r.t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", script)
	command.Dir = filepath.Join(r.workspace, r.expand(s.WorkingDirectory))
	command.Env = []string{
		"GITHUB_ACTION_PATH=" + r.root, "GITHUB_WORKSPACE=" + r.workspace, "GITHUB_OUTPUT=" + output, "GITHUB_STEP_SUMMARY=" + summary, "GITHUB_ACTIONS=true", "CI=true",
		"GITHUB_REPOSITORY=" + r.github["repository"], "GITHUB_EVENT_NAME=" + r.github["event_name"], "GITHUB_ACTOR=" + r.github["actor"],
		"GITHUB_REF=" + r.github["ref"], "GITHUB_SHA=" + r.github["sha"],
		"RUNNER_TEMP=" + r.temp, "RUNNER_OS=Linux", "RUNNER_ARCH=X64",
	}
	if r.path != "" {
		command.Env = append(command.Env, "PATH="+r.path)
	}
	for _, name := range []string{"PATH", "HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOROOT", "TMPDIR"} {
		if value, set := os.LookupEnv(name); set && (name != "PATH" || r.path == "") {
			command.Env = append(command.Env, name+"="+value)
		}
	}
	for name, value := range s.Env {
		command.Env = append(command.Env, name+"="+r.expand(value))
	}
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err := command.Run()
	r.log.Write(out.Bytes())
	exit, failed := errors.AsType[*exec.ExitError](err)
	if err != nil && !failed {
		r.t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(readFile(r.t, output), "\n"), "\n") {
		if name, value, found := strings.Cut(line, "="); found {
			r.outputs[s.ID+".outputs."+name] = value
		} else if line != "" {
			r.t.Errorf("step %s writes no output: %q", s.Name, line)
		}
	}
	r.summary += readFile(r.t, summary)
	if failed {
		return exit.ExitCode()
	}
	return 0
}

// expand replaces the expressions of a value.
func (r *runner) expand(text string) string {
	return expression.ReplaceAllStringFunc(text, func(m string) string {
		inner := expression.FindStringSubmatch(m)[1]
		if strings.Contains(inner, "==") || strings.Contains(inner, "!=") {
			return fmt.Sprint(r.condition(inner))
		}
		return r.value(inner)
	})
}

// condition evaluates comparisons joined by && and ||; there are no parentheses in action.yml.
func (r *runner) condition(text string) bool {
	for any := range strings.SplitSeq(text, "||") {
		holds := true
		for all := range strings.SplitSeq(any, "&&") {
			left, right, equal := strings.Cut(all, "==")
			if !equal {
				var unequal bool
				if left, right, unequal = strings.Cut(all, "!="); !unequal {
					r.t.Fatalf("not a comparison: %q", all)
				}
			}
			holds = holds && (r.value(left) == r.value(right)) == equal
		}
		if holds {
			return true
		}
	}
	return false
}

func (r *runner) value(text string) string {
	text = strings.TrimSpace(text)
	if quoted, found := strings.CutPrefix(text, "'"); found {
		return strings.TrimSuffix(quoted, "'")
	}
	switch context, name, _ := strings.Cut(text, "."); context {
	case "inputs":
		return r.inputs[name]
	case "steps":
		return r.outputs[name]
	case "github":
		return map[string]string{"action_path": r.root, "workspace": r.workspace, "event.pull_request.head.repo.full_name": r.github["head"], "event.pull_request.base.sha": r.github["base"]}[name]
	}
	r.t.Fatalf("unknown context: %q", text)
	return ""
}

// output returns an output of the action.
func (r *runner) output(name string) string { return r.expand(r.action.Outputs[name].Value) }

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const (
	uploadSarif    = "github/codeql-action/upload-sarif"
	uploadArtifact = "actions/upload-artifact"
)

// TestAction runs the steps of action.yml on the example repository and on others.
func TestAction(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command and runs it many times")
	}
	if runtime.GOOS == "windows" {
		t.Skip("the paths of the simulated runner are those of Unix")
	}
	bin, built := t.TempDir(), "" // built by the first run
	for _, test := range []struct {
		name   string
		clean  bool // scan an empty repository
		change func(*runner)
		check  func(*testing.T, *runner)
		code   int
	}{
		{name: "defaults", code: 1, check: func(t *testing.T, r *runner) {
			wantUpload(t, r, true, false)
			if got := r.used["actions/setup-go"]["go-version-file"]; got != r.root+"/go.mod" {
				t.Errorf("Go is chosen by %q", got)
			}
			with := r.used[uploadSarif]
			if with["sarif_file"] != r.output("sarif-file") || with["category"] != "leastagency" || filepath.Clean(with["checkout_path"]) != r.workspace {
				t.Errorf("upload with %v", with)
			}
			wantReport(t, r)
			if r.output("failed") != "true" || r.output("exit-code") != "1" {
				t.Errorf("failed is %q, exit-code %q", r.output("failed"), r.output("exit-code"))
			}
		}},
		{name: "threshold never", code: 0, change: func(r *runner) { r.inputs["fail-on"] = "never" }, check: func(t *testing.T, r *runner) {
			wantUpload(t, r, true, false)
			wantReport(t, r)
			if r.output("failed") != "false" || r.output("exit-code") != "0" {
				t.Errorf("failed is %q, exit-code %q", r.output("failed"), r.output("exit-code"))
			}
		}},
		{name: "clean", clean: true, code: 0, check: func(t *testing.T, r *runner) {
			wantUpload(t, r, true, false) // an empty upload closes the alerts of what is mended
			if r.output("findings") != "0" || r.output("critical") != "0" || r.output("high") != "0" || r.output("failed") != "false" {
				t.Errorf("outputs %v", r.outputs)
			}
			if !strings.Contains(r.summary, "no findings") || !strings.Contains(r.log.String(), "no findings") {
				t.Errorf("summary %q, log %q", r.summary, r.log.String())
			}
		}},
		{name: "fork", code: 1, change: func(r *runner) { r.github["event_name"], r.github["head"] = "pull_request", "mallory/webshop" }, check: func(t *testing.T, r *runner) {
			wantUpload(t, r, false, true)
			wantReport(t, r)
			if !strings.Contains(r.log.String(), "Not uploaded: pull requests from forks") {
				t.Errorf("nothing says why there is no upload:\n%s", r.log.String())
			}
		}},
		{name: "own branch", code: 1, change: func(r *runner) { r.github["event_name"], r.github["head"] = "pull_request", "octo/webshop" }, check: func(t *testing.T, r *runner) {
			wantUpload(t, r, true, false)
		}},
		{name: "dependabot", code: 1, change: func(r *runner) {
			r.github["event_name"], r.github["head"], r.github["actor"] = "pull_request", "octo/webshop", "dependabot[bot]"
		}, check: func(t *testing.T, r *runner) { wantUpload(t, r, false, true) }},
		{name: "refused upload", code: 1, change: func(r *runner) { r.fails = uploadSarif }, check: func(t *testing.T, r *runner) {
			wantUpload(t, r, true, true)
			wantReport(t, r)
			if !strings.Contains(r.log.String(), "::warning::Code scanning did not take the results") {
				t.Errorf("nothing warns of the refused upload:\n%s", r.log.String())
			}
		}},
		{name: "refused upload that must be", code: 1, change: func(r *runner) {
			r.fails = uploadSarif
			r.inputs["upload-sarif"], r.inputs["fail-on"] = "true", "never"
		}, check: func(t *testing.T, r *runner) { wantUpload(t, r, true, false) }},
		{name: "artifact that fails too", code: 0, change: func(r *runner) {
			r.fails = "upload-"
			r.inputs["fail-on"] = "never"
		}, check: func(t *testing.T, r *runner) { wantUpload(t, r, true, true) }},
		{name: "no upload", code: 1, change: func(r *runner) { r.inputs["upload-sarif"] = "false" }, check: func(t *testing.T, r *runner) {
			if len(r.used) != 1 || !strings.Contains(r.log.String(), "\n::error file=") {
				t.Errorf("used %v, log:\n%s", r.used, r.log.String())
			}
		}},
		{name: "silent", code: 1, change: func(r *runner) {
			r.inputs["upload-sarif"], r.inputs["annotations"], r.inputs["summary"] = "false", "false", "false"
		}, check: func(t *testing.T, r *runner) {
			if len(r.used) != 1 || r.summary != "" || strings.Contains(r.log.String(), "::") {
				t.Errorf("used %v, summary %q, log:\n%s", r.used, r.summary, r.log.String())
			}
		}},
		{name: "arguments", code: 1, change: func(r *runner) {
			r.inputs["args"] = "--only\ncombination/lethal-trifecta,boundary/prompt-only\n\n--pedantic\n"
			r.inputs["paths"] = "CLAUDE.md\n\nREADME.md\n"
			r.inputs["min-severity"], r.inputs["category"] = "high", "night/ly 1"
			r.inputs["sarif-file"] = "out put.sarif"
		}, check: func(t *testing.T, r *runner) {
			if got := r.output("sarif-file"); got != filepath.Join(r.workspace, "out put.sarif") {
				t.Errorf("SARIF in %q", got)
			}
			if r.output("findings") != "1" || !strings.Contains(readFile(t, r.output("sarif-file")), `"uri": "CLAUDE.md"`) {
				t.Errorf("findings %q in\n%s", r.output("findings"), r.log.String())
			}
			if r.outputs["scan.outputs.artifact"] != "leastagency-sarif-night-ly-1" {
				t.Errorf("artifact %q", r.outputs["scan.outputs.artifact"])
			}
		}},
		{name: "checkout in a folder", code: 1, change: func(r *runner) {
			r.workspace = filepath.Dir(r.workspace)
			r.inputs["working-directory"] = "webshop"
		}, check: func(t *testing.T, r *runner) {
			wantReport(t, r)
			if got := r.used[uploadSarif]["checkout_path"]; got != r.workspace+"/webshop" {
				t.Errorf("checkout path %q", got)
			}
		}},
		{name: "bad usage", code: 2, change: func(r *runner) { r.inputs["fail-on"] = "hgih" }, check: wantNothing},
		{name: "bad upload", code: 2, change: func(r *runner) { r.inputs["upload-sarif"] = "yes" }, check: wantNothing},
		{name: "output smuggled in", code: 2, change: func(r *runner) { r.inputs["sarif-file"] = "a\nfailed=false" }, check: wantNothing},
		{name: "category smuggled in", code: 2, change: func(r *runner) { r.inputs["category"] = "a\rb" }, check: wantNothing},
		{name: "paths that are code", code: 2, change: func(r *runner) {
			r.inputs["paths"] = "$(touch pwned)`touch pwned`\n; touch pwned\n--output=pwned\n*"
			r.inputs["fail-on"] = "high$(touch pwned)"
			r.inputs["category"] = "';touch pwned;'$(touch pwned)"
		}, check: func(t *testing.T, r *runner) {
			wantNothing(t, r)
			if _, err := os.Stat(filepath.Join(r.workspace, "pwned")); err == nil {
				t.Error("an input was run")
			}
		}},
		{name: "options among paths", code: 2, change: func(r *runner) { r.inputs["paths"] = "--exit-zero" }, check: wantNothing},
		{name: "file that cannot be written", code: 3, change: func(r *runner) { r.inputs["sarif-file"] = "no/folder/out.sarif" }, check: wantNothing},
	} {
		t.Run(test.name, func(t *testing.T) {
			workspace := filepath.Join(t.TempDir(), "webshop")
			if err := os.MkdirAll(workspace, 0o755); err != nil {
				t.Fatal(err)
			}
			if !test.clean {
				if err := os.CopyFS(workspace, os.DirFS("testdata/systems/webshop")); err != nil {
					t.Fatal(err)
				}
			}
			r := newRunner(t, workspace)
			r.built = built
			if test.change != nil {
				test.change(r)
			}
			r.run()
			if r.exitCode != test.code {
				t.Errorf("exit status %d, want %d; log:\n%s", r.exitCode, test.code, r.log.String())
			}
			test.check(t, r)
			if built == "" {
				built = filepath.Join(bin, "leastagency")
				if err := os.Rename(r.command(), built); err != nil {
					t.Fatal(err)
				}
			}
			if file := os.Getenv("LEASTAGENCY_ACTION_SUMMARY"); file != "" && test.name == "defaults" {
				if err := os.WriteFile(file, []byte(r.summary), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// wantUpload demands that results were or were not uploaded, and that they are shown in the log and
// kept as an artifact when code scanning has them not.
func wantUpload(t *testing.T, r *runner, upload, instead bool) {
	t.Helper()
	if _, done := r.used[uploadSarif]; done != upload {
		t.Errorf("uploaded is %v, want %v", done, upload)
	}
	if _, done := r.used[uploadArtifact]; done != instead {
		t.Errorf("kept as artifact is %v, want %v", done, instead)
	}
	if done := strings.Contains(r.log.String(), "\n::error file="); done != instead {
		t.Errorf("annotated is %v, want %v; log:\n%s", done, instead, r.log.String())
	}
}

// wantReport demands the results of the example repository, everywhere the same.
func wantReport(t *testing.T, r *runner) {
	t.Helper()
	type result struct {
		RuleID    string
		Locations []struct {
			PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
		}
	}
	var log struct {
		Runs []struct {
			AutomationDetails any
			Results           []result
		}
	}
	text := readFile(t, r.output("sarif-file"))
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, r.workspace) || log.Runs[0].AutomationDetails != nil {
		t.Error("the SARIF tells where it was made, or a category of its own")
	}
	results := log.Runs[0].Results
	if got := r.output("findings"); got != fmt.Sprint(len(results)) || len(results) < 8 {
		t.Errorf("%s findings, and %d in SARIF", got, len(results))
	}
	trifecta := slices.ContainsFunc(results, func(r result) bool {
		return r.RuleID == "combination/lethal-trifecta" && r.Locations[0].PhysicalLocation.ArtifactLocation.URI == ".claude/settings.json"
	})
	if !trifecta {
		t.Error("the trifecta of the example is not found where it is")
	}
	for _, severity := range []string{"critical", "high"} {
		row := fmt.Sprintf("| %s | %s |\n", severity, r.output(severity))
		if r.output(severity) == "" || r.output(severity) == "0" || !strings.Contains(r.summary, row) {
			t.Errorf("the summary has no row %q", row)
		}
	}
	if !strings.Contains(r.summary, "```mermaid\nflowchart LR\n") {
		t.Error("the summary has no picture")
	}
	if !strings.Contains(r.log.String(), "combination/lethal-trifecta") {
		t.Error("the log does not show the findings")
	}
}

// wantNothing demands that a run that judged nothing shows no results, and says that it failed.
func wantNothing(t *testing.T, r *runner) {
	t.Helper()
	if len(r.used) != 1 || r.summary != "" {
		t.Errorf("used %v, summary %q", r.used, r.summary)
	}
	if r.output("failed") != "true" || r.output("findings") != "" || r.output("exit-code") != fmt.Sprint(r.exitCode) {
		t.Errorf("outputs %v", r.outputs)
	}
	if r.log.Len() == 0 {
		t.Error("nothing says why")
	}
}

// TestPreCommit does what pre-commit does for a hook in Go: it installs every command of the module
// and runs the entry at the root of a repository.
func TestPreCommit(t *testing.T) {
	var hooks []struct {
		ID, Name, Entry, Language string
		PassFilenames             *bool `yaml:"pass_filenames"`
	}
	readYAML(t, ".pre-commit-hooks.yaml", &hooks)
	if len(hooks) != 1 || hooks[0].ID != "leastagency" || hooks[0].Name == "" || hooks[0].Language != "golang" || hooks[0].PassFilenames == nil || *hooks[0].PassFilenames {
		t.Fatalf("hooks %+v", hooks)
	}
	if testing.Short() {
		t.Skip("builds every command")
	}
	bin := t.TempDir()
	install := exec.CommandContext(t.Context(), "go", "install", "-buildvcs=false", "./...")
	install.Env = append(os.Environ(), "GOBIN="+bin, "GOTOOLCHAIN=local", "GOFLAGS=")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	entry := strings.Fields(hooks[0].Entry)
	hook := func(dir string) (int, string) {
		command := exec.CommandContext(t.Context(), filepath.Join(bin, entry[0]), entry[1:]...)
		command.Dir = dir
		out, err := command.CombinedOutput()
		if exit, failed := errors.AsType[*exec.ExitError](err); failed {
			return exit.ExitCode(), string(out)
		} else if err != nil {
			t.Fatal(err)
		}
		return 0, string(out)
	}
	if code, out := hook("testdata/systems/webshop"); code != 1 || !strings.Contains(out, "combination/lethal-trifecta") {
		t.Errorf("on the example: exit status %d\n%s", code, out)
	}
	if code, out := hook(t.TempDir()); code != 0 || !strings.Contains(out, "no findings") {
		t.Errorf("on nothing: exit status %d\n%s", code, out)
	}
}

// TestActionDocs: the page about CI lists the inputs and outputs that action.yml has.
func TestActionDocs(t *testing.T) {
	const page = "docs/ci.md"
	a := readAction(t)
	inputs, outputs := "| input | default | |\n|---|---|---|\n", "| output | |\n|---|---|\n"
	for _, name := range slices.Sorted(maps.Keys(a.Inputs)) {
		usual := ""
		if a.Inputs[name].Default != "" {
			usual = "`" + a.Inputs[name].Default + "`"
		}
		inputs += fmt.Sprintf("| `%s` | %s | %s |\n", name, usual, a.Inputs[name].Description)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Outputs)) {
		outputs += fmt.Sprintf("| `%s` | %s |\n", name, a.Outputs[name].Description)
	}
	text := readFile(t, page)
	want := text
	for name, table := range map[string]string{"inputs": inputs, "outputs": outputs} {
		from, to := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
		before, rest, found := strings.Cut(want, from)
		_, after, closed := strings.Cut(rest, to)
		if !found || !closed {
			t.Fatalf("%s has no section %s", page, name)
		}
		want = before + from + table + to + after
	}
	if want == text {
		return
	}
	if os.Getenv("LEASTAGENCY_UPDATE") == "" {
		t.Fatalf("%s lists other inputs or outputs than action.yml: LEASTAGENCY_UPDATE=1 go test . -run TestActionDocs", page)
	}
	if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDockerfile: the image is empty but for a static binary, and runs as nobody.
func TestDockerfile(t *testing.T) {
	text := readFile(t, "Dockerfile")
	_, last, found := strings.Cut(text, "\nFROM scratch\n")
	if !found || strings.Contains(last, "FROM ") || !strings.Contains(last, "\nUSER 65532:65532\n") || strings.Contains(last, "\nRUN ") {
		t.Errorf("the last stage is not an empty image for nobody:\n%s", last)
	}
	build := regexp.MustCompile(`(?m)^RUN CGO_ENABLED=0 (go build .*) -o /out/ (\./\S+)$`).FindStringSubmatch(text)
	if build == nil {
		t.Fatal("the Dockerfile builds nothing static")
	}
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("builds the command for Linux")
	}
	binary := filepath.Join(t.TempDir(), "leastagency")
	words := append(strings.Fields(build[1]), "-o", binary, build[2])
	command := exec.CommandContext(t.Context(), words[0], words[1:]...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the binary is not static: it has a segment %v", p.Type)
		}
	}
}

// TestRelease: the configuration of a release holds only keys that are meant, packs files that are there, makes
// the manual page and completions by commands that testdata/script/man.txtar tries, and its provenance is
// attested over the file of checksums that it writes.
func TestRelease(t *testing.T) {
	var config struct {
		Version     int
		ProjectName string `yaml:"project_name"`
		Before      struct{ Hooks []string }
		Builds      []struct {
			Main         string
			ModTimestamp string `yaml:"mod_timestamp"`
			Env, Flags   []string
			GOOS, GOARCH []string
		}
		Archives []struct {
			NameTemplate    string `yaml:"name_template"`
			BuildsInfo      any    `yaml:"builds_info"`
			FormatOverrides []struct {
				GOOS    string
				Formats []string
			} `yaml:"format_overrides"`
			Files []any
		}
		Checksum struct {
			NameTemplate string `yaml:"name_template"`
			Algorithm    string
		}
		SBOMs     []struct{ Artifacts string }
		Changelog struct{ Disable bool }
		Release   struct{ Draft bool }
	}
	strict := yaml.NewDecoder(strings.NewReader(readFile(t, ".goreleaser.yaml")))
	strict.KnownFields(true)
	if err := strict.Decode(&config); err != nil {
		t.Fatal(err)
	}
	if config.Version != 2 || !config.Release.Draft || len(config.SBOMs) != 1 || config.SBOMs[0].Artifacts != "archive" || config.Checksum.Algorithm != "sha256" {
		t.Errorf("%+v", config)
	}
	tried := readFile(t, "testdata/script/man.txtar")
	extras := 0
	for _, hook := range config.Before.Hooks {
		words := regexp.MustCompile(`^sh -c "go run ./cmd/leastagency (.*) > dist-extra/\S+"$`).FindStringSubmatch(hook)
		if words == nil {
			continue
		}
		extras++
		if !strings.Contains(tried, "exec leastagency "+words[1]+"\n") {
			t.Errorf("no script tries what a release runs: leastagency %s", words[1])
		}
	}
	if extras != 4 {
		t.Errorf("%d of the manual page and three completions are made", extras)
	}
	if len(config.Builds) != 1 || len(config.Archives) != 1 {
		t.Fatalf("%d builds in %d archives", len(config.Builds), len(config.Archives))
	}
	build := config.Builds[0]
	if _, err := os.Stat(filepath.Join(build.Main, "main.go")); err != nil || !slices.Equal(build.Env, []string{"CGO_ENABLED=0"}) || !slices.Contains(build.Flags, "-trimpath") ||
		!slices.Equal(build.GOOS, []string{"linux", "darwin", "windows"}) || !slices.Equal(build.GOARCH, []string{"amd64", "arm64"}) {
		t.Errorf("build %+v: %v", build, err)
	}
	for _, file := range config.Archives[0].Files {
		name, plain := file.(string)
		if !plain {
			continue // made by the hooks
		}
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	var release workflow
	readYAML(t, ".github/workflows/release.yml", &release)
	makes, attests := false, false
	for _, s := range release.Jobs["release"].Steps {
		makes = makes || strings.HasPrefix(s.Uses, "goreleaser/goreleaser-action@") && strings.HasPrefix(s.With["version"], "v2.") && strings.HasPrefix(s.With["args"], "release ")
		attests = attests || strings.HasPrefix(s.Uses, "actions/attest-build-provenance@") && s.With["subject-checksums"] == "dist/"+config.Checksum.NameTemplate
	}
	if p := release.Jobs["release"].Permissions; !makes || !attests || p["id-token"] != "write" || p["attestations"] != "write" {
		t.Errorf("the release is made %v and attested %v with %v", makes, attests, p)
	}
}
