package report

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/leastagency/leastagency"
)

// Texts returns what makes a message or a name safe to show: literal secrets of the scan masked, hidden
// characters written as escapes, one line.
func Texts(r *leastagency.Report, o Options) func(string) string { return newView(r, o).text }

// An Inventory is the model of what a scan found, as JSON prints it. Lists are never null and always
// in the same order; credentials come without their values.
type Inventory struct {
	Version  int             `json:"version"` // JSONVersion
	Tool     JSONTool        `json:"tool"`
	Agents   []InventoryItem `json:"agents"`
	Problems []JSONProblem   `json:"problems"`
}

// An InventoryItem is one agent with all that is in force for it.
type InventoryItem struct {
	ID            string             `json:"id"`   // as 'leastagency can' takes it
	Name          string             `json:"name"` // the agent's own; its product's where it has none
	Product       string             `json:"product"`
	Kind          string             `json:"kind"`
	Root          string             `json:"root"`
	Parent        string             `json:"parent,omitempty"` // id of the session that starts it
	Mode          JSONMode           `json:"mode"`
	Score         float64            `json:"score"` // 0 to 100
	Contributions []JSONContribution `json:"contributions"`
	AIVSS         JSONAIVSS          `json:"aivss"`
	Servers       []JSONServer       `json:"servers"`
	Tools         []JSONTools        `json:"tools"`
	Grants        []JSONGrant        `json:"grants"`
	Boundaries    []JSONBoundary     `json:"boundaries"`
	Credentials   []JSONCredential   `json:"credentials"`
	Triggers      []JSONTrigger      `json:"triggers"`
	Limits        JSONLimits         `json:"limits"`
	Memory        []JSONMemory       `json:"memory"`
	Chains        []JSONChain        `json:"chains"`
	Place                            // where it is declared
}

// A JSONMode is what happens when no rule decides; without a place it is the product's default.
type JSONMode struct {
	Value string `json:"value"`
	At    *Place `json:"at"`
}

// A JSONContribution is one reason for a score, with its share of the points.
type JSONContribution struct {
	Side   string  `json:"side"` // "capability", "data" or "time"
	Points float64 `json:"points"`
	Text   string  `json:"text"`
	At     *Place  `json:"at"`
}

// JSONAIVSS lists the risk amplification factors of one version of OWASP AIVSS.
type JSONAIVSS struct {
	Version string       `json:"version"`
	Factors []JSONFactor `json:"factors"` // always ten, in the order of AIVSS
}

// A JSONFactor is one factor; a null value is not visible in files.
type JSONFactor struct {
	Name  string   `json:"name"`
	Value *float64 `json:"value"` // 0, 0.5 or 1
	Why   string   `json:"why"`
	At    *Place   `json:"at"`
}

// A JSONServer is an MCP server that is attached.
type JSONServer struct {
	Name      string   `json:"name"`
	Transport string   `json:"transport"`
	Known     string   `json:"known"` // its title; empty for a stranger
	Can       []string `json:"can"`   // what its tools can do, where it is known
	ReadOnly  bool     `json:"readOnly"`
	Place
}

// JSONTools is one entry of a tool list, or a tool that a server's entry states.
type JSONTools struct {
	Name     string `json:"name"`
	Server   string `json:"server,omitempty"`
	Decision string `json:"decision"` // "allow" for offered, "deny" for withheld
	Place
}

// A JSONGrant says that the agent holds a capability.
type JSONGrant struct {
	Capability string      `json:"capability"`
	Decision   string      `json:"decision"`
	Reach      string      `json:"reach"`   // "one", "project", "service", "machine", "everything" or "unknown"
	Pattern    string      `json:"pattern"` // what narrows it; empty for nothing
	Route      string      `json:"route"`
	By         string      `json:"by"` // the rule, server or input that brings it; empty for the product itself
	Contained  bool        `json:"contained"`
	Implied    bool        `json:"implied"` // follows from executing code
	Confidence string      `json:"confidence"`
	Evidence   []JSONPlace `json:"evidence"`
}

// A JSONBoundary is something that stops or checks an effect.
type JSONBoundary struct {
	Kind     string        `json:"kind"`
	Hardness string        `json:"hardness"`
	Text     string        `json:"text"`
	Covers   []string      `json:"covers"`
	Fails    []JSONFailure `json:"fails"`
	Place
}

// A JSONFailure is a probe of the hard/soft test that a boundary fails.
type JSONFailure struct {
	Probe string `json:"probe"` // "P6"
	Why   string `json:"why"`
	At    *Place `json:"at"`
}

// A JSONCredential is something the agent authenticates with. Its value is nowhere.
type JSONCredential struct {
	Name     string `json:"name"`
	Source   string `json:"source"`
	Kind     string `json:"kind"`
	Service  string `json:"service"`
	Lifetime string `json:"lifetime"`
	Admin    bool   `json:"admin"`
	Place
}

// A JSONTrigger is what starts the agent.
type JSONTrigger struct {
	Name      string `json:"name"`
	Strangers bool   `json:"strangers"` // can pull it
	Place
}

// JSONLimits are the limits that are stated; null for those that are not.
type JSONLimits struct {
	Turns   *JSONLimit `json:"turns"`
	Seconds *JSONLimit `json:"seconds"`
	Depth   *JSONLimit `json:"depth"`
}

// A JSONLimit is one limit.
type JSONLimit struct {
	Value int `json:"value"`
	Place
}

// A JSONMemory is what the agent reads next time and believes.
type JSONMemory struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Writers []string `json:"writers"` // what lets the agent change it unasked
	Place
}

// A JSONChain is a combination of grants with its witness.
type JSONChain struct {
	Name       string      `json:"name"`
	Unattended bool        `json:"unattended"`
	Cut        string      `json:"cut"`
	Steps      []JSONPlace `json:"steps"`
}

// WriteInventory prints the model: a table for people, or as "json". Prefix stands before every path.
func WriteInventory(w io.Writer, r *leastagency.Report, o Options, format, prefix string) error {
	i := inventory{view: newView(r, o), prefix: prefix}
	doc := i.document()
	if format == "json" {
		return writeJSON(w, doc)
	}
	_, err := io.WriteString(w, doc.table())
	return err
}

// An inventory builds the document.
type inventory struct {
	*view
	prefix string
}

func (v *inventory) document() Inventory {
	doc := Inventory{Version: JSONVersion, Tool: JSONTool{Name: "leastagency", Version: v.version()}, Agents: []InventoryItem{}, Problems: []JSONProblem{}}
	for _, a := range v.report.System.Agents {
		doc.Agents = append(doc.Agents, v.agent(a))
	}
	for _, p := range v.report.System.Problems {
		problem := JSONProblem{Kind: problemName(p.Kind), Path: v.text(path.Join(v.prefix, problemPath(p))), Text: v.text(p.Text)}
		if !p.At.IsZero() {
			problem.Start = ptr(jsonPlace(p.At).Start)
		}
		doc.Problems = append(doc.Problems, problem)
	}
	return doc
}

// place is the zero Place for what stands nowhere.
func (v *inventory) place(at leastagency.Span) Place {
	if at.IsZero() {
		return Place{}
	}
	p := jsonPlace(at)
	p.Path = v.text(path.Join(v.prefix, p.Path))
	return p
}

func (v *inventory) maybe(at leastagency.Span) *Place {
	if at.IsZero() {
		return nil
	}
	return ptr(v.place(at))
}

func (v *inventory) steps(steps []leastagency.Step) []JSONPlace {
	out := []JSONPlace{}
	for _, s := range steps {
		out = append(out, JSONPlace{v.place(s.At), v.text(s.Text)})
	}
	return out
}

func capabilityNames(list []leastagency.Capability) []string {
	out := []string{}
	for _, c := range list {
		if !slices.Contains(out, c.String()) {
			out = append(out, c.String())
		}
	}
	return out
}

func (v *inventory) agent(a *leastagency.Agent) InventoryItem {
	item := InventoryItem{ID: v.text(a.ID), Name: v.text(a.Name), Product: v.text(a.Product), Kind: a.Kind.String(), Root: v.text(path.Join(v.prefix, a.Root)),
		Mode: JSONMode{Value: a.Mode.V.String()}, Score: a.Score.Points, AIVSS: JSONAIVSS{leastagency.AIVSSVersion, []JSONFactor{}}, Place: v.place(a.At),
		Contributions: []JSONContribution{}, Servers: []JSONServer{}, Tools: []JSONTools{}, Grants: []JSONGrant{}, Boundaries: []JSONBoundary{},
		Credentials: []JSONCredential{}, Triggers: []JSONTrigger{}, Memory: []JSONMemory{}, Chains: []JSONChain{}}
	if item.Name == "" {
		item.Name = item.Product
	}
	if a.Parent != nil {
		item.Parent = v.text(a.Parent.ID)
	}
	if a.Mode.Set {
		item.Mode.At = v.maybe(a.Mode.At)
	}
	for _, c := range a.Score.Contributions {
		item.Contributions = append(item.Contributions, JSONContribution{c.Side.String(), tenths(c.Points), v.text(c.Text), v.maybe(c.At)})
	}
	for _, f := range a.Factors {
		factor := JSONFactor{Name: f.Name, Why: v.text(f.Why), At: v.maybe(f.At)}
		if value, known := f.Amount.Value(); known {
			factor.Value = &value
		}
		item.AIVSS.Factors = append(item.AIVSS.Factors, factor)
	}
	for _, s := range a.Servers {
		item.Servers = append(item.Servers, v.server(s))
		for _, t := range s.Tools {
			item.Tools = append(item.Tools, JSONTools{v.text(t.Name), v.text(s.Name), leastagency.Allow.String(), v.place(t.At)})
		}
	}
	for _, l := range a.Layers {
		for _, t := range l.Tools {
			item.Tools = append(item.Tools, JSONTools{Name: v.text(t.Text), Decision: t.Decision.String(), Place: v.place(t.At)})
		}
		for _, t := range l.Triggers {
			item.Triggers = append(item.Triggers, JSONTrigger{v.text(t.Name), t.Untrusted || t.Unauthenticated, v.place(t.At)})
		}
		for _, limit := range []struct {
			into **JSONLimit
			from leastagency.Value[int]
		}{{&item.Limits.Turns, l.Limits.Turns}, {&item.Limits.Seconds, l.Limits.Seconds}, {&item.Limits.Depth, l.Limits.Depth}} {
			if limit.from.Set && *limit.into == nil {
				*limit.into = &JSONLimit{limit.from.V, v.place(limit.from.At)}
			}
		}
	}
	for _, g := range a.Grants {
		item.Grants = append(item.Grants, JSONGrant{Capability: g.Capability.String(), Decision: g.Decision.String(), Reach: g.Reach.Breadth.String(), Pattern: v.text(g.Reach.Pattern),
			Route: g.Route.String(), By: v.text(g.By()), Contained: g.Contained, Implied: g.Implied, Confidence: g.Confidence.String(), Evidence: v.steps(g.Evidence)})
	}
	for _, b := range a.Boundaries {
		item.Boundaries = append(item.Boundaries, v.boundary(b))
	}
	for _, c := range a.AllCredentials() {
		item.Credentials = append(item.Credentials, JSONCredential{v.text(c.Name), c.Source.String(), v.text(c.Kind), v.text(c.Service), c.Lifetime.String(), c.Admin, v.place(c.At)})
	}
	for _, m := range a.Memory {
		memory := JSONMemory{Name: v.text(m.Name), Kind: memoryNames[m.Kind], Writers: []string{}, Place: v.place(m.At)}
		for _, g := range m.Writers {
			if name := v.text(g.By()); !slices.Contains(memory.Writers, name) {
				memory.Writers = append(memory.Writers, name)
			}
		}
		item.Memory = append(item.Memory, memory)
	}
	for _, c := range a.Chains {
		item.Chains = append(item.Chains, JSONChain{v.text(c.Name), c.Unattended, v.text(c.Cut), v.steps(c.Steps)})
	}
	return item
}

var memoryNames = [...]string{leastagency.MemoryUnknown: "unknown", leastagency.MemoryInstructions: "instructions", leastagency.MemoryStore: "store"}

func tenths(f float64) float64 { return float64(int(10*f+0.5)) / 10 }

func (v *inventory) server(s *leastagency.Server) JSONServer {
	out := JSONServer{Name: v.text(s.Name), Transport: s.Transport.String(), ReadOnly: !s.ReadOnly.IsZero(), Place: v.place(s.At)}
	if s.Known != nil {
		out.Known = s.Known.Title
	}
	var can []leastagency.Capability
	for _, e := range s.Effects {
		can = append(can, e.Capability)
	}
	out.Can = capabilityNames(can)
	return out
}

func (v *inventory) boundary(b *leastagency.Boundary) JSONBoundary {
	out := JSONBoundary{Kind: b.Kind.String(), Hardness: b.Hardness.String(), Text: v.text(b.Text), Covers: capabilityNames(b.Covers), Fails: []JSONFailure{}, Place: v.place(b.At)}
	for _, f := range b.Fails {
		out.Fails = append(out.Fails, JSONFailure{f.Probe.String(), v.text(f.Why), v.maybe(f.At)})
	}
	return out
}

// table prints the document for a person: a block for each agent, a table for each part that is there.
func (doc *Inventory) table() string {
	var b strings.Builder
	if len(doc.Agents) == 0 {
		b.WriteString("no agents\n")
	}
	for i := range doc.Agents {
		if i > 0 {
			b.WriteByte('\n')
		}
		doc.Agents[i].table(&b)
	}
	return b.String()
}

func (a *InventoryItem) table(b *strings.Builder) {
	mode := "mode " + a.Mode.Value
	if a.Mode.At != nil {
		mode += "  " + a.Mode.At.short()
	}
	fmt.Fprintf(b, "%s  %s in %s  score %g  %s\n", a.ID, a.Kind, a.Root, a.Score, mode)
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	row := func(cells ...string) {
		for len(cells) > 1 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		fmt.Fprintf(t, "    %s\n", strings.Join(cells, "\t"))
	}
	part := func(title string, n int) bool {
		if n > 0 {
			t.Flush()
			fmt.Fprintf(b, "  %s\n", title)
		}
		return n > 0
	}
	part("score", len(a.Contributions))
	for _, c := range a.Contributions {
		row(fmt.Sprintf("%.1f", c.Points), c.Side, c.Text, c.At.short())
	}
	part("AIVSS v"+a.AIVSS.Version+" factors", len(a.AIVSS.Factors))
	for _, f := range a.AIVSS.Factors {
		value := "?"
		if f.Value != nil {
			value = fmt.Sprintf("%.1f", *f.Value)
		}
		row(value, f.Name, f.Why, f.At.short())
	}
	part("servers", len(a.Servers))
	for _, s := range a.Servers {
		known := s.Known
		if known == "" {
			known = "unknown"
		}
		row(s.Name, s.Transport, known, strings.Join(s.Can, " "), s.Place.short())
	}
	part("tools", len(a.Tools))
	for _, tool := range a.Tools {
		row(tool.Decision, tool.Name, tool.Server, tool.Place.short())
	}
	part("grants", len(a.Grants))
	for _, g := range a.grants() {
		row(g...)
	}
	part("boundaries", len(a.Boundaries))
	for _, x := range a.Boundaries {
		var fails []string
		for _, f := range x.Fails {
			fails = append(fails, f.Probe+" "+f.Why)
		}
		row(x.Hardness, x.Kind, x.Text, x.Place.short(), strings.Join(fails, "; "))
	}
	part("credentials", len(a.Credentials))
	for _, c := range a.Credentials {
		row(c.Name, c.Source, c.Lifetime, c.Kind, c.Place.short())
	}
	part("triggers", len(a.Triggers))
	for _, x := range a.Triggers {
		who := ""
		if x.Strangers {
			who = "strangers"
		}
		row(x.Name, who, x.Place.short())
	}
	limits := []struct {
		name  string
		limit *JSONLimit
	}{{"turns", a.Limits.Turns}, {"seconds", a.Limits.Seconds}, {"depth", a.Limits.Depth}}
	limits = slices.DeleteFunc(limits, func(l struct {
		name  string
		limit *JSONLimit
	}) bool {
		return l.limit == nil
	})
	part("limits", len(limits))
	for _, l := range limits {
		row(l.name, fmt.Sprint(l.limit.Value), l.limit.Place.short())
	}
	part("memory", len(a.Memory))
	for _, m := range a.Memory {
		writers := ""
		if len(m.Writers) > 0 {
			writers = "changed unasked by " + strings.Join(m.Writers, ", ")
		}
		row(m.Kind, m.Name, writers)
	}
	part("chains", len(a.Chains))
	for _, c := range a.Chains {
		var steps []string
		for _, s := range c.Steps {
			steps = append(steps, s.Place.short())
		}
		row(c.Name, "by "+strings.Join(steps, " → "), "cut "+c.Cut)
	}
	t.Flush()
}

// grants returns a row for each thing that brings capabilities, with all that it brings. What follows
// from executing code stands in brackets.
func (a *InventoryItem) grants() (rows [][]string) {
	type source struct{ decision, reach, route, by, place string }
	var order []source
	can, follows := map[source][]string{}, map[source][]string{}
	add := func(to map[source][]string, s source, capability string) {
		if !slices.Contains(to[s], capability) {
			to[s] = append(to[s], capability)
		}
	}
	for i := range a.Grants {
		g := &a.Grants[i]
		s := source{g.Decision, strings.TrimSpace(g.Reach + " " + g.Pattern), g.Route, g.By, ""}
		if s.by == "" {
			s.by = "the product's own"
		}
		if g.Contained {
			s.by += " (inside the sandbox)"
		}
		if len(g.Evidence) > 0 {
			s.place = g.Evidence[0].short()
		}
		last := len(order) - 1
		for last >= 0 && !(order[last].by == s.by && order[last].decision == s.decision && order[last].place == s.place && slices.Contains(can[order[last]], leastagency.Execute.String())) {
			last--
		}
		if g.Implied && last >= 0 {
			add(follows, order[last], g.Capability)
			continue
		}
		if can[s] == nil {
			order = append(order, s)
		}
		add(can, s, g.Capability)
	}
	for _, s := range order {
		what := strings.Join(can[s], " ")
		if more := follows[s]; len(more) > 0 {
			what += " (so " + strings.Join(more, " ") + ")"
		}
		rows = append(rows, []string{s.decision, what, s.reach, s.route, s.by, s.place})
	}
	return rows
}

// short writes a place as editors and terminals link it; empty for none.
func (p *Place) short() string {
	if p == nil || p.Path == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", p.Path, p.Start.Line, p.Start.Column)
}
