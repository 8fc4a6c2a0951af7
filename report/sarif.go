package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/leastagency/leastagency"
)

// What code hosts take, and what they keep of it without a word.
const (
	maxResults   = 5000 // results of one run
	maxRelated   = 99   // locations of one result, the first taken
	maxSteps     = 1000 // steps of one code flow
	maxNotes     = 1000 // notifications; our own limit, so that a broken tree cannot make the log too large
	maxTags      = 10   // tags of one rule
	maxRuleText  = 1024 // characters of a description
	linksShown   = 10   // related places linked from the message
	excerptRunes = 200  // of a snippet
)

const (
	sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"
	srcRoot     = "%SRCROOT%" // what paths are relative to; its own place is left out, so that output does not tell it
)

// SARIF prints a SARIF 2.1.0 log with one run, as GitHub code scanning reads it. Columns are UTF-16
// code units. The same tree gives the same bytes: there are no times, ids or absolute paths.
func SARIF(w io.Writer, r *leastagency.Report, o Options) error {
	log := &sarif.Report{Version: "2.1.0", Schema: sarifSchema, Runs: []*sarif.Run{newSarif(r, o).run()}}
	encoded, err := json.MarshalIndent(log, "", " ")
	if err != nil {
		return err
	}
	if o.Ignored {
		encoded = withoutNulls(encoded)
	}
	_, err = w.Write(append(asciiSafe(encoded), '\n'))
	return err
}

// A sarifWriter builds one run. The library registers rules by linear search and drops their index
// when one is missing, so rules and indexes are ours.
type sarifWriter struct {
	*view
	rule   map[string]int // index of each rule
	prints map[*leastagency.Finding]string
	hashes map[*leastagency.File][]string
}

func newSarif(r *leastagency.Report, o Options) *sarifWriter {
	s := &sarifWriter{view: newView(r, o), rule: map[string]int{}, hashes: map[*leastagency.File][]string{}}
	s.prints = s.fingerprints()
	for i := range o.Policy.Rules {
		s.rule[o.Policy.Rules[i].ID] = i
	}
	return s
}

func (s *sarifWriter) run() *sarif.Run {
	findings, left := worst(s.findings, maxResults)
	run := &sarif.Run{
		Tool:               sarif.Tool{Driver: s.driver()},
		Results:            []*sarif.Result{},
		ColumnKind:         "utf16CodeUnits",
		OriginalUriBaseIDs: map[string]*sarif.ArtifactLocation{srcRoot: {Description: sarif.NewTextMessage("The root of the scanned tree.")}},
		Invocations:        []*sarif.Invocation{s.invocation(left)},
	}
	if s.Category != "" {
		run.AutomationDetails = &sarif.RunAutomationDetails{ID: ptr(strings.TrimSuffix(Visible(s.Category), "/") + "/")}
	}
	for _, f := range findings {
		run.Results = append(run.Results, s.result(f))
	}
	if s.Ignored {
		for _, f := range s.report.Ignored[:min(len(s.report.Ignored), maxResults-len(findings))] {
			result := s.result(f.Finding)
			result.Suppressions = []*sarif.Suppression{{Kind: suppression(f.By), Justification: ptr(s.text(f.By.Reason))}}
			run.Results = append(run.Results, result)
		}
	}
	return run
}

// withoutNulls takes out what the library writes for the fields of a suppression that are not set: the
// schema knows no nulls.
func withoutNulls(encoded []byte) []byte {
	return regexp.MustCompile(`(?m)^ *"[a-zA-Z]+": null,?\n`).ReplaceAll(encoded, nil)
}

// worst returns at most n findings, the most severe, in their own order, and how many are left out.
func worst(findings []*leastagency.Finding, n int) (kept []*leastagency.Finding, left int) {
	if len(findings) <= n {
		return findings, 0
	}
	kept = slices.Clone(findings)
	slices.SortStableFunc(kept, func(a, b *leastagency.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	kept = kept[:n]
	slices.SortStableFunc(kept, compareShown)
	return kept, len(findings) - n
}

func (s *sarifWriter) driver() *sarif.ToolComponent {
	version := s.version()
	driver := &sarif.ToolComponent{
		Name:            "leastagency",
		FullName:        ptr("leastagency: least agency for AI agents"),
		Version:         ptr(version),
		SemanticVersion: ptr(version),
		InformationURI:  ptr(HomeURL),
		Rules:           []*sarif.ReportingDescriptor{},
	}
	sure := map[string]leastagency.Confidence{}
	for _, f := range s.findings {
		if c, seen := sure[f.Rule.ID]; !seen || f.Confidence < c {
			sure[f.Rule.ID] = f.Confidence
		}
	}
	for i := range s.Policy.Rules {
		rule := &s.Policy.Rules[i]
		driver.Rules = append(driver.Rules, descriptor(rule, precision(sure[rule.ID])))
	}
	return driver
}

// severities are what SARIF and GitHub call ours. Exactly 9.0 would be on the edge of two of theirs.
var severities = [...]struct{ level, score string }{
	leastagency.SeverityUnknown: {"warning", "5.5"},
	leastagency.Low:             {"note", "2.5"},
	leastagency.Medium:          {"warning", "5.5"},
	leastagency.High:            {"error", "8.0"},
	leastagency.Critical:        {"error", "9.5"},
}

// precision says how far to trust a rule by its least sure finding in this run.
func precision(c leastagency.Confidence) string {
	switch c {
	case leastagency.Guessed:
		return "low"
	case leastagency.Inferred:
		return "medium"
	}
	return "high"
}

func descriptor(r *leastagency.RuleInfo, precision string) *sarif.ReportingDescriptor {
	return &sarif.ReportingDescriptor{
		ID:                   r.ID,
		Name:                 ptr(pascal(r.ID)),
		ShortDescription:     sarif.NewMultiformatMessageString(shorten(sentence(r.Title), maxRuleText)),
		FullDescription:      sarif.NewMultiformatMessageString(shorten(r.Why, maxRuleText)),
		DefaultConfiguration: &sarif.ReportingConfiguration{Level: severities[r.Severity].level},
		HelpURI:              ptr(DocsURL + r.ID + ".md"),
		Help:                 &sarif.MultiformatMessageString{Text: ptr(help(r, false)), Markdown: ptr(help(r, true))},
		Properties: sarif.Properties{
			"tags":              tags(r),
			"precision":         precision,
			"security-severity": severities[r.Severity].score,
		},
	}
}

// tags returns what a rule is filed under: first what code hosts know, then what people search for.
func tags(r *leastagency.RuleInfo) []string {
	list := []string{"security"}
	for _, n := range r.CWE {
		list = append(list, fmt.Sprintf("external/cwe/cwe-%03d", n))
	}
	list = append(list, "agent", r.Family())
	for _, group := range []struct {
		name string
		ids  []string
	}{{"owasp-agentic", r.ASI}, {"owasp-mcp", r.MCP}, {"owasp-llm", r.LLM}, {"mitre-atlas", r.ATLAS}} {
		for _, id := range group.ids {
			list = append(list, "external/"+group.name+"/"+strings.ToLower(id))
		}
	}
	return list[:min(len(list), maxTags)]
}

// help returns what to know and do about a rule, as text or Markdown.
func help(r *leastagency.RuleInfo, markdown bool) string {
	var b strings.Builder
	heading := func(text string) {
		if markdown {
			text = "**" + text + "**"
		}
		b.WriteString("\n\n" + text)
	}
	b.WriteString(strings.TrimSpace(r.Why))
	heading("Remedy:")
	b.WriteString(" " + r.Remedy)
	for _, part := range []struct {
		name     string
		examples []leastagency.Example
	}{{"Before", r.Before}, {"After", r.After}} {
		for _, e := range part.examples {
			heading(part.name + ": " + e.Path)
			text := strings.TrimRight(e.Text, "\n")
			if markdown {
				fence := fenceFor(text)
				text = fence + "\n" + text + "\n" + fence
			}
			b.WriteString("\n\n" + text)
		}
	}
	if markdown {
		b.WriteString("\n\n[More about " + r.ID + "](" + DocsURL + r.ID + ".md)")
	}
	return b.String()
}

// fenceFor returns a code fence that the text does not contain.
func fenceFor(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence
}

func (s *sarifWriter) result(f *leastagency.Finding) *sarif.Result {
	result := &sarif.Result{
		RuleID:    ptr(f.Rule.ID),
		Level:     ptr(severities[f.Severity].level),
		Locations: []*sarif.Location{s.location(f.At)},
		PartialFingerprints: map[string]any{
			"primaryLocationLineHash": s.lineHash(f.At),
			"leastagency/v1":          s.prints[f],
		},
	}
	if i, known := s.rule[f.Rule.ID]; known {
		result.RuleIndex = ptr(uint(i))
	}
	result.Properties = sarif.Properties{"confidence": f.Confidence.String()}
	if s.New {
		result.BaselineState = ptr("new")
	}
	message := linkSafe(sentence(s.text(f.Message)))
	for i, step := range f.Related {
		if i == maxRelated {
			break
		}
		id := uint(i + 1)
		location := s.location(step.At)
		location.Id = &id
		if step.Text != "" {
			location.Message = sarif.NewTextMessage(linkSafe(s.text(step.Text)))
		}
		result.RelatedLocations = append(result.RelatedLocations, location)
		switch {
		case i == 0:
			message += " Also in "
		case i < linksShown:
			message += ", "
		case i == linksShown:
			message += fmt.Sprintf(" and %d more", len(f.Related)-i)
		}
		if i < linksShown {
			message += fmt.Sprintf("[%s](%d)", linkSafe(s.text(fmt.Sprintf("%s:%d", step.At.File.Real, step.At.From().Line))), id)
		}
	}
	if len(f.Related) > 0 {
		message += "."
	}
	result.Message = *sarif.NewTextMessage(message)
	if edits := s.edits(f.Fix); len(edits) > 0 {
		result.Fixes = []*sarif.Fix{s.fix(f.Fix.Text, edits)}
	}
	if len(f.Steps) > 0 {
		result.CodeFlows = []*sarif.CodeFlow{{ThreadFlows: []*sarif.ThreadFlow{{Locations: s.steps(f.Steps)}}}}
	}
	return result
}

// fix returns edits as one change a file, in the order in which the files are first edited.
func (s *sarifWriter) fix(text string, edits []leastagency.Edit) *sarif.Fix {
	fix := &sarif.Fix{Description: sarif.NewTextMessage(linkSafe(sentence(s.text(text))))}
	changes := map[string]*sarif.ArtifactChange{}
	for _, edit := range edits {
		change := changes[edit.At.File.Real]
		if change == nil {
			change = &sarif.ArtifactChange{ArtifactLocation: *artifact(edit.At.File.Real)}
			changes[edit.At.File.Real] = change
			fix.ArtifactChanges = append(fix.ArtifactChanges, change)
		}
		from, to := edit.At.From(), edit.At.To()
		replacement := &sarif.Replacement{DeletedRegion: sarif.Region{StartLine: &from.Line, StartColumn: &from.Column, EndLine: &to.Line, EndColumn: &to.Column}}
		if edit.New != "" {
			replacement.InsertedContent = &sarif.ArtifactContent{Text: &edit.New}
		}
		change.Replacements = append(change.Replacements, replacement)
	}
	return fix
}

func (s *sarifWriter) steps(steps []leastagency.Step) []*sarif.ThreadFlowLocation {
	var flow []*sarif.ThreadFlowLocation
	for _, step := range steps[:min(len(steps), maxSteps)] {
		location := s.location(step.At)
		location.Message = sarif.NewTextMessage(linkSafe(s.text(step.Text)))
		flow = append(flow, &sarif.ThreadFlowLocation{Location: location})
	}
	return flow
}

func (s *sarifWriter) location(at leastagency.Span) *sarif.Location {
	from, to := at.From(), at.To()
	region := &sarif.Region{StartLine: &from.Line, StartColumn: &from.Column}
	if from != to {
		region.EndLine, region.EndColumn = &to.Line, &to.Column
	}
	if text := shorten(s.excerpt(at), excerptRunes); text != "" {
		region.Snippet = &sarif.ArtifactContent{Text: &text}
	}
	return sarif.NewLocationWithPhysicalLocation(&sarif.PhysicalLocation{ArtifactLocation: artifact(at.File.Real), Region: region})
}

func artifact(path string) *sarif.ArtifactLocation {
	return &sarif.ArtifactLocation{URI: ptr(uri(path)), URIBaseId: ptr(srcRoot)}
}

// lineHash returns what GitHub recognises a result by when lines move.
func (s *sarifWriter) lineHash(at leastagency.Span) string {
	hashes, done := s.hashes[at.File]
	if !done {
		hashes = lineHashes(at.File.Data)
		s.hashes[at.File] = hashes
	}
	line := at.From().Line
	return hashes[min(line, len(hashes))-1]
}

// invocation says that the scan ran to its end, and what it did not look at.
func (s *sarifWriter) invocation(left int) *sarif.Invocation {
	done := true
	invocation := &sarif.Invocation{ExecutionSuccessful: &done}
	note := func(level, text string, locations ...*sarif.Location) {
		invocation.ToolExecutionNotifications = append(invocation.ToolExecutionNotifications,
			&sarif.Notification{Level: level, Message: sarif.NewTextMessage(linkSafe(text)), Locations: locations})
	}
	if left > 0 {
		note("warning", fmt.Sprintf("%s left out: a log holds the %d most severe.", plural(left, "finding"), maxResults))
	}
	problems := s.report.System.Problems
	if more := len(problems) - maxNotes; more > 0 {
		note("warning", fmt.Sprintf("%s left out: a log holds the first %d.", plural(more, "problem"), maxNotes))
		problems = problems[:maxNotes]
	}
	for _, p := range problems {
		level := "note"
		if notEvaluated(p) {
			level = "warning"
		}
		location := sarif.NewLocationWithPhysicalLocation(&sarif.PhysicalLocation{ArtifactLocation: artifact(problemPath(p))})
		if !p.At.IsZero() {
			location = s.location(p.At)
		}
		note(level, s.text(problemPath(p)+": "+sentence(p.Text)), location)
	}
	return invocation
}

// uri returns a path as a relative URI reference. A colon would make a scheme of what is before it.
func uri(path string) string {
	const plain = "-._~/@+,=()!$'*"
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// linkSafe escapes what makes a link in a SARIF message.
func linkSafe(text string) string {
	return strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`).Replace(text)
}

// sentence ends a text with a full stop unless it ends in something like it.
func sentence(text string) string {
	if text == "" || strings.ContainsRune(".!?…", []rune(text)[len([]rune(text))-1]) {
		return text
	}
	return text + "."
}

// shorten cuts a text to at most n characters.
func shorten(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
}

// pascal returns "AgencyUnrestrictedShell" for "agency/unrestricted-shell".
func pascal(id string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(id, func(r rune) bool { return r == '/' || r == '-' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func ptr[T any](v T) *T { return &v }
