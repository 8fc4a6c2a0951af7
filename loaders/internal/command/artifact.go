package command

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
)

// artifact records the package that a word names and returns its name; empty when it names none.
func (a *analysis) artifact(ecosystem string, w word, local bool) string {
	if w.made || w.text == "" {
		return ""
	}
	art := parseSpec(ecosystem, w.text)
	if art.Name == "" {
		return ""
	}
	art.At = w.at
	if art.At.IsZero() {
		art.At = a.cmd.At
	}
	if local {
		art.Pin = leastagency.LocalCode
	}
	for _, old := range a.cmd.Artifacts {
		if old == art {
			return art.Name
		}
	}
	a.cmd.Artifacts = append(a.cmd.Artifacts, art)
	return art.Name
}

// parseSpec reads how an ecosystem's tools name a package. The name is empty for what is no package.
func parseSpec(ecosystem, spec string) leastagency.Artifact {
	if ecosystem == "image" {
		return parseImage(spec)
	}
	if art, ok := parseSource(spec); ok {
		return art
	}
	switch ecosystem {
	case "npm", "jsr":
		return parseNPM(ecosystem, spec)
	case "pypi":
		return parsePyPI(spec)
	case "nix":
		return leastagency.Artifact{} // a package of nixpkgs: its version is that of the user's channel
	case "gem":
		name, version, _ := strings.Cut(spec, ":")
		return versioned(ecosystem, name, version)
	}
	name, version, _ := strings.Cut(spec, "@")
	if ecosystem == "go" && !strings.Contains(strings.Split(name, "/")[0], ".") {
		return leastagency.Artifact{} // a folder of this module
	}
	return versioned(ecosystem, name, version)
}

// parseSource reads the spellings that lead to a repository, a file on the web or a folder, in any
// ecosystem. A folder is recognised and is no artifact.
func parseSource(spec string) (leastagency.Artifact, bool) {
	if _, source, ok := strings.Cut(spec, " @ "); ok { // name @ git+https://…
		spec = strings.TrimSpace(source)
	}
	for _, host := range codeHosts {
		if rest, ok := strings.CutPrefix(spec, host.prefix); ok {
			return parseHosted(host.domain, rest), true
		}
	}
	if rest, ok := strings.CutPrefix(spec, "git+"); ok || strings.HasPrefix(spec, "git://") || strings.HasPrefix(spec, "git@") {
		return parseGit(rest), true // rest is the whole where there is no prefix
	}
	if isURL(spec) {
		return parseWeb(spec), true
	}
	return leastagency.Artifact{}, strings.HasPrefix(spec, "file:") || isLocal(spec)
}

// codeHosts have a spelling of their own: npm's "github:owner/repo#reference", nix's "github:owner/repo/reference".
var codeHosts = [...]struct{ prefix, domain string }{{"github:", "github.com"}, {"gitlab:", "gitlab.com"}, {"bitbucket:", "bitbucket.org"}}

func parseHosted(domain, rest string) leastagency.Artifact {
	rest, _, _ = strings.Cut(rest, "?")
	rest, reference, _ := strings.Cut(rest, "#")
	if parts := strings.SplitN(rest, "/", 3); len(parts) == 3 {
		rest, reference = parts[0]+"/"+parts[1], parts[2]
	}
	return repository(domain+"/"+rest, reference)
}

// parseGit reads the address of a repository: npm has the reference behind "#", pip behind "@".
func parseGit(spec string) leastagency.Artifact {
	address := spec
	if _, rest, ok := strings.Cut(spec, "://"); ok {
		address = rest
	}
	address, fragment, _ := strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	reference := ""
	if !strings.Contains(fragment, "=") { // pip: #subdirectory=…
		reference = fragment
	}
	host, where, _ := strings.Cut(address, "/")
	host = withoutUser(host)
	if i := strings.LastIndexByte(where, '@'); i >= 0 {
		where, reference = where[:i], where[i+1:]
	}
	return repository(strings.ReplaceAll(host, ":", "/")+"/"+where, reference)
}

func parseWeb(spec string) leastagency.Artifact {
	address, _, _ := strings.Cut(spec, "#")
	address, _, _ = strings.Cut(address, "?")
	scheme, rest, _ := strings.Cut(address, "://")
	host, where, _ := strings.Cut(rest, "/")
	art := leastagency.Artifact{Ecosystem: "url", Name: scheme + "://" + withoutUser(host) + "/" + where, Pin: leastagency.Unpinned}
	if strings.Contains(spec, "${") {
		art.Pin = leastagency.PinUnknown
	}
	for part := range strings.SplitSeq(where, "/") {
		if _, version, ok := strings.Cut(part, "@"); ok && exact(version) {
			art.Version, art.Pin = version, leastagency.Versioned
		}
	}
	return art
}

// withoutUser takes the user and password off a host: they are never kept.
func withoutUser(host string) string { return host[strings.LastIndexByte(host, '@')+1:] }

func repository(name, reference string) leastagency.Artifact {
	art := leastagency.Artifact{Ecosystem: "git", Name: strings.TrimSuffix(strings.Trim(name, "/"), ".git"), Version: reference, Pin: leastagency.Unpinned}
	switch {
	case strings.Contains(reference, "${"):
		art.Pin = leastagency.PinUnknown
	case hexadecimal(reference) && len(reference) >= 40:
		art.Pin = leastagency.Digested
	case hexadecimal(reference) && len(reference) >= 7 || exact(reference):
		art.Pin = leastagency.Versioned
	}
	return art
}

func parseNPM(ecosystem, spec string) leastagency.Artifact {
	at := strings.LastIndexByte(spec, '@')
	name, version := spec, ""
	if at > 0 {
		name, version = spec[:at], spec[at+1:]
	}
	if !strings.HasPrefix(name, "@") && strings.Count(name, "/") == 1 { // npx owner/repo
		repo, reference, _ := strings.Cut(spec, "#")
		return repository("github.com/"+repo, reference)
	}
	if strings.HasPrefix(name, "@") != strings.Contains(name, "/") || strings.Count(name, "/") > 1 {
		return leastagency.Artifact{}
	}
	return versioned(ecosystem, name, strings.TrimPrefix(version, "npm:"))
}

func parsePyPI(spec string) leastagency.Artifact {
	spec, _, _ = strings.Cut(spec, ";") // environment marker
	spec = strings.TrimSpace(spec)
	if name, version, ok := strings.Cut(spec, "@"); ok {
		return versioned("pypi", withoutExtras(name), strings.TrimSpace(version))
	}
	i := strings.IndexAny(spec, "=<>!~")
	if i < 0 {
		return versioned("pypi", withoutExtras(spec), "")
	}
	name, constraint := withoutExtras(spec[:i]), spec[i:]
	version := strings.TrimLeft(constraint, "=")
	if strings.HasPrefix(constraint, "==") && !strings.ContainsAny(version, ",<>!~") {
		return versioned("pypi", name, strings.TrimSpace(version))
	}
	art := versioned("pypi", name, "")
	art.Version = constraint
	return art
}

func withoutExtras(name string) string {
	name, _, _ = strings.Cut(name, "[")
	return strings.TrimSpace(name)
}

func parseImage(spec string) leastagency.Artifact {
	name, digest, pinned := strings.Cut(spec, "@")
	tag := ""
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') && !strings.Contains(name[i:], "}") {
		name, tag = name[:i], name[i+1:]
	}
	art := versioned("image", name, tag)
	if art.Name == "" {
		return art
	}
	host, _, _ := strings.Cut(art.Name, "/")
	switch {
	case host == "localhost" || strings.HasPrefix(host, "localhost:") || strings.HasPrefix(host, "127.0.0.1:"):
		art.Pin = leastagency.LocalCode // built here: only this machine's own registry has it
	case pinned:
		art.Version, art.Pin = digest, leastagency.Digested
	case art.Pin == leastagency.PinUnknown:
	case strings.ToLower(name) != name:
		art.Pin = leastagency.PinUnknown // no name of an image: something puts one there
	case art.Pin == leastagency.Versioned && strings.Count(strings.SplitN(tag, "-", 2)[0], ".") < 2:
		art.Pin = leastagency.Unpinned // 1.2 moves with every 1.2.x
	}
	return art
}

// versioned returns a package whose pin follows from its version.
func versioned(ecosystem, name, version string) leastagency.Artifact {
	if !packageName(name) {
		return leastagency.Artifact{}
	}
	art := leastagency.Artifact{Ecosystem: ecosystem, Name: name, Version: version, Pin: leastagency.Unpinned}
	switch {
	case strings.Contains(version, "${") || strings.Contains(name, "${"):
		art.Pin = leastagency.PinUnknown
	case (ecosystem == "npm" || ecosystem == "jsr") && strings.Count(strings.SplitN(version, "-", 2)[0], ".") < 2: // 1 and 1.2 are ranges
	case ecosystem == "go" && !strings.HasPrefix(version, "v"):
	case exact(version):
		art.Pin = leastagency.Versioned
	}
	return art
}

// packageName reports whether a word can be the name of a package or image.
func packageName(s string) bool {
	if s == "" || len(s) > 300 || s[0] == '-' || path.Clean("/"+s) == "/" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~@/:${}", c) >= 0) {
			return false
		}
	}
	return true
}

// exact reports whether a version names one release: digits with dots, and what may follow them.
func exact(version string) bool {
	version = strings.TrimPrefix(strings.TrimPrefix(version, "="), "v")
	if version == "" || version[0] < '0' || version[0] > '9' {
		return false
	}
	for i := range len(version) {
		c := version[i]
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte(".-+_!", c) >= 0) {
			return false
		}
	}
	for part := range strings.SplitSeq(version, ".") {
		if part == "x" || part == "X" || part == "" {
			return false
		}
	}
	return true
}

func hexadecimal(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdef") == ""
}
