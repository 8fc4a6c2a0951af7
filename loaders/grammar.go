package loaders

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/claude"
)

// A grammar is how a product takes a call apart before it weighs its rules.
type grammar struct {
	product string
	// tool knows the product's own tools, where rules tell several of a kind apart; own are those that
	// the neutral names stand for.
	tool func(name string) (leastagency.ActionKind, []string)
	own  []ownTool
	// fallback is what the product decides on a path where no rule speaks of it, whatever the mode.
	fallback func(call *leastagency.Call) leastagency.Decision
	// slash says that a path which starts with one slash starts at the folder of work.
	slash bool
	// walled says that the sandbox is around file tools too.
	walled bool
	// protected tells the files that no rule lets the product's own tools change.
	protected func(path string) bool
	// readFirst is the tool whose refusals hold for changes too.
	readFirst string
	shell     shell
}

// A shell is what a product makes of a command line.
type shell struct {
	whole     bool // rules are compared with the whole line
	redirects bool // what output goes to is a change of a file
	// asksToWrite says that no rule approves a command whose output goes to a file, asksToWriteOutside one
	// whose output goes to a file beyond the folder of work.
	asksToWrite, asksToWriteOutside bool
	guardsRemoval                   bool // asks before the home folder or the disk is removed, whatever rules say
	wrapped                         func(words []string) int
	exact                           func(words []string) bool
	harmless                        func(c *caller, words []string) bool
	variables                       []string // that change nothing when they are set in front
	edits                           []string // programs that pass where edits do
	readers                         []string // programs whose files are checked against the rules for reading
}

// grammars are those of which more is known than that the commands of a line are weighed one by one.
var grammars = []grammar{
	{
		product: "claude-code", tool: claude.Tool, slash: true, protected: claude.Protected, readFirst: "Read",
		own: []ownTool{{"shell", "Bash"}, {"terminal", "Bash"}, {"read", "Read"}, {"write", "Write"}, {"edit", "Edit"}, {"fetch", "WebFetch"}, {"search", "WebSearch"}, {"spawn", "Agent"}, {"skill", "Skill"}},
		shell: shell{redirects: true, guardsRemoval: true, wrapped: claude.Wrapped, exact: claude.ByNameOnly, harmless: (*caller).readOnly, variables: quietVariables,
			edits: []string{"mkdir", "touch", "rm", "rmdir", "mv", "cp", "sed"}, readers: []string{"cat", "head", "tail", "sed"}},
	},
	{product: "codex", walled: true, protected: inFolders(".git", ".codex", ".agents"), shell: shell{harmless: (*caller).readOnly}},
	{product: "gemini", tool: geminiTool, own: geminiOwn, shell: shell{asksToWrite: true}},
	{product: "qwen", tool: geminiTool, own: geminiOwn},
	{product: "vscode", shell: shell{harmless: (*caller).readOnly, asksToWriteOutside: true}},
	{product: "opencode", tool: opencodeTool, fallback: opencodeFallback, shell: shell{wrapped: unwrap("sudo", "env", "xargs", "timeout", "nice", "nohup", "time", "command", "builtin", "stdbuf")}},
	{product: "roo", fallback: asksToRead},
	{product: "amp", shell: shell{whole: true}},
	{product: "amazon-q", shell: shell{whole: true}},
	{product: "kiro", shell: shell{whole: true}},
	{product: "cagent", shell: shell{whole: true}},
}

// An ownTool is the product's tool that a neutral name stands for.
type ownTool struct{ neutral, own string }

var geminiOwn = []ownTool{{"read", "read_file"}, {"write", "write_file"}, {"edit", "replace"}}

// geminiTool knows the tools that rules of Gemini CLI and Qwen Code tell apart, under their names of today.
func geminiTool(name string) (leastagency.ActionKind, []string) {
	switch name {
	case "read_file", "read_many_files", "list_directory", "glob", "grep_search":
		return leastagency.ActionRead, []string{name}
	case "search_file_content":
		return leastagency.ActionRead, []string{"grep_search"}
	case "write_file", "replace":
		return leastagency.ActionWrite, []string{name}
	}
	return leastagency.ActionUnknown, nil
}

// opencodeTool knows the tools that rules of opencode tell apart.
func opencodeTool(name string) (leastagency.ActionKind, []string) {
	switch name {
	case "read", "glob", "grep", "list":
		return leastagency.ActionRead, []string{name}
	case "websearch", "codesearch":
		return leastagency.ActionSearch, []string{name}
	}
	return leastagency.ActionUnknown, nil
}

// asksToRead asks for reading too.
func asksToRead(call *leastagency.Call) leastagency.Decision {
	if call.Action.Kind == leastagency.ActionRead {
		return leastagency.Ask
	}
	return leastagency.DecisionUnknown
}

// opencodeFallback asks before anything beyond the folder of work, and reads no files of variables.
func opencodeFallback(call *leastagency.Call) leastagency.Decision {
	base := path.Base(call.Action.Pattern)
	switch {
	case !call.Inside:
		return leastagency.Ask
	case call.Action.Kind == leastagency.ActionRead && base != ".env.example" && (strings.HasSuffix(base, ".env") || strings.Contains(base, ".env.")):
		return leastagency.Deny
	}
	return leastagency.DecisionUnknown
}

func grammarOf(product string) *grammar {
	for i := range grammars {
		if grammars[i].product == product {
			return &grammars[i]
		}
	}
	return &grammar{product: product}
}

// toolNames are what products call their tools, in lower case, and the neutral names.
var toolNames = []struct {
	kind  leastagency.ActionKind
	names words
}{
	{leastagency.ActionShell, "shell bash terminal powershell exec execute execute_bash execute_cmd execute_command local_shell run run_command run_commands run_in_terminal " +
		"run_shell_command run_terminal_cmd run_terminal_command runcommand runcommands runinterminal shell_command"},
	{leastagency.ActionRead, "read view glob grep ls list find search codebase read_file read_many_files readfile file_search grep_search filesearch textsearch fs_read " +
		"list_dir list_directory listdirectory list_files search_file_content search_files notebookread find_path"},
	{leastagency.ActionWrite, "write edit multiedit notebookedit patch apply_patch replace create create_file createfile delete_file edit_file edit_files editfiles fs_write " +
		"insert_edit_into_file save_file str_replace str_replace_editor write_file write_to_file create_directory delete_path move_path copy_path"},
	{leastagency.ActionFetch, "fetch webfetch web_fetch url urls domain fetch_webpage read_web_page browser"},
	{leastagency.ActionSearch, "websearch web_search google_web_search codesearch"},
	{leastagency.ActionServer, "mcp"},
	{leastagency.ActionSpawn, "agent spawn spawn_agent subagent task new_task runsubagent use_subagent"},
	{leastagency.ActionSkill, "skill slashcommand"},
	{leastagency.ActionOther, "todo todos todoread todowrite todo_read todo_write todo_list think thinking question introspect external_directory doom_loop lsp"},
}

// toolKind returns what a tool does by its name in any product.
func toolKind(name string) leastagency.ActionKind {
	for _, t := range toolNames {
		if t.names.has(strings.ToLower(name)) {
			return t.kind
		}
	}
	return leastagency.ActionUnknown
}

// words are separated by blanks.
type words string

func (w words) has(word string) bool {
	return word != "" && !strings.Contains(word, " ") && strings.Contains(" "+string(w)+" ", " "+word+" ")
}

func inFolders(folders ...string) func(string) bool {
	return func(p string) bool {
		return slices.ContainsFunc(strings.Split(p, "/"), func(s string) bool { return slices.Contains(folders, s) })
	}
}

// unwrap finds the command behind programs that start another.
func unwrap(wrappers ...string) func([]string) int {
	return func(words []string) int {
		i := 0
		for i < len(words)-1 && slices.Contains(wrappers, words[i]) {
			next := i + 1
			for next < len(words)-1 && (strings.HasPrefix(words[next], "-") || strings.Contains(words[next], "=") || words[i] == "timeout" && words[next] != "" && words[next][0] <= '9') {
				next++
			}
			i = next
		}
		return i
	}
}

// quietVariables change how a program looks or logs, and not what it does.
var quietVariables = []string{"GOEXPERIMENT", "GOOS", "GOARCH", "CGO_ENABLED", "GO111MODULE", "RUST_BACKTRACE", "RUST_LOG", "NODE_ENV", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE",
	"PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_DEBUG", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_TIME", "CHARSET", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TZ",
	"LS_COLORS", "LSCOLORS", "GREP_COLOR", "GREP_COLORS", "GCC_COLORS", "TIME_STYLE", "BLOCK_SIZE", "BLOCKSIZE"}

// readers are programs that change nothing, whatever their arguments.
const readers words = "cal uptime cat head tail wc stat strings hexdump od nl id uname free df du locale groups nproc basename dirname realpath readlink cut paste tr " +
	"column tac rev fold expand unexpand fmt comm cmp numfmt diff true false sleep which type expr test [ getconf seq tsort echo printf pwd whoami ls cd grep egrep fgrep file " +
	"md5sum sha1sum sha256sum cksum base64 ps history alias arch"

// pathless are those of them whose arguments are no files.
const pathless words = "cal uptime id uname free locale groups nproc basename dirname tr numfmt true false sleep which type expr test [ getconf seq echo printf pwd whoami ps history alias arch"

// bounded are programs that change nothing unless they get one of the options.
var bounded = map[string][]string{
	"find": {"-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprint", "-fprint0", "-fprintf", "-fls"},
	"rg":   {"--pre", "--pre-glob", "--hostname-bin", "-z", "--search-zip"},
	"sort": {"-o", "--output", "--compress-program", "-T"},
	"tree": {"-o", "-R"},
	"uniq": nil, "date": {"-s", "--set"}, "jq": {"-f", "--from-file", "--rawfile", "--slurpfile", "-L"},
}

// readingGit are sub-commands of git that change nothing.
const readingGit words = "status log diff show blame rev-parse ls-files ls-tree describe shortlog cat-file for-each-ref merge-base rev-list name-rev grep whatchanged count-objects ls-remote"

// readOnly reports whether a command is one that the product knows to change nothing, on files below
// the folder of work.
func (c *caller) readOnly(words []string) bool {
	program, args := words[0], words[1:]
	has := func(options ...string) bool {
		return slices.ContainsFunc(args, func(w string) bool {
			name, _, _ := strings.Cut(w, "=")
			return slices.Contains(options, name)
		})
	}
	switch refused, known := bounded[program]; {
	case pathless.has(program):
		return true
	case program == "git":
		return readsGit(args) && !has("--output", "-o", "--ext-diff", "--textconv", "--open-files-in-pager", "-O", "--upload-pack", "--exec")
	case program == "sed":
		script := ""
		for _, a := range args {
			if !strings.HasPrefix(a, "-") {
				script = a
				break
			}
		}
		return has("-n") && !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "-i") || strings.HasPrefix(a, "--in") }) &&
			strings.HasSuffix(script, "p") && strings.Trim(script, "0123456789,$p; ") == "" && c.inside(arguments(words))
	case slices.Contains([]string{"node", "python", "python3", "npm", "go", "cargo", "rustc", "java"}, program):
		return len(args) == 1 && slices.Contains([]string{"-v", "-V", "--version", "-version", "version"}, args[0])
	case known && has(refused...):
		return false
	case program == "find":
		return c.inside(beforeOptions(args))
	case known || readers.has(program):
		return c.inside(arguments(words))
	}
	return false
}

func beforeOptions(args []string) []string {
	for i, a := range args {
		if strings.HasPrefix(a, "-") || a == "(" || a == "!" {
			return args[:i]
		}
	}
	return args
}

func readsGit(args []string) bool {
	if len(args) == 0 {
		return false
	}
	rest := args[1:]
	only := func(allowed ...string) bool {
		return !slices.ContainsFunc(rest, func(a string) bool { return !slices.Contains(allowed, a) })
	}
	switch args[0] {
	case "branch", "tag":
		return only("-a", "--all", "-r", "--remotes", "-v", "-vv", "--list", "-l", "--show-current") && (args[0] == "branch" || len(rest) == 0 || slices.Contains(rest, "-l") || slices.Contains(rest, "--list"))
	case "remote":
		return only("-v", "--verbose") || len(rest) == 2 && (rest[0] == "show" || rest[0] == "get-url")
	case "stash", "worktree":
		return len(rest) > 0 && rest[0] == "list"
	case "reflog":
		return len(rest) == 0 || rest[0] == "show" || strings.HasPrefix(rest[0], "-")
	case "config":
		return len(rest) > 0 && (rest[0] == "--get" || rest[0] == "--list" || rest[0] == "-l")
	}
	return readingGit.has(args[0])
}
