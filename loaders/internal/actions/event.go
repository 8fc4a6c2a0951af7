// Package actions is what loaders of GitHub Actions files have in common: expressions and whether a
// stranger can make them true, events and who causes them, and token permissions.
package actions

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// An Event is one trigger of a workflow, with what is known of it.
type Event struct {
	At    leastagency.Span // its name
	Name  string
	Types []string // activity types, as written or as the platform's default
	Node  *node.Node
	known *known
}

// A known event: which activities a stranger causes, and whose words come with it.
type known struct {
	name string
	// open are the activities that anybody causes in a public repository.
	open []string
	// all are the activities when none are named; nil when the event has no types.
	all []string
	// actor is the object of the event that whoever causes it wrote.
	actor string
	// objects are the parts of the payload that exist.
	objects []string
	// powerless says that a stranger's run has a token that only reads, and no secrets.
	powerless bool
	text      string // what a stranger wrote and an agent then reads
}

// Sources: events that trigger workflows, and the security hardening of the platform's documentation.
var events = []known{
	{name: "issues", open: []string{"opened", "edited", "reopened", "closed", "deleted"}, all: []string{"opened", "edited", "labeled", "assigned", "reopened", "closed"}, actor: "issue", objects: []string{"issue"}, text: "the issue"},
	{name: "issue_comment", open: []string{"created", "edited", "deleted"}, all: []string{"created", "edited", "deleted"}, actor: "comment", objects: []string{"issue", "comment"}, text: "the comment and its thread"},
	{name: "pull_request", open: []string{"opened", "edited", "synchronize", "reopened", "closed", "ready_for_review", "converted_to_draft"}, all: []string{"opened", "synchronize", "reopened"}, actor: "pull_request", objects: []string{"pull_request"}, powerless: true, text: "the pull request"},
	{name: "pull_request_target", open: []string{"opened", "edited", "synchronize", "reopened", "closed", "ready_for_review", "converted_to_draft"}, all: []string{"opened", "synchronize", "reopened"}, actor: "pull_request", objects: []string{"pull_request"}, text: "the pull request"},
	{name: "pull_request_review", open: []string{"submitted", "edited"}, all: []string{"submitted", "edited", "dismissed"}, actor: "review", objects: []string{"pull_request", "review"}, text: "the review and its pull request"},
	{name: "pull_request_review_comment", open: []string{"created", "edited", "deleted"}, all: []string{"created", "edited", "deleted"}, actor: "comment", objects: []string{"pull_request", "comment"}, text: "the review comment and its pull request"},
	{name: "discussion", open: []string{"created", "edited", "deleted"}, all: []string{"created", "edited", "labeled", "answered"}, actor: "discussion", objects: []string{"discussion"}, text: "the discussion"},
	{name: "discussion_comment", open: []string{"created", "edited", "deleted"}, all: []string{"created", "edited", "deleted"}, actor: "comment", objects: []string{"discussion", "comment"}, text: "the comment and its discussion"},
	{name: "workflow_run", open: []string{"completed", "requested", "in_progress"}, all: []string{"completed", "requested"}, actor: "workflow_run", objects: []string{"workflow_run"}, text: "what the run before it left behind"},
	{name: "fork", open: []string{""}, objects: []string{"forkee"}},
	{name: "watch", open: []string{"started"}, all: []string{"started"}},
}

// Events reads the "on" of a workflow.
func Events(on *node.Node) []Event {
	var out []Event
	add := func(at leastagency.Span, name string, n *node.Node) {
		e := Event{At: at, Name: name, Node: n}
		if i := slices.IndexFunc(events, func(k known) bool { return k.name == name }); i >= 0 {
			e.known = &events[i]
			e.Types = e.known.all
		}
		if types := n.Get("types"); types != nil {
			e.Types = nil
			if types.Is(node.String) {
				e.Types = []string{types.Text}
			}
			for _, t := range types.Strings() {
				e.Types = append(e.Types, t.V)
			}
		}
		out = append(out, e)
	}
	switch {
	case on.Is(node.String):
		add(on.At, on.Text, nil)
	case on.Is(node.List):
		for _, item := range on.Strings() {
			add(item.At, item.V, nil)
		}
	}
	for _, m := range on.Each() {
		add(m.At, m.Key, m.Value)
	}
	return out
}

// Open returns the activities that strangers cause; none for an event that only people of the repository cause.
func (e Event) Open() []string {
	if e.known == nil {
		return nil
	}
	if len(e.known.all) == 0 {
		return e.known.open
	}
	var out []string
	for _, t := range e.Types {
		if slices.Contains(e.known.open, t) {
			out = append(out, t)
		}
	}
	return out
}

// Powerless reports whether a stranger's run has neither secrets nor a token that writes.
func (e Event) Powerless() bool { return e.known != nil && e.known.powerless }

// Text says whose words come with the event; empty when nobody's.
func (e Event) Text() string {
	if e.known == nil {
		return ""
	}
	return e.known.text
}

// Wrote reports whether a path of the payload holds what strangers wrote when they, or others, cause the
// event: its own words when nobody stops strangers (open), and those of the thread around it in any case.
func (e Event) Wrote(path string, open bool) bool {
	object, ok := WordsOf(path)
	if (path == "github" || path == "github.event") && e.known != nil && e.known.actor != "" { // all that came with it, by toJSON
		object, ok = e.known.actor, true
	}
	if !ok || e.known == nil {
		return false
	}
	if object == "" { // github.head_ref, github.ref_name
		return e.known.name == "pull_request_target" || e.known.name == "workflow_run" && open
	}
	if !slices.Contains(e.known.objects, object) || e.known.powerless {
		return false
	}
	if object == e.known.actor && !open {
		return slices.ContainsFunc(e.Types, func(t string) bool { return !slices.Contains(e.known.open, t) }) // labeled, assigned: by others, later
	}
	return true
}

// words of the payload that its author chooses freely.
var words = []string{"body", "title", "head.ref", "head.label", "head_branch", "display_title", "head_commit.message", "head_commit.author.name", "head_commit.author.email",
	"head.repo.default_branch", "head.repo.description", "head.repo.homepage", "page_name", "message", "name", "email", "description"}

// WordsOf returns the object of the event whose author chooses the text that a path holds; ok is false for
// anything else. The object is empty for a branch name.
func WordsOf(path string) (object string, ok bool) {
	if path == "github.head_ref" {
		return "", true
	}
	rest, found := strings.CutPrefix(path, "github.event.")
	if !found {
		return "", false
	}
	object, rest, _ = strings.Cut(rest, ".")
	if rest == "" {
		switch object {
		case "issue", "comment", "pull_request", "review", "discussion", "workflow_run":
			return object, true // the whole object, by toJSON
		}
		return "", false
	}
	return object, slices.Contains(words, rest)
}

// An Outcome says whether a stranger gets past a condition.
type Outcome uint8

const (
	Unsure Outcome = iota // depends on what we do not see
	Blocked
	Passes
	Chosen // passes when the stranger writes the right thing
)

// A Note is a part of a condition that speaks of who may pass.
type Note struct {
	Start, End int
	Outcome    Outcome
	Why        string // why it does not stop strangers
}

// A Stranger tries to get past conditions.
type Stranger struct {
	Event Event
	// Output says what the output of a step or job lets through: "steps.id.outputs.name", "needs.job.outputs.name".
	Output func(path string) (Outcome, string)
	Notes  []Note
}

// Try evaluates a condition.
func (s *Stranger) Try(e *Expr) Outcome {
	if e == nil {
		return Unsure
	}
	switch e.Op {
	case OpAnd:
		a, b := s.Try(e.Args[0]), s.Try(e.Args[1])
		switch {
		case a == Blocked || b == Blocked:
			return Blocked
		case a == Unsure || b == Unsure:
			return Unsure
		}
		return max(a, b)
	case OpOr:
		a, b := s.Try(e.Args[0]), s.Try(e.Args[1])
		switch {
		case a == Passes || b == Passes:
			return Passes
		case a == Chosen || b == Chosen:
			return Chosen
		case a == Unsure || b == Unsure:
			return Unsure
		}
		return Blocked
	case OpNot:
		switch o := s.Try(e.Args[0]); o {
		case Passes:
			return Blocked
		case Blocked:
			return Passes
		default:
			return o
		}
	}
	o, why := s.atom(e)
	if why != "" || o == Blocked && speaksOfActor(e) {
		s.Notes = append(s.Notes, Note{e.Start, e.End, o, why})
	}
	return o
}

// speaksOfActor reports whether an atom is about people rather than about the state of things.
func speaksOfActor(e *Expr) bool {
	found := false
	e.Paths(func(p *Expr) {
		switch kindOf(p.Text) {
		case valueAssociation, valueActor, valueFork, valueLabel, valueOutput:
			found = true
		}
	})
	return found
}

// A value is what a stranger's event holds under a path.
type value struct {
	kind   valueKind
	list   []string // of a constant: one text, or the items of a list
	isList bool
	path   string
}

type valueKind uint8

const (
	valueOther       valueKind = iota // something of the event that the stranger decides or that is so
	valueConstant                     // list
	valueNull                         // not there for this event
	valueWords                        // a text that the stranger writes
	valueAssociation                  // how its author belongs to the repository
	valueActor                        // the name of an account
	valueActorType                    // User, Bot
	valueFork                         // which repository the commits come from
	valueLabel                        // labels of the issue or pull request
	valueOutput                       // of a step or job
	valueTrue                         // true of every run: the repository's name, success()
)

// strange are the associations of people who may not write.
var strange = []string{"none", "first_timer", "first_time_contributor", "contributor", "mannequin"}

func kindOf(path string) valueKind {
	switch {
	case strings.HasSuffix(path, ".author_association"):
		return valueAssociation
	case path == "github.actor", path == "github.triggering_actor", strings.HasPrefix(path, "github.event.") && strings.HasSuffix(path, ".login"), path == "github.actor_id",
		strings.HasPrefix(path, "github.event.") && strings.HasSuffix(path, "user.id"):
		return valueActor
	case strings.HasPrefix(path, "github.event.") && (strings.HasSuffix(path, "user.type") || strings.HasSuffix(path, "sender.type")):
		return valueActorType
	case strings.Contains(path, ".head.repo.") || strings.Contains(path, ".head_repository."):
		return valueFork
	case strings.HasPrefix(path, "github.event.label.") || strings.Contains(path, ".labels"):
		return valueLabel
	case strings.HasPrefix(path, "steps.") || strings.HasPrefix(path, "needs."):
		return valueOutput
	case path == "github.repository", path == "github.repository_owner", path == "github.repository_id", path == "github.repository_owner_id", strings.HasPrefix(path, "github.event.repository."),
		strings.HasPrefix(path, "vars."), strings.HasPrefix(path, "secrets."), strings.Contains(path, ".base."):
		return valueTrue
	}
	if _, ok := WordsOf(path); ok {
		return valueWords
	}
	return valueOther
}

// value returns what an expression holds for the stranger's event.
func (s *Stranger) value(e *Expr) value {
	switch e.Op {
	case OpString, OpNumber, OpWord:
		if e.Text == "null" && e.Op == OpWord {
			return value{kind: valueNull}
		}
		return value{kind: valueConstant, list: []string{strings.ToLower(e.Text)}}
	case OpOr: // the first that is there
		if v := s.value(e.Args[0]); v.kind != valueNull {
			return v
		}
		return s.value(e.Args[1])
	case OpAnd:
		if v := s.value(e.Args[0]); v.kind == valueNull {
			return v
		}
		return s.value(e.Args[1])
	case OpCall:
		switch e.Text {
		case "fromjson":
			if len(e.Args) == 1 && e.Args[0].Op == OpString {
				return jsonList(e.Args[0].Text)
			}
		case "format", "join", "tojson":
			v := value{kind: valueOther}
			for _, a := range e.Args {
				if inner := s.value(a); inner.kind == valueWords {
					v = inner
				}
			}
			return v
		}
		return value{kind: valueOther}
	case OpPath:
		return s.path(e.Text)
	}
	return value{kind: valueOther}
}

func (s *Stranger) path(path string) value {
	switch path {
	case "github.event_name":
		return value{kind: valueConstant, list: []string{s.Event.Name}}
	case "github.event.action":
		var open []string
		for _, t := range s.Event.Open() {
			open = append(open, strings.ToLower(t))
		}
		if len(open) == 1 {
			return value{kind: valueConstant, list: open}
		}
		return value{kind: valueOther, list: open, path: path}
	}
	if rest, ok := strings.CutPrefix(path, "github.event."); ok && s.Event.known != nil {
		object, _, _ := strings.Cut(rest, ".")
		for _, k := range events {
			if slices.Contains(k.objects, object) && !slices.Contains(s.Event.known.objects, object) {
				return value{kind: valueNull}
			}
		}
		if object == "label" || object == "assignee" {
			return value{kind: valueNull} // only with activities that strangers do not cause
		}
	}
	return value{kind: kindOf(path), path: path}
}

// own reports whether a path speaks of the person who causes the event, rather than of another.
func (s *Stranger) own(path string) bool {
	object, rest, nested := strings.Cut(strings.TrimPrefix(path, "github.event."), ".")
	_ = rest
	return !nested || s.Event.known == nil || object == s.Event.known.actor || object == "sender" || strings.HasPrefix(path, "github.actor") || path == "github.triggering_actor"
}

func jsonList(text string) value {
	v := value{kind: valueConstant, isList: true}
	for part := range strings.SplitSeq(strings.Trim(strings.TrimSpace(text), "[]"), ",") {
		v.list = append(v.list, strings.ToLower(strings.Trim(strings.TrimSpace(part), `"'`)))
	}
	return v
}

// atom decides a part of a condition without "and", "or" and "not", and says why it stops nobody where
// it reads like a check of people.
func (s *Stranger) atom(e *Expr) (Outcome, string) {
	switch e.Op {
	case OpWord:
		if e.Text == "false" || e.Text == "null" {
			return Blocked, ""
		}
		return Passes, ""
	case OpString, OpNumber:
		return Passes, ""
	case OpEqual, OpUnequal:
		a, b := s.value(e.Args[0]), s.value(e.Args[1])
		if a.kind == valueConstant && b.kind != valueConstant {
			a, b = b, a
		}
		return s.compare(a, b, e.Op == OpEqual)
	case OpCall:
		return s.call(e)
	case OpPath:
		switch v := s.value(e); v.kind {
		case valueNull:
			return Blocked, ""
		case valueOutput:
			return s.output(v.path)
		case valueTrue:
			return Passes, ""
		case valueFork:
			if strings.HasSuffix(v.path, ".fork") {
				return s.fork(true)
			}
		}
		return Chosen, ""
	}
	return Chosen, ""
}

func (s *Stranger) output(path string) (Outcome, string) {
	if s.Output == nil {
		return Unsure, ""
	}
	return s.Output(path)
}

// fork decides whether the commits come from the repository itself: a stranger's come from a fork, but
// the stranger may also speak in a thread that is not the stranger's.
func (s *Stranger) fork(wanted bool) (Outcome, string) {
	if s.Event.known != nil && s.Event.known.actor != "pull_request" && s.Event.known.actor != "workflow_run" {
		return Chosen, "it tells where the commits come from, and not who speaks: anybody comments on a branch of the repository's own"
	}
	if wanted {
		return Passes, ""
	}
	return Blocked, ""
}

func (s *Stranger) compare(a, b value, equal bool) (Outcome, string) {
	not := func(o Outcome) Outcome {
		switch {
		case equal || o == Chosen || o == Unsure:
			return o
		case o == Passes:
			return Blocked
		}
		return Passes
	}
	literal := ""
	if b.kind == valueConstant && len(b.list) == 1 {
		literal = b.list[0]
	}
	switch a.kind {
	case valueConstant:
		if b.kind == valueConstant {
			if literal == a.list[0] {
				return not(Passes), ""
			}
			return not(Blocked), ""
		}
	case valueNull:
		if b.kind == valueNull || literal == "" || literal == "false" || literal == "0" {
			return not(Passes), ""
		}
		return not(Blocked), ""
	case valueAssociation:
		switch {
		case !s.own(a.path):
			return Chosen, "it looks at the author of the thread, and not at the one who speaks"
		case !slices.Contains(strange, literal):
			if !equal {
				return Passes, "it lets everybody pass but these"
			}
			return Blocked, ""
		case !equal && literal == "none":
			return Chosen, "everybody whose change was merged once is a CONTRIBUTOR, and may pass"
		}
		return Chosen, "anybody can be " + strings.ToUpper(literal)
	case valueActor:
		switch {
		case b.kind != valueConstant: // the author of the thread, the owner of the repository
			if b.kind == valueActor && !equal || b.kind == valueActor {
				return Chosen, "everybody is the author of something"
			}
			return not(Blocked), ""
		case !s.own(a.path):
			return Chosen, "it looks at the author of the thread, and not at the one who speaks"
		case !equal:
			return Passes, "it shuts out one account and lets everybody else pass"
		}
		return Blocked, ""
	case valueActorType:
		if (literal == "bot") == equal {
			return Blocked, ""
		}
		return Passes, "it keeps bots away, and no people"
	case valueFork:
		own := b.kind == valueTrue || literal == "false"
		return s.fork(own != equal)
	case valueTrue:
		if b.kind == valueFork {
			return s.fork(!equal)
		}
		return Passes, ""
	case valueOutput:
		o, why := s.output(a.path)
		return o, why
	case valueLabel:
		return Chosen, labelled
	case valueWords:
		if strings.HasSuffix(a.path, "head_branch") || strings.HasSuffix(a.path, "head.ref") || a.path == "github.head_ref" {
			return Chosen, "the author of a fork names its branch"
		}
		return Chosen, spoken
	case valueOther:
		if a.path == "github.event.action" && literal != "" {
			if !slices.Contains(a.list, literal) {
				return not(Blocked), ""
			}
			return Chosen, ""
		}
		if strings.HasPrefix(a.path, "github.event.workflow_run.event") && literal != "" {
			o := Blocked
			if strings.HasPrefix(literal, "pull_request") {
				o = Passes
			}
			return not(o), ""
		}
		if (a.path == "github.ref" || a.path == "github.ref_name") && s.Event.Name == "pull_request" {
			return not(Blocked), ""
		}
	}
	if b.kind == valueActor || b.kind == valueAssociation || b.kind == valueFork || b.kind == valueOutput {
		return s.compare(b, a, equal)
	}
	return Chosen, ""
}

const spoken = "whoever writes the text decides what stands in it"

const labelled = "the label stays: what strangers write after it was set, or change, passes too"

func (s *Stranger) call(e *Expr) (Outcome, string) {
	switch e.Text {
	case "always", "success":
		return Passes, ""
	case "failure", "cancelled":
		return Blocked, ""
	case "contains":
		if len(e.Args) == 2 {
			return s.contains(s.value(e.Args[0]), s.value(e.Args[1]))
		}
	case "startswith", "endswith":
		if len(e.Args) == 2 {
			switch v := s.value(e.Args[0]); v.kind {
			case valueNull:
				return Blocked, ""
			case valueActor:
				if e.Text == "endswith" && e.Args[1].Op == OpString && strings.HasSuffix(e.Args[1].Text, "[bot]") {
					return Blocked, ""
				}
				return Chosen, "anybody may register a name like that"
			case valueOutput:
				return s.output(v.path)
			case valueWords:
				return Chosen, spoken
			}
		}
	}
	return Chosen, ""
}

func (s *Stranger) contains(in, what value) (Outcome, string) {
	switch {
	case in.kind == valueNull && what.kind == valueConstant:
		return Blocked, ""
	case in.kind == valueLabel:
		return Chosen, labelled
	case in.kind == valueOutput:
		return s.output(in.path)
	case what.kind == valueNull && in.kind == valueConstant:
		return Blocked, ""
	case what.kind == valueAssociation && in.kind == valueConstant:
		if !s.own(what.path) {
			return Chosen, "it looks at the author of the thread, and not at the one who speaks"
		}
		for _, a := range strange {
			if slices.Contains(in.list, a) || !in.isList && strings.Contains(in.list[0], a) {
				return Chosen, "anybody can be " + strings.ToUpper(a)
			}
		}
		return Blocked, ""
	case what.kind == valueActor && in.kind == valueConstant:
		if !in.isList {
			return Chosen, "a part of a name in that text passes too: it is no list"
		}
		if !s.own(what.path) {
			return Chosen, "it looks at the author of the thread, and not at the one who speaks"
		}
		return Blocked, ""
	case what.kind == valueActor && in.kind == valueTrue: // a list that is kept in the repository's variables
		return Blocked, ""
	case in.kind == valueConstant && what.kind == valueConstant:
		if slices.Contains(in.list, what.list[0]) || !in.isList && strings.Contains(in.list[0], what.list[0]) {
			return Passes, ""
		}
		return Blocked, ""
	case what.kind == valueOther && what.path == "github.event.action" && in.isList:
		if !slices.ContainsFunc(what.list, func(t string) bool { return slices.Contains(in.list, t) }) {
			return Blocked, ""
		}
	case in.kind == valueWords:
		return Chosen, spoken
	case in.kind == valueOther && what.kind == valueActor:
		return Unsure, ""
	}
	return Chosen, ""
}
