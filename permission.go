package leastagency

// What permission rules, tool lists and modes say.

// A Mode is how a session decides what no rule decides.
type Mode uint8

const (
	ModeUnknown     Mode = iota
	ModeAsk              // a person is asked
	ModeAcceptEdits      // edits in the working folder pass, the rest is asked
	ModePlan             // reads only
	ModeClassifier       // a model decides
	ModeDenyRest         // what no rule allows is denied
	ModeBypass           // nobody is asked
	ModeContained        // nobody is asked: what the sandbox holds passes, the rest is refused
)

// A Decision is what happens when the model calls a tool.
type Decision uint8

const (
	DecisionUnknown Decision = iota
	Deny
	Ask
	Allow
)

// A RuleOrder tells which of several rules for one action counts.
type RuleOrder uint8

const (
	OrderUnknown RuleOrder = iota // taken as Strictest
	Strictest                     // deny before ask before allow, wherever they stand
	FirstMatch
	LastMatch
	HighestPriority // Rule.Priority; the strictest of equal ones
)

// An ActionKind is the neutral name of what a tool does, whatever a product calls the tool.
type ActionKind uint8

const (
	ActionUnknown ActionKind = iota
	ActionAny                // every tool
	ActionShell              // run a command line
	ActionRead               // read, list or search files
	ActionWrite              // create or change files
	ActionFetch              // request a URL
	ActionSearch             // search the web
	ActionServer             // call a tool of an MCP server
	ActionSpawn              // start another agent
	ActionSkill              // load a skill
	ActionOther              // a tool without effect of its own (to-do lists, mode switches)
)

// An Action is what a permission rule, a tool list entry or a hook matcher speaks of.
type Action struct {
	Kind ActionKind
	// Pattern is the part that narrows the tool, in the product's own syntax; empty for the whole tool.
	Pattern string
	// Open says that the pattern ends in a wildcard: whatever follows is allowed too.
	Open bool
	// Syntax tells how Pattern is compared with a call.
	Syntax PatternSyntax
	// Name is the product's own tool, where several do the same and rules tell them apart ("PowerShell"
	// beside "Bash"); empty where every tool of the kind is meant.
	Name string
	// Line says that Pattern is compared with the whole command line rather than with each of its commands.
	Line bool
	// Server and Tool name what an ActionServer reaches; an empty Tool is every tool of the server.
	Server, Tool string
	// Command is what the pattern of an ActionShell lets run; nil for the whole shell.
	Command *Command
}

// A PatternSyntax tells how a pattern is compared with a command line, path or host.
type PatternSyntax uint8

const (
	WordPrefix PatternSyntax = iota // commands by leading words with "*" inside, paths as in .gitignore, hosts with "domain:" in front
	RawPrefix                       // the text starts with the pattern, in the middle of a word too
	Glob                            // "*" stands for any text, of the whole command line, path or host
	Regexp                          // found anywhere in the text
)

// Whole reports whether the action is a tool without any narrowing pattern.
func (a Action) Whole() bool { return a.Pattern == "" && a.Tool == "" }

// A Call is one concrete use of a tool, taken apart as its product does before it weighs the rules.
// What somebody asks for may be several: a command line holds commands, and files that it writes.
type Call struct {
	// Action is the tool with, as Pattern, the command, path or host itself; without one it is the tool
	// as a whole, which only rules about the whole tool allow.
	Action Action
	// Names are the product's tools whose rules it meets; empty for rules of every name.
	Names []string
	// Also are further spellings of Pattern that every rule meets: a path from the home folder, a command
	// without its wrapper. Against are those that only rules which deny or ask meet.
	Also, Against []string
	// Line is the command line that it is part of.
	Line string
	// Refused says that it needs no leave of its own, and is stopped by rules with a pattern that deny or
	// ask: the file that a command reads.
	Refused bool
	// Inside says that it touches nothing beyond the working folder.
	Inside bool
	// Harmless says that the product runs it unasked whatever the mode, Fallback what it decides where no
	// rule does; unknown leaves it to the mode.
	Harmless bool
	Fallback Decision
	// Edit says that it passes where edits in the working folder do.
	Edit bool
	// Exact says that no rule with a wildcard allows it, Guarded why none does; empty when rules may.
	Exact   bool
	Guarded string
	// Critical says that not even the mode that asks nobody lets it pass.
	Critical bool
}

// A Rule is one line of a permission or tool list.
type Rule struct {
	At       Span
	Text     string // as written
	Decision Decision
	Action   Action
	// Priority weighs it against others in a product that numbers its rules.
	Priority int
	// Implied says that nobody wrote it: it comes with the product or follows from another key.
	Implied bool
	// Unless is the key that would take it away or narrow it, where the product gives it because the key
	// is not stated; empty for what stands in the file.
	Unless string
	// Inert says why the product never consults the rule; empty for a rule that works.
	Inert string
	// Meant is the same rule in the form that the product consults, where that is certain; empty otherwise.
	Meant string
	// Effects are what the action lets happen. For shell rules they come from the command, for
	// reads and writes from the path, for servers from what is known of the server.
	Effects []Effect
	// Recipient is the parameter in which the model names who gets what a tool sends, anybody at all;
	// absent where it cannot, or where we do not know.
	Recipient Value[string]
	// RawQuery is the free query language in which the model writes what a tool of a manifest runs: "SQL".
	RawQuery Value[string]
}
