package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/leastagency/leastagency"
)

// update rewrites every golden file of the project: LEASTAGENCY_UPDATE=1 go test ./...
var update = os.Getenv("LEASTAGENCY_UPDATE") != ""

// policy is one of three rules, so that these tests do not change with the rules of the project.
func policy() *leastagency.Policy {
	return &leastagency.Policy{
		Rules: []leastagency.RuleInfo{
			{
				ID: "agency/unrestricted-shell", Title: "The shell is granted whole", Severity: leastagency.High,
				Why: "Any command runs.", Remedy: "Allow the commands that the job needs, such as Bash(go test:*).",
				Before: []leastagency.Example{{Path: ".claude/settings.json", Text: "{\"permissions\": {\"allow\": [\"Bash\"]}}\n"}},
				After:  []leastagency.Example{{Path: "CLAUDE.md", Text: "A fence:\n```\nmake\n```\n"}},
				CWE:    []int{78, 250}, ASI: []string{"ASI02", "ASI05"}, MCP: []string{"MCP05"}, LLM: []string{"LLM06"}, ATLAS: []string{"AML.T0053", "AML.T0050"},
			},
			{ID: "credential/literal-secret", Title: "A live credential stands in a file", Severity: leastagency.Critical, Why: "Whoever reads the file has it.", Remedy: "Refer to it: ${GITHUB_TOKEN}.", CWE: []int{798}},
			{ID: "limits/unbounded-agent", Title: "Nothing ends a run of the agent", Severity: leastagency.Low, Why: "It may go wrong for hours.", Remedy: "Set maxTurns."},
		},
		Knowledge: &leastagency.Knowledge{Secrets: []leastagency.SecretShape{
			{Kind: "GitHub token", Service: "github", Prefix: "ghp_", Charset: "alnum", Min: 20},
		}},
	}
}

const (
	token    = "ghp_" + "R7sK2mQ9xWb4TzN8vLcJ1yHd5gFp3aEu6oXi"
	password = "correct-horse-battery-9"
)

// scanned returns the report of a small repository.
func scanned() *leastagency.Report {
	p := policy()
	shell, secret, limit := &p.Rules[0], &p.Rules[1], &p.Rules[2]
	settings := leastagency.NewFile(".claude/settings.json", []byte("{\n  \"permissions\": {\n    \"allow\": [\"Read\", \"Bash\"]\n  }\n}\n"))
	servers := leastagency.NewFile(".mcp.json", []byte("{\"mcpServers\": {\n\t\"gh\": {\"env\": {\"TOKEN\": \""+token+"\", \"PASSWORD\": \""+password+"\"}},\n\t\"größe 😀\": {\"command\": \"x\"}\n}}\n"))
	fixture := leastagency.NewFile("testdata/.mcp.json", []byte("{}"))
	at := func(f *leastagency.File, text string) leastagency.Span {
		i := bytes.Index(f.Data, []byte(text))
		if i < 0 {
			panic("no " + text + " in " + f.Path)
		}
		return f.Span(i, i+len(text))
	}
	r := &leastagency.Report{
		Files:   4,
		Secrets: []leastagency.Span{at(servers, `"`+token+`"`), at(servers, `"`+password+`"`)},
		System: &leastagency.System{
			Agents: []*leastagency.Agent{{
				ID: "claude-code", Product: "claude-code", Kind: leastagency.KindSession, Root: ".", At: settings.Whole(),
				Servers: []*leastagency.Server{{Name: "gh"}},
				Grants: []*leastagency.Grant{
					{Capability: leastagency.Execute, Decision: leastagency.Allow}, {Capability: leastagency.ReadPrivate, Decision: leastagency.Ask}, {Capability: leastagency.Destroy, Decision: leastagency.Deny},
				},
			}},
			Problems: []*leastagency.Problem{
				{Path: "big.json", Kind: leastagency.ProblemLimit, Text: "larger than 8 MiB; not evaluated"},
				{At: settings.Span(0, 1), Kind: leastagency.ProblemDuplicateKey, Text: "key twice"},
			},
		},
	}
	add := func(rule *leastagency.RuleInfo, span leastagency.Span, text string) *leastagency.Finding {
		f := &leastagency.Finding{Rule: rule, Severity: rule.Severity, Confidence: leastagency.Declared, At: span, Message: text}
		r.Findings = append(r.Findings, f)
		return f
	}
	add(shell, at(settings, `"Bash"`), "Bash is allowed whole: any command runs without a question").
		Because(at(servers, `"größe 😀"`), "server %q reads text of strangers", "größe 😀").
		Because(at(settings, `"Read"`), "and the password "+password+" is readable")
	add(secret, at(servers, `"`+token+`"`), "TOKEN of server \"gh\" is a GitHub token").
		Also(at(servers, `"`+password+`"`), "and a password").Also(at(settings, `"allow"`), "")
	add(limit, at(servers, `"command"`), "nothing bounds server \"größe 😀\"").Sure(leastagency.Inferred)
	add(limit, at(servers, `"x"`), "looks endless").Sure(leastagency.Guessed)
	add(shell, fixture.Whole(), "a shell in a fixture")
	add(secret, fixture.Whole(), "a key in a fixture")
	ignore := func(span leastagency.Span, by leastagency.Ignore) {
		r.Ignored = append(r.Ignored, &leastagency.Ignored{
			Finding: &leastagency.Finding{Rule: limit, Severity: limit.Severity, Confidence: leastagency.Declared, At: span, Message: "nothing bounds it, not even " + password}, By: &by})
	}
	ignore(at(servers, `"gh"`), leastagency.Ignore{Rule: limit.ID, Reason: "the password is " + password + "\x1b[2J", At: at(servers, `"env"`)})
	ignore(at(settings, `"Read"`), leastagency.Ignore{Rule: limit.ID, Reason: "see the ticket", Path: "**", Expires: time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC), At: leastagency.NewFile("leastagency.cue", []byte("ignore")).Whole()})
	return r
}

func printed(t *testing.T, f Format, r *leastagency.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// golden compares with testdata/name, which LEASTAGENCY_UPDATE=1 rewrites.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-want +got), LEASTAGENCY_UPDATE=1 rewrites it:\n%s", file, cmp.Diff(string(want), got))
	}
}

func TestFormats(t *testing.T) {
	for _, f := range All() {
		t.Run(f.Name, func(t *testing.T) {
			got := printed(t, f, scanned(), Options{Policy: policy(), Version: "1.2.3"})
			golden(t, "report."+f.Name, got)
			if again := printed(t, f, scanned(), Options{Policy: policy(), Version: "1.2.3"}); again != got {
				t.Error("a second run prints something else")
			}
			for _, secret := range []string{token, password} {
				if strings.Contains(got, secret) {
					t.Errorf("output holds the secret %q", secret)
				}
			}
		})
	}
}

func TestPedantic(t *testing.T) {
	got := printed(t, All()[0], scanned(), Options{Policy: policy(), Pedantic: true, MinSeverity: leastagency.Low})
	golden(t, "pedantic.text", got)
	golden(t, "ignored.sarif", printed(t, Format{"sarif", SARIF}, scanned(), Options{Policy: policy(), Ignored: true}))
}

func TestShown(t *testing.T) {
	const ignored = " · 1 ignored by comments · 1 ignored by the policy"
	for _, test := range []struct {
		options Options
		want    int
		summary string
	}{
		{Options{}, 4, "4 findings: 2 critical, 1 high, 1 low in 3 files · 4 files read · 1 not evaluated · more with --pedantic: 1 in fixtures, 1 guessed" + ignored},
		{Options{Pedantic: true}, 6, "6 findings: 2 critical, 2 high, 2 low in 3 files · 4 files read · 1 not evaluated" + ignored},
		{Options{MinSeverity: leastagency.Critical}, 2, "2 findings: 2 critical in 2 files · 4 files read · 1 not evaluated · 4 below critical" + ignored},
	} {
		test.options.Policy = policy()
		if got := len(Shown(scanned(), test.options)); got != test.want {
			t.Errorf("%+v: %d findings shown, want %d", test.options, got, test.want)
		}
		if got := Summary(scanned(), test.options); got != test.summary {
			t.Errorf("summary %q, want %q", got, test.summary)
		}
	}
}

func TestCleanIsOneLine(t *testing.T) {
	clean := &leastagency.Report{System: &leastagency.System{}, Files: 3}
	if got, want := printed(t, All()[0], clean, Options{Policy: policy()}), "no findings · 3 files read\n"; got != want {
		t.Errorf("clean scan prints %q, want %q", got, want)
	}
}

func TestColorOnlyWhenAsked(t *testing.T) {
	text := All()[0]
	if plain := printed(t, text, scanned(), Options{Policy: policy()}); strings.Contains(plain, "\x1b") {
		t.Error("escape sequences without Color")
	}
	colored := printed(t, text, scanned(), Options{Policy: policy(), Color: true})
	if !strings.Contains(colored, "\x1b[31mhigh\x1b[0m") {
		t.Errorf("no red severity with Color:\n%q", colored)
	}
}

// TestLinkedFileIsShownOnce: the same bytes under two names are one thing to mend.
func TestLinkedFileIsShownOnce(t *testing.T) {
	p := policy()
	r := &leastagency.Report{System: &leastagency.System{}}
	for _, path := range []string{"AGENTS.md", "CLAUDE.md"} {
		f := leastagency.NewFile(path, []byte("x"))
		f.Real = "AGENTS.md"
		r.Findings = append(r.Findings, &leastagency.Finding{Rule: &p.Rules[0], Severity: leastagency.High, Confidence: leastagency.Declared, At: f.Whole(), Message: "m"})
	}
	shown := Shown(r, Options{Policy: p})
	if len(shown) != 1 || shown[0].At.File.Real != "AGENTS.md" {
		t.Errorf("shown %d findings, want one in AGENTS.md", len(shown))
	}
}

// hostileNames are what a repository may call a file, a server or a rule to attack who reads a report.
var hostileNames = []string{
	"\x1b[2J\x1b]0;owned\x07", "a\nb", "a\r::error::x", "::error file=x::pwned", "  ::add-mask::a", "\u00a0::error::a", "##[error]x",
	"](javascript:alert(1))", "[click](javascript:alert(1))", "<script>alert(1)</script>", "![x](https://evil.example/p)",
	"gpj.\u202egnp.exe", "a\u200b\u2060b", "\U000e0041\U000e0042", "\xff\xfe", "\u2028::error::x", "\ufeffx", "a\ufe01b", "\u3164",
	`\](javascript:x)`, "%0A::error::x", "\u009b31m",
}

// hostile returns a report in which every text that a file can control is one of the names.
func hostile(name string) *leastagency.Report {
	p := policy()
	file := leastagency.NewFile(name+"/.mcp.json", []byte(name+"\t"+name))
	span := file.Span(0, len(name))
	finding := &leastagency.Finding{Rule: &p.Rules[0], Severity: leastagency.High, Confidence: leastagency.Declared, At: span, Message: name}
	finding.Because(span, "%s", name).Also(file.Span(len(name)+1, len(file.Data)), "%s", name)
	return &leastagency.Report{
		Findings: []*leastagency.Finding{finding},
		System: &leastagency.System{
			Agents:   []*leastagency.Agent{{ID: name, Product: "mcp", Root: name, At: span, Servers: []*leastagency.Server{{Name: name}}}},
			Problems: []*leastagency.Problem{{Path: name, Kind: leastagency.ProblemUnreadable, Text: name}, {At: file.Span(len(file.Data), len(file.Data)), Kind: leastagency.ProblemSyntax, Text: name}},
		},
	}
}

// TestHostileNames: no format lets a name steer a terminal, a CI runner or a reader's eye.
func TestHostileNames(t *testing.T) {
	for _, format := range All() {
		for _, name := range hostileNames {
			got := printed(t, format, hostile(name), Options{Policy: policy()})
			for line := range strings.SplitSeq(got, "\n") {
				if i := strings.IndexFunc(line, unsafeRune); i >= 0 {
					t.Errorf("%s, name %q: raw character in %q", format.Name, name, line)
				}
				own := format.Name == "github" && annotationLine.MatchString(line)
				if !own && strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
					t.Errorf("%s, name %q: workflow command in %q", format.Name, name, line)
				}
			}
		}
	}
}

// unsafeRune is written apart from hidden, which it checks.
func unsafeRune(r rune) bool {
	return r == unicode.ReplacementChar || unicode.Is(unicode.C, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) ||
		r == 0x3164 || r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef
}

// TestHostileLinks: in a SARIF message the only links are those to related locations.
func TestHostileLinks(t *testing.T) {
	for _, name := range hostileNames {
		got := printed(t, Format{"sarif", SARIF}, hostile(name), Options{Policy: policy()})
		var log struct {
			Runs []struct {
				Results []struct {
					Message          struct{ Text string }
					RelatedLocations []struct{ Message struct{ Text string } }
				}
			}
		}
		if err := json.Unmarshal([]byte(got), &log); err != nil {
			t.Fatal(err)
		}
		result := log.Runs[0].Results[0]
		if links := openLinks(result.Message.Text); len(links) != 1 || links[0] != "1" {
			t.Errorf("name %q: message %q has links to %q, want one to 1", name, result.Message.Text, links)
		}
		if links := openLinks(result.RelatedLocations[0].Message.Text); len(links) != 0 {
			t.Errorf("name %q: related message has links to %q", name, links)
		}
	}
}

// openLinks returns the targets of the links in a SARIF message.
func openLinks(text string) (targets []string) {
	escaped := false
	for i := range len(text) {
		switch {
		case escaped:
			escaped = false
		case text[i] == '\\':
			escaped = true
		case text[i] == ']' && strings.HasPrefix(text[i:], "]("):
			target, _, _ := strings.Cut(text[i+2:], ")")
			targets = append(targets, target)
		}
	}
	return targets
}

// TestJSONKeepsNames: what is escaped in JSON is only written differently.
func TestJSONKeepsNames(t *testing.T) {
	for _, name := range hostileNames {
		if strings.Contains(name, "\xff") {
			continue // no JSON string can hold it
		}
		var doc Document
		if err := json.Unmarshal([]byte(printed(t, Format{"json", JSON}, hostile(name), Options{Policy: policy()})), &doc); err != nil {
			t.Fatal(err)
		}
		if got, want := doc.Findings[0].Path, name+"/.mcp.json"; got != want {
			t.Errorf("path %q, want %q", got, want)
		}
	}
}

func TestURI(t *testing.T) {
	for path, want := range map[string]string{
		".mcp.json":         ".mcp.json",
		"a b/#1?.json":      "a%20b/%231%3F.json",
		"100%/größe.json":   "100%25/gr%C3%B6%C3%9Fe.json",
		"::error::/x":       "%3A%3Aerror%3A%3A/x",
		"javascript:alert":  "javascript%3Aalert",
		"a\nb":              "a%0Ab",
		`back\slash`:        "back%5Cslash",
		"[x](y)/<z>&\"@\"+": "%5Bx%5D(y)/%3Cz%3E%26%22@%22+",
	} {
		got := uri(path)
		if got != want {
			t.Errorf("uri(%q) = %q, want %q", path, got, want)
		}
		parsed, err := url.Parse(got)
		if err != nil || parsed.Scheme != "" || parsed.Path != path {
			t.Errorf("uri(%q) = %q reads back as %+v, %v", path, got, parsed, err)
		}
	}
}

func TestLineHashes(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", []string{"c129715d7a2bc9a3:1"}},
		{"{\n  \"a\": \"é😀\"\n}\n", []string{"add018ca76e3acd6:1", "9ef4076d22659c25:1", "32dce9ccfdbc9d3e:1", "c129715d7a2bc9a3:1"}},
		{"{\r\n\t\"a\":\"é😀\"\r}\r\n", []string{"add018ca76e3acd6:1", "9ef4076d22659c25:1", "32dce9ccfdbc9d3e:1", "c129715d7a2bc9a3:1"}},
		{"\n\n", []string{lineHashes([]byte("\n\n"))[0], lineHashes([]byte("\n"))[0], "c129715d7a2bc9a3:1"}},
	} {
		if diff := cmp.Diff(test.want, lineHashes([]byte(test.text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
	}
	// Equal windows are numbered: lines far enough from the end see only themselves.
	many := lineHashes([]byte(strings.Repeat("x\n", 200)))
	if first, _, _ := strings.Cut(many[0], ":"); many[1] != first+":2" || many[9] != first+":10" {
		t.Errorf("equal lines are %q, %q … %q", many[0], many[1], many[9])
	}
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("a", 5000) + "<HERE>" + strings.Repeat("b", 5000)
	for _, test := range []struct {
		name, source, mark string
		text, marks        string
	}{
		{"tab", "\t\"a\": 1", `"a"`, `    "a": 1`, `    ^~~`},
		{"tab inside", "ab\tcd", "cd", "ab  cd", "    ^~"},
		{"wide", `"日本": x`, "x", `"日本": x`, "        ^"},
		{"combining", "e\u0301x", "x", "e\u0301x", " ^"},
		{"escape", "a\x1b[31mb", "b", `a\x1b[31mb`, `         ^`},
		{"bidi", "a\u202eb", "\u202e", `a\u202eb`, " ^~~~~~"},
		{"tag", "a\U000e0041b", "b", `a\U000e0041b`, "           ^"},
		{"emoji", "\u2764\ufe0f x", "x", "\u2764\ufe0f x", "  ^"},
		{"invalid", "a\xffb", "b", `a\xffb`, "     ^"},
		{"bom", "\ufeff{}", "{", "{}", "^"},
		{"crlf", "ab\r\nc", "b", "ab", " ^"},
		{"shape", "k=" + token + " @", "@", "k=ghp_… @", "        ^"},
		{"span over lines", "ab\ncd", "b\nc", "ab", " ^"},
		{"command", "##[error]x", "x", `\x23#[error]x`, "            ^"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := leastagency.NewFile("x", []byte(test.source))
			i := strings.Index(test.source, test.mark)
			v := newView(&leastagency.Report{System: &leastagency.System{}}, Options{Policy: policy()})
			text, marks := v.snippet(f.Span(i, i+len(test.mark)))
			if text != test.text || marks != test.marks {
				t.Errorf("got\n%s\n%s\nwant\n%s\n%s", text, marks, test.text, test.marks)
			}
		})
	}
	v := newView(&leastagency.Report{System: &leastagency.System{}}, Options{Policy: policy()})
	f := leastagency.NewFile("x", []byte(long))
	text, marks := v.snippet(f.Span(5000, 5006))
	if n := len([]rune(text)); n > columns+2 || !strings.HasPrefix(text, "…a") || !strings.HasSuffix(text, "b…") {
		t.Errorf("long line is shown as %d characters: %s", n, text)
	}
	if from := strings.Index(marks, "^~~~~~"); from < 0 || string([]rune(text)[from:from+6]) != "<HERE>" {
		t.Errorf("marks miss:\n%s\n%s", text, marks)
	}
	empty := leastagency.NewFile("x", []byte("{\n"))
	if text, marks := v.snippet(empty.Span(1, 1)); text != "{" || marks != " ^" {
		t.Errorf("end of line is marked as %q %q", text, marks)
	}
}

// TestSecretAcrossWindow: a secret that is only partly in the shown part of a line is hidden all the same.
func TestSecretAcrossWindow(t *testing.T) {
	long := "ghp_" + strings.Repeat("R7sK2mQ9xW", 60)
	line := long + " <HERE>"
	f := leastagency.NewFile("x", []byte(line))
	v := newView(&leastagency.Report{System: &leastagency.System{}}, Options{Policy: policy()})
	i := strings.Index(line, "<HERE>")
	text, _ := v.snippet(f.Span(i, i+6))
	if strings.Contains(text, "R7sK2mQ9xW") {
		t.Errorf("part of the secret is shown: %s", text)
	}
}

func TestSARIFCap(t *testing.T) {
	p := policy()
	f := leastagency.NewFile("x", []byte(strings.Repeat("x\n", maxResults+7)))
	r := &leastagency.Report{System: &leastagency.System{}}
	for i := range maxResults + 7 {
		finding := &leastagency.Finding{Rule: &p.Rules[2], Severity: leastagency.Low, Confidence: leastagency.Declared, At: f.Span(2*i, 2*i+1), Message: "low"}
		if i == maxResults+6 {
			finding.Rule, finding.Severity, finding.Message = &p.Rules[1], leastagency.Critical, "worst"
		}
		r.Findings = append(r.Findings, finding)
	}
	got := printed(t, Format{"sarif", SARIF}, r, Options{Policy: p})
	if n := strings.Count(got, `"ruleIndex"`); n != maxResults {
		t.Errorf("%d results, want %d", n, maxResults)
	}
	if !strings.Contains(got, `"worst."`) {
		t.Error("the worst finding is cut")
	}
	if !strings.Contains(got, "7 findings left out: a log holds the 5000 most severe.") {
		t.Error("nothing says what was left out")
	}
}

// TestSARIFSchema validates against the published schema, which LEASTAGENCY_SARIF_SCHEMA names; CI
// takes it from the npm package @microsoft/sarif-multitool-linux.
func TestSARIFSchema(t *testing.T) {
	file := os.Getenv("LEASTAGENCY_SARIF_SCHEMA")
	if file == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("LEASTAGENCY_SARIF_SCHEMA must name sarif-2.1.0.json in CI")
		}
		t.Skip("set LEASTAGENCY_SARIF_SCHEMA to a copy of sarif-2.1.0.json to validate against it; .ci/run does")
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.NewCompiler().Compile(absolute)
	if err != nil {
		t.Fatal(err)
	}
	validate := func(encoded string) error {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(encoded))
		if err != nil {
			return err
		}
		return schema.Validate(value)
	}
	reports := map[string]*leastagency.Report{"scanned": scanned(), "fixed": fixed(), "empty": {System: &leastagency.System{}}}
	for _, name := range hostileNames {
		reports[fmt.Sprintf("%q", name)] = hostile(name)
	}
	for name, r := range reports {
		encoded := printed(t, Format{"sarif", SARIF}, r, Options{Policy: policy(), Category: "nightly", Ignored: true})
		if err := validate(encoded); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := strings.Replace(printed(t, Format{"sarif", SARIF}, scanned(), Options{Policy: policy()}), `"level": "error"`, `"level": "high"`, 1)
	if validate(bad) == nil {
		t.Error("a wrong level passes: the schema checks nothing")
	}
}

// TestWriteError: a report that cannot be written is an error in every format.
func TestWriteError(t *testing.T) {
	for _, f := range All() {
		if err := f.Write(broken{}, scanned(), Options{Policy: policy()}); !errors.Is(err, errBroken) {
			t.Errorf("%s: error %v, want %v", f.Name, err, errBroken)
		}
	}
}

type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestMerge(t *testing.T) {
	merged := Merge(Part{"a", scanned()}, Part{"b/c", scanned()}, Part{"", scanned()})
	paths := map[string]int{}
	for _, f := range Shown(merged, Options{Policy: policy()}) {
		paths[f.At.File.Real]++
		for _, s := range f.Steps {
			paths[s.At.File.Real]++
		}
	}
	for _, path := range []string{"a/.mcp.json", "b/c/.mcp.json", ".mcp.json", "a/.claude/settings.json", "b/c/testdata/.mcp.json"} {
		if paths[path] == 0 {
			t.Errorf("nothing shown in %s, only in %v", path, paths)
		}
	}
	if merged.Files != 12 {
		t.Errorf("%d files read, want 12", merged.Files)
	}
	text := printed(t, All()[0], merged, Options{Policy: policy()})
	if strings.Contains(text, token) || strings.Contains(text, password) {
		t.Error("secrets are not masked in files that moved")
	}
	if !strings.Contains(text, "a/big.json") || !strings.Contains(text, "b/c/big.json") {
		t.Error("problems of the parts are lost")
	}
}
