package authority

import (
	"bufio"
	"bytes"
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
)

// A lockFile is a kind of file in which a package manager writes down what it installed.
type lockFile struct {
	name, ecosystem string
	// read returns the version that a line tells of the package, and whether the next line speaks of it, as the
	// lines before this one did with inside.
	read func(line, pkg string, inside bool) (version string, within bool)
}

// lockFiles are looked for from the folder of a configuration upwards; the first that names the package counts.
var lockFiles = [...]lockFile{
	{"package-lock.json", "npm", readNPM},
	{"npm-shrinkwrap.json", "npm", readNPM},
	{"pnpm-lock.yaml", "npm", readPNPM},
	{"yarn.lock", "npm", readYarn},
	{"bun.lock", "npm", readBun},
	{"uv.lock", "pypi", readTOML},
	{"poetry.lock", "pypi", readTOML},
	{"pdm.lock", "pypi", readTOML},
	{"Pipfile.lock", "pypi", readPipfile},
}

// locked looks up the versions of packages that the configuration leaves open. Lock files are large: none is
// read unless something is left open.
func locked(sys *leastagency.System, _ *leastagency.Policy) {
	known := map[[3]string]leastagency.Value[string]{}
	for _, layer := range sys.Layers {
		for _, c := range commandsOf(layer) {
			for i := range c.Artifacts {
				a := &c.Artifacts[i]
				if a.Pin != leastagency.Unpinned || a.Ecosystem != "npm" && a.Ecosystem != "pypi" {
					continue
				}
				key := [3]string{layer.Root, a.Ecosystem, a.Name}
				version, asked := known[key]
				if !asked {
					version = lockedIn(sys, layer.Root, a.Ecosystem, a.Name)
					known[key] = version
				}
				a.Locked = version
			}
		}
	}
}

func commandsOf(layer *leastagency.Layer) (all []*leastagency.Command) {
	add := func(c *leastagency.Command) {
		if c != nil {
			all = append(all, c)
		}
	}
	for _, s := range layer.Servers {
		add(s.Command)
	}
	for _, h := range layer.Hooks {
		add(h.Command)
	}
	for _, c := range layer.Commands {
		add(c)
	}
	for _, r := range layer.Rules {
		add(r.Action.Command)
	}
	return all
}

func lockedIn(sys *leastagency.System, dir, ecosystem, pkg string) (none leastagency.Value[string]) {
	for {
		for _, lock := range lockFiles {
			if lock.ecosystem != ecosystem {
				continue
			}
			if file := sys.Open(path.Join(dir, lock.name)); file != nil {
				if version := lock.version(file, pkg); version.Set {
					return version
				}
			}
		}
		if dir == "." || dir == "" || dir == "/" {
			return none
		}
		dir = path.Dir(dir)
	}
}

// versionShape is what both registries call a version; anything else in its place is a path or an address.
var versionShape = lazy.Compile(`^[0-9][0-9A-Za-z.+-]*$`)

// version returns the version of a package in a lock file; not set when there is none, or more than one.
func (l lockFile) version(file *leastagency.File, pkg string) (one leastagency.Value[string]) {
	if l.ecosystem == "pypi" {
		pkg = normalized(pkg)
	} else if !bytes.Contains(file.Data, []byte(pkg)) {
		return one
	}
	inside := false
	lines := bufio.NewScanner(bytes.NewReader(file.Data))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var version string
		version, inside = l.read(strings.TrimRight(lines.Text(), " \t\r"), pkg, inside)
		switch {
		case version == "" || !versionShape.MatchString(version) || one.V == version:
		case one.Set:
			return leastagency.Value[string]{}
		default:
			start := file.LineStart(n)
			one = leastagency.ValueAt(version, file.Span(start, start+len(file.Line(n))))
		}
	}
	return one
}

// readNPM: "node_modules/PKG": { and then "version". Copies that other packages bring stand deeper.
func readNPM(line, pkg string, inside bool) (string, bool) {
	text := strings.TrimSpace(line)
	if text == `"node_modules/`+pkg+`": {` || text == `"`+pkg+`": {` {
		return "", true
	}
	version, found := strings.CutPrefix(text, `"version": "`)
	if !inside || !found {
		return "", inside && !strings.HasSuffix(text, "{") && !strings.HasPrefix(text, "}")
	}
	version, _, _ = strings.Cut(version, `"`)
	return version, false
}

// readPNPM: "/PKG@1.0.0:", 'PKG@1.0.0(peer@2.0.0)': and /PKG/1.0.0: in the list of packages.
func readPNPM(line, pkg string, _ bool) (string, bool) {
	text := strings.TrimPrefix(strings.Trim(strings.TrimSpace(line), `'":`), "/")
	rest, found := strings.CutPrefix(text, pkg)
	if !found || rest == "" || rest[0] != '@' && rest[0] != '/' || !strings.HasSuffix(line, ":") {
		return "", false
	}
	version, _, _ := strings.Cut(rest[1:], "(")
	version, _, _ = strings.Cut(version, "_")
	return version, false
}

// readYarn: "PKG@^1.0.0", PKG@~1.0.0: and then the version.
func readYarn(line, pkg string, inside bool) (string, bool) {
	if line != "" && line[0] != ' ' {
		for spec := range strings.SplitSeq(strings.TrimSuffix(line, ":"), ",") {
			if strings.HasPrefix(strings.Trim(spec, `" `), pkg+"@") {
				return "", true
			}
		}
		return "", false
	}
	version, found := strings.CutPrefix(strings.TrimSpace(line), "version")
	if !inside || !found {
		return "", inside
	}
	return strings.Trim(version, `: "`), false
}

// readBun: "PKG": ["PKG@1.0.0", …
func readBun(line, pkg string, _ bool) (string, bool) {
	rest, found := strings.CutPrefix(strings.TrimSpace(line), `"`+pkg+`": ["`+pkg+"@")
	if !found {
		return "", false
	}
	version, _, _ := strings.Cut(rest, `"`)
	return version, false
}

// readTOML: [[package]], then name = "PKG" and version = "1.0.0".
func readTOML(line, pkg string, inside bool) (string, bool) {
	key, value, _ := strings.Cut(line, " = ")
	value = strings.Trim(value, `"`)
	switch {
	case strings.HasPrefix(line, "["):
		return "", false
	case key == "name":
		return "", normalized(value) == pkg
	case key == "version" && inside:
		return value, false
	}
	return "", inside
}

// readPipfile: "PKG": { and then "version": "==1.0.0".
func readPipfile(line, pkg string, inside bool) (string, bool) {
	text := strings.TrimSpace(line)
	if name, found := strings.CutSuffix(text, `": {`); found {
		return "", normalized(strings.Trim(name, `"`)) == pkg
	}
	version, found := strings.CutPrefix(text, `"version": "==`)
	if !inside || !found {
		return "", inside
	}
	version, _, _ = strings.Cut(version, `"`)
	return version, false
}

// normalized returns the name of a Python package as its registry compares it.
func normalized(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' }), "-")
}
