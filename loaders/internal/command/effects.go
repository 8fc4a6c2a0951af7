package command

import (
	"net/url"
	"slices"
	"sort"
	"strings"

	"github.com/leastagency/leastagency"
)

// invoke records a program that runs, and what is known of it. args is all that stands behind it.
func (a *analysis) invoke(name string, f *form, args []word, open bool, wrappers []string) flow {
	a.record(name, args, open, wrappers)
	if name == "" || harmless(args) {
		return flow{}
	}
	entries := a.known(name)
	if len(entries) == 0 {
		return flow{}
	}
	if f == nil {
		f, _ = findForm(name, args)
	}
	words, _ := f.positional(args, len(args))
	for _, e := range entries {
		if !applies(e, words, args, open) {
			continue
		}
		if e.Runner {
			a.runnerWithin(e.Why, e.Breadth)
		}
		for _, c := range e.Can {
			a.effect(leastagency.Effect{Capability: c, Reach: a.reach(c, e, open), Why: e.Why, Confidence: sure(e, words)})
		}
	}
	return flow{}
}

// sure says how far an entry is what somebody meant who wrote the words: a subcommand of a program
// that is open as a whole can be run, but nobody had it in mind.
func sure(e leastagency.KnownCommand, words []word) leastagency.Confidence {
	if len(words) == 0 && len(e.Sub) > 0 {
		return leastagency.Guessed
	}
	return leastagency.ConfidenceUnknown
}

// record adds an invocation, and says nothing of what it does.
func (a *analysis) record(name string, args []word, open bool, wrappers []string) {
	texts := make([]string, len(args))
	for i, w := range args {
		if !w.made {
			texts[i] = w.text
		}
	}
	a.cmd.Invocations = append(a.cmd.Invocations, leastagency.Invocation{Program: name, Args: texts, Wrappers: wrappers, Open: open})
}

// reach narrows what an entry says where the command line names its target.
func (a *analysis) reach(c leastagency.Capability, e leastagency.KnownCommand, open bool) leastagency.Reach {
	if !open && len(a.cmd.Hosts) > 0 && e.Breadth == leastagency.Everything && (c == leastagency.Send || c == leastagency.ReadUntrusted) {
		return leastagency.Reach{Breadth: leastagency.One, Pattern: strings.Join(a.cmd.Hosts, " ")}
	}
	return leastagency.Reach{Breadth: e.Breadth}
}

// known returns the entries of a program.
func (a *analysis) known(program string) []leastagency.KnownCommand {
	all := a.knowledge.Commands
	start := sort.Search(len(all), func(i int) bool { return all[i].Program >= program })
	end := start
	for end < len(all) && all[end].Program == program {
		end++
	}
	return all[start:end]
}

// applies reports whether an entry speaks of a command line, or of one that an open pattern lets run.
func applies(e leastagency.KnownCommand, words, args []word, open bool) bool {
	n := min(len(words), len(e.Sub))
	for i := range n {
		if !matches(words[i], e.Sub[i]) {
			return false
		}
	}
	if slices.ContainsFunc(e.Unless, func(flag string) bool { return given(flag, args) }) {
		return false
	}
	whole := n == len(e.Sub)
	flagged := len(e.Flags) > 0
	if flagged && !(whole && slices.ContainsFunc(e.Flags, func(flag string) bool { return given(flag, args) })) {
		return false
	}
	if e.Open {
		return open && (flagged || len(words) == n)
	}
	return flagged || whole || open
}

// matches reports whether a word is the one that an entry names; either may end in a star.
func matches(w word, sub string) bool {
	if prefix, ok := strings.CutSuffix(sub, "*"); ok {
		return strings.HasPrefix(w.text, prefix)
	}
	if prefix, ok := strings.CutSuffix(w.text, "*"); ok {
		return strings.HasPrefix(sub, prefix)
	}
	return w.constant() && w.text == sub
}

// given reports whether a flag stands among the arguments: as it is, with a value behind "=", as a
// letter in a cluster, or, when it ends in a star, as the start of a word. A flag with a space is
// followed by that value, or by words that begin with it.
func given(flag string, args []word) bool {
	flag, value, valued := strings.Cut(flag, " ")
	prefix, starred := strings.CutSuffix(flag, "*")
	letter := len(flag) == 2 && flag[0] == '-'
	for i, w := range args {
		switch {
		case w.text == "--":
			return false
		case starred && strings.HasPrefix(w.text, prefix):
			return true
		case starred:
		case valued && w.text == flag:
			if i+1 < len(args) && beginsWith(args[i+1].text, value) {
				return true
			}
		case valued:
			if beginsWith(w.text, flag+"="+value) || letter && beginsWith(w.text, flag+value) {
				return true
			}
		case w.text == flag || strings.HasPrefix(flag, "-") && strings.HasPrefix(w.text, flag+"="):
			return true
		case letter && cluster(w.text) && strings.IndexByte(w.text, flag[1]) > 0:
			return true
		}
	}
	return false
}

// beginsWith reports whether a text is value, or value and further words, in any case of letters.
func beginsWith(text, value string) bool {
	return len(text) >= len(value) && strings.EqualFold(text[:len(value)], value) && (len(text) == len(value) || text[len(value)] == ' ')
}

// cluster reports whether a word is several one-letter options in one.
func cluster(s string) bool {
	return len(s) > 2 && len(s) < 8 && s[0] == '-' && strings.Trim(s[1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// harmless reports whether the arguments only ask for help or a rehearsal.
func harmless(args []word) bool {
	for _, w := range args {
		if w.text == "--help" || w.text == "--dry-run" || w.text == "--dry-run=client" || w.text == "--dry-run=server" || w.text == "--dryrun" {
			return true
		}
	}
	return len(args) == 1 && listed("-h --version -V -v version help", args[0].text)
}

// effect adds an effect once.
func (a *analysis) effect(e leastagency.Effect) {
	if len(a.cmd.Effects) >= maxEffects {
		a.cmd.Incomplete = true
		return
	}
	if !slices.Contains(a.cmd.Effects, e) {
		a.cmd.Effects = append(a.cmd.Effects, e)
	}
}

// hosts records the network targets among the arguments of a program.
func (a *analysis) hosts(name string, f *form, args []word) {
	for _, w := range args {
		a.urls(w.text)
	}
	if !slices.Contains(callers[:], name) {
		return
	}
	words, _ := f.positional(args, len(args))
	for i, w := range words {
		if !w.constant() || isURL(w.text) || strings.ContainsAny(w.text, "*{}") {
			continue
		}
		host := w.text
		switch name {
		case "scp", "rsync", "sftp":
			if !strings.Contains(host, ":") && name != "sftp" {
				continue // a local file
			}
		case "ssh", "nc", "ncat", "netcat", "telnet":
			if i > 0 {
				continue // the command, or the port
			}
		}
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			host = host[i+1:]
		}
		if i := strings.IndexAny(host, ":/?"); i >= 0 {
			host = host[:i]
		}
		if strings.Contains(host, ".") || host == "localhost" || name == "ssh" || name == "scp" || name == "rsync" {
			a.host(host)
		}
	}
}

// urls records the hosts of the addresses in a text.
func (a *analysis) urls(text string) {
	for {
		i := strings.Index(text, "://")
		if i < 0 {
			return
		}
		start := i
		for start > 0 && (text[start-1] >= 'a' && text[start-1] <= 'z' || text[start-1] == '+') {
			start--
		}
		end := i + 3
		for end < len(text) && strings.IndexByte(" \t\r\n\"'`<>()|;,\\", text[end]) < 0 {
			end++
		}
		if u, err := url.Parse(text[start:end]); err == nil {
			a.host(u.Hostname())
		}
		text = text[end:]
	}
}

func (a *analysis) host(name string) {
	name = strings.ToLower(strings.Trim(name, "[]"))
	if name == "" || strings.ContainsAny(name, "*${}<> ") || len(a.cmd.Hosts) >= maxInvocations || slices.Contains(a.cmd.Hosts, name) {
		return
	}
	a.cmd.Hosts = append(a.cmd.Hosts, name)
}

// powershellFetch reports whether a text in PowerShell's language runs what it downloads.
func powershellFetch(text string) bool {
	lower := strings.ToLower(text)
	words := strings.FieldsFunc(lower, func(r rune) bool { return strings.ContainsRune(" \t\r\n()|;{}&'\"", r) })
	run := slices.Contains(words, "iex") || slices.Contains(words, "invoke-expression")
	return run && (slices.ContainsFunc(words, func(w string) bool { return slices.Contains(downloaders[:], w) }) || strings.Contains(lower, "downloadstring"))
}
