// Package effect tells what the tools of a coding agent let happen: from a path what can be read and
// changed there, from a host what can come in and go out.
package effect

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// Of returns what an action lets happen. Shell actions have the effects of their command; actions on
// servers have none here, because they come from what is known of the server. Protected are the files
// among those that steer agents which the client keeps from its own tools, whatever a rule allows.
func Of(a leastagency.Action, protected ...string) []leastagency.Effect {
	switch a.Kind {
	case leastagency.ActionShell:
		if a.Command != nil {
			return a.Command.Effects
		}
		if a.Pattern == "" {
			return []leastagency.Effect{{Capability: leastagency.Execute, Reach: leastagency.Reach{Breadth: leastagency.Everything}, Why: "runs any command line", Confidence: leastagency.Declared}}
		}
	case leastagency.ActionRead:
		return Read(a.Pattern)
	case leastagency.ActionWrite:
		return Write(a.Pattern, protected...)
	case leastagency.ActionFetch:
		return fetch(a.Pattern)
	case leastagency.ActionSearch:
		return []leastagency.Effect{{Capability: leastagency.ReadUntrusted, Reach: leastagency.Reach{Breadth: leastagency.Everything}, Why: "reads what the web search finds"}}
	case leastagency.ActionSpawn:
		reach := leastagency.Reach{Pattern: a.Pattern}
		if a.Pattern != "" && !a.Open {
			reach.Breadth = leastagency.One
		}
		return []leastagency.Effect{{Capability: leastagency.Spawn, Reach: reach, Why: "starts another agent"}}
	case leastagency.ActionAny:
		return everything()
	}
	return nil
}

func fetch(pattern string) []leastagency.Effect {
	reach := leastagency.Reach{Breadth: leastagency.Everything}
	if host := strings.TrimPrefix(pattern, "domain:"); host != "" {
		reach = leastagency.Reach{Breadth: leastagency.One, Pattern: host}
		if strings.Contains(host, "*") {
			reach.Breadth = leastagency.Service
		}
	}
	return []leastagency.Effect{
		{Capability: leastagency.ReadUntrusted, Reach: reach, Why: "reads web pages"},
		{Capability: leastagency.Send, Reach: reach, Why: "the URL of a request carries data out"},
	}
}

func everything() []leastagency.Effect {
	everything := leastagency.Reach{Breadth: leastagency.Everything}
	machine := leastagency.Reach{Breadth: leastagency.Machine}
	return []leastagency.Effect{
		{Capability: leastagency.Execute, Reach: everything, Why: "every tool includes the shell"},
		{Capability: leastagency.ReadPrivate, Reach: machine, Why: "every tool includes the one that reads files"},
		{Capability: leastagency.ReadSecret, Reach: machine, Why: "every tool includes the one that reads files"},
		{Capability: leastagency.WriteFiles, Reach: machine, Why: "every tool includes the one that changes files"},
		{Capability: leastagency.ReadUntrusted, Reach: everything, Why: "every tool includes the one that requests URLs"},
		{Capability: leastagency.Send, Reach: everything, Why: "every tool includes the one that requests URLs"},
		{Capability: leastagency.Spawn, Why: "every tool includes the one that starts agents"},
	}
}

// Files that stand for a whole kind: a pattern reaches the kind when it matches one of them.
var (
	secretFiles = []string{".env", ".env.local", ".env.production", "secrets/token", "server.pem", ".npmrc", ".netrc", "id_rsa", "config/credentials.json",
		"~/.ssh/id_rsa", "~/.ssh/id_ed25519", "~/.aws/credentials", "~/.config/gcloud/application_default_credentials.json", "~/.config/gh/hosts.yml",
		"~/.kube/config", "~/.docker/config.json", "~/.netrc", "~/.npmrc", "~/.pypirc", "~/.gnupg/secring.gpg", "~/.git-credentials", "~/.claude/.credentials.json",
		"//etc/shadow", "//root/.ssh/id_rsa", "//proc/self/environ"}
	configFiles = []string{".github/workflows/ci.yml", ".gitlab-ci.yml", ".cursor/mcp.json", ".gemini/settings.json", ".codex/config.toml", "opencode.json",
		".claude/settings.json", ".mcp.json", ".git/hooks/pre-commit", ".vscode/tasks.json", "~/.claude/settings.json", "~/.claude.json", "~/.bashrc"}
	memoryFiles = []string{"CLAUDE.md", "CLAUDE.local.md", "AGENTS.md", "GEMINI.md", ".cursorrules", ".github/copilot-instructions.md",
		".claude/CLAUDE.md", ".claude/rules/x.md", "~/.claude/CLAUDE.md", "~/.claude/rules/x.md"}
	secretWords   = []string{".env", "secret", "credential", "id_rsa", "id_ed25519", "id_ecdsa", ".netrc", ".npmrc", ".pypirc", ".pgpass", "kubeconfig", ".kube", ".aws", ".ssh", ".gnupg", ".git-credentials", "passwd", "password"}
	secretEndings = []string{".pem", ".key", ".p12", ".pfx", ".jks", ".keystore"}
	samples       = []string{".example", ".sample", ".template", ".dist"}
)

// Read returns what reading the files of a pattern leads to; the empty pattern is every file.
func Read(pattern string) []leastagency.Effect {
	reach := pathReach(pattern)
	out := []leastagency.Effect{{Capability: leastagency.ReadPrivate, Reach: reach, Why: "reads files"}}
	switch {
	case pattern == "":
		out[0].Why = "reads any file of the machine"
		out = append(out, leastagency.Effect{Capability: leastagency.ReadSecret, Reach: reach, Why: "reads credential files too"})
	case namesSecret(pattern):
		out = append(out, leastagency.Effect{Capability: leastagency.ReadSecret, Reach: reach, Why: "names files that hold credentials", Confidence: leastagency.Declared})
	case reaches(pattern, secretFiles):
		out = append(out, leastagency.Effect{Capability: leastagency.ReadSecret, Reach: reach, Why: "covers files that hold credentials"})
	}
	return out
}

// Write returns what changing the files of a pattern leads to, protected files left out.
func Write(pattern string, protected ...string) []leastagency.Effect {
	reach := pathReach(pattern)
	out := []leastagency.Effect{{Capability: leastagency.WriteFiles, Reach: reach, Why: "changes files"}}
	open := func(files []string) []string {
		return slices.DeleteFunc(slices.Clone(files), func(f string) bool { return slices.Contains(protected, f) })
	}
	if reaches(pattern, open(configFiles)) {
		out = append(out, leastagency.Effect{Capability: leastagency.Configure, Reach: reach, Why: "changes workflows and agent settings that the client does not protect"})
	}
	if reaches(pattern, open(memoryFiles)) {
		out = append(out, leastagency.Effect{Capability: leastagency.Remember, Reach: reach, Why: "changes instruction files that later sessions load"})
	}
	return out
}

// pathReach tells how much a path pattern holds.
func pathReach(pattern string) leastagency.Reach {
	reach := leastagency.Reach{Breadth: leastagency.Project, Pattern: pattern}
	p, outside := strings.TrimSuffix(pattern, "/"), false
	switch {
	case pattern == "":
		reach.Breadth = leastagency.Machine
		return reach
	case strings.HasPrefix(p, "~"):
		p, outside = strings.TrimPrefix(strings.TrimPrefix(p, "~"), "/"), true
	case strings.HasPrefix(p, "//"):
		p, outside = strings.TrimPrefix(p, "//"), true
		if home := inHome(p); home != p {
			p = home
		} else if strings.Count(p, "/") <= 1 {
			p = "" // a folder at the top of the disk
		}
	case strings.HasPrefix(p, "../"):
		outside = true
	}
	segments := strings.Split(p, "/")
	last := segments[len(segments)-1]
	wild := strings.ContainsAny(last, "*?[")
	switch {
	case p == "" || outside && strings.ContainsAny(segments[0], "*?["):
		reach.Breadth = leastagency.Machine
	case outside && slices.Contains([]string{"Desktop", "Documents", "Downloads", "Library", ".config"}, segments[0]) && len(segments) <= 2 && (wild || len(segments) == 1):
		reach.Breadth = leastagency.Machine
	case !strings.ContainsAny(p, "*?[") && strings.Contains(last, ".") && !strings.HasSuffix(pattern, "/") && !slices.Contains(dotFolders, last):
		reach.Breadth = leastagency.One
	}
	return reach
}

// dotFolders are names with a dot that are folders.
var dotFolders = []string{".", "..", ".aws", ".cache", ".claude", ".config", ".docker", ".gcloud", ".git", ".github", ".gnupg", ".kube", ".local", ".ssh", ".vscode"}

// inHome returns an absolute path, written without its first slashes, relative to the home folder it
// lies in; unchanged when it lies in none.
func inHome(p string) string {
	parts := strings.SplitN(p, "/", 3)
	switch {
	case parts[0] == "root":
		return strings.TrimPrefix(strings.TrimPrefix(p, "root"), "/")
	case (parts[0] == "home" || parts[0] == "Users") && len(parts) == 3:
		return parts[2]
	case parts[0] == "home" || parts[0] == "Users":
		return ""
	}
	return p
}

// namesSecret reports whether a pattern itself speaks of files that hold credentials.
func namesSecret(pattern string) bool {
	for segment := range strings.SplitSeq(strings.ToLower(pattern), "/") {
		if slices.ContainsFunc(samples, func(s string) bool { return strings.Contains(segment, s) }) {
			continue
		}
		if slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(segment, w) }) ||
			slices.ContainsFunc(secretEndings, func(e string) bool { return strings.HasSuffix(segment, e) }) {
			return true
		}
	}
	return false
}

// reaches reports whether a pattern matches one of the files.
func reaches(pattern string, files []string) bool {
	return pattern == "" || slices.ContainsFunc(files, func(f string) bool { return Matches(pattern, f) })
}

// Matches reports whether a pattern in gitignore syntax matches a file. A pattern that names a folder matches what lies in it. Files start with "~/" in the home
// folder, with "//" at the top of the disk, and else in the project.
func Matches(pattern, file string) bool {
	home := strings.HasPrefix(file, "~/")
	switch {
	case strings.HasPrefix(pattern, "//"):
		p := strings.TrimPrefix(pattern, "//")
		if p == "" || strings.HasPrefix(p, "**") {
			return matchSegments(p, strings.TrimLeft(file, "~/"))
		}
		if strings.HasPrefix(file, "//") {
			return matchSegments(p, strings.TrimPrefix(file, "//"))
		}
		if in := inHome(p); home && in != p {
			return matchSegments(in, strings.TrimPrefix(file, "~/"))
		}
		return home && (p == "*" || strings.HasPrefix(p, "*/"))
	case strings.HasPrefix(pattern, "~"):
		return home && matchSegments(strings.TrimPrefix(strings.TrimPrefix(pattern, "~"), "/"), strings.TrimPrefix(file, "~/"))
	case home || strings.HasPrefix(file, "//"):
		return false
	}
	p := strings.TrimPrefix(pattern, "./")
	if !strings.Contains(strings.TrimSuffix(p, "/"), "/") && p == pattern {
		p = "**/" + p // a bare name matches at any depth
	}
	return matchSegments(p, file)
}

// matchSegments matches segment by segment; "**" stands for any number of them. An empty pattern is
// the whole folder. The time is bounded by the product of the lengths.
func matchSegments(pattern, file string) bool {
	pattern = strings.Trim(pattern, "/")
	if pattern == "" || pattern == "." {
		return true
	}
	segments := strings.Split(pattern, "/")
	if len(segments) > 64 {
		return false
	}
	at := make([]bool, len(segments)+1) // at[i]: the first i segments are used up
	at[0] = true
	skip := func() {
		for i, s := range segments {
			if s == "**" && at[i] {
				at[i+1] = true
			}
		}
	}
	for _, name := range strings.Split(file, "/") {
		skip()
		next := make([]bool, len(segments)+1)
		for i, s := range segments {
			if !at[i] {
				continue
			}
			if s == "**" {
				next[i] = true
			} else if ok, err := path.Match(s, name); ok && err == nil {
				next[i+1] = true
			}
		}
		at = next
		if at[len(segments)] {
			return true // the file, or a folder that holds it
		}
	}
	skip()
	return at[len(segments)]
}
