package vscode

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// programs are settings of the editor and of widely used extensions that name a program which is
// started when a folder or a file is opened. What a machine's own setting names is not among them.
var programs = []string{
	"python.defaultInterpreterPath", "python.pythonPath", "python.condaPath", "python.pipenvPath", "python.poetryPath",
	"eslint.nodePath", "eslint.runtime", "prettier.prettierPath", "stylelint.stylelintPath", "biome.lspBin", "biome.lsp.bin", "deno.path", "typescript.tsdk", "js/ts.tsdk.path",
	"go.goroot", "go.toolsGopath", "rust-analyzer.server.path", "clangd.path", "cmake.cmakePath", "C_Cpp.default.compilerPath",
	"ruff.path", "ruff.interpreter", "black-formatter.path", "black-formatter.interpreter", "isort.path", "pylint.path", "pylint.interpreter", "flake8.path", "flake8.interpreter",
	"mypy-type-checker.path", "mypy-type-checker.interpreter", "julia.executablePath", "ruby.lsp.commandPath", "rubyLsp.rubyExecutablePath", "php.validate.executablePath",
	"java.jdt.ls.java.home", "java.configuration.maven.userSettings", "npm.scriptRunner", "git.path", "terraform.languageServer.path", "sqlfluff.executablePath",
	"shellcheck.executablePath", "hadolint.hadolintPath", "markdownlint.config.extends", "vitest.nodeExecutable", "jest.jestCommandLine",
}

// program reads a setting that names a program. One that lies in the tree runs for everyone who opens
// the folder and trusts it; what a build puts there later is the person's own.
func (r *reader) program(key string, n *node.Node) {
	if r.Scope == leastagency.ScopeUser || r.kind == kindContainer || key == "git.path" { // which a project cannot set
		return
	}
	names := n.Strings()
	if s := n.String(); s.Set {
		names = append(names, s)
	}
	for _, name := range names {
		if p, inside := r.inTree(name.V); inside && r.Sys.Open(p) != nil {
			r.add(leastagency.SwitchProgram, key, name.At, p)
		}
	}
}

// inTree returns the path of a program below the root of the scan; not inside for one that lies
// elsewhere or is looked up by name.
func (r *reader) inTree(name string) (p string, inside bool) {
	name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
	name = strings.ReplaceAll(name, `\`, "/")
	for _, mark := range []string{"${workspaceFolder}", "${workspaceRoot}"} {
		if rest, ok := strings.CutPrefix(name, mark+"/"); ok {
			name, inside = rest, true
		}
	}
	switch {
	case name == "" || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.Contains(name, "${") || len(name) > 1 && name[1] == ':':
		return "", false
	case !inside && !strings.Contains(name, "/"):
		return "", false
	}
	p = path.Join(r.Root, name)
	return p, p != ".." && !strings.HasPrefix(p, "../")
}

// profiles reads the shells that terminals may start, profile the one of a purpose.
func profiles(r *reader, m node.Member) {
	for _, e := range m.Value.Each() {
		profile(r, node.Member{Key: m.Key, At: e.At, Value: e.Value})
	}
}

func profile(r *reader, m node.Member) {
	r.program(m.Key, m.Value.Get("path"))
	r.variables(m.Value.Get("env"))
}

func environment(r *reader, m node.Member) {
	if r.Typed(m.Value, m.Key, node.Map) {
		r.variables(m.Value)
	}
}

// variables reads what terminals, and with them the agent's commands, get into their environment.
func (r *reader) variables(n *node.Node) {
	for _, m := range n.Each() {
		value := m.Value.Scalar()
		if !value.Set || m.Key == "PATH" && !shadows(value.V) {
			continue
		}
		variable, c := credential.Classify(m.Key, value, credential.InputBraces, r.Sys.Knowledge)
		if c != nil {
			r.layer.Credentials = append(r.layer.Credentials, c)
		}
		if s := credential.Switch(leastagency.ValueAt(variable, value.At), r.Sys.Knowledge); s != nil {
			s.Target = r.Sys.Knowledge.Redact(s.Target)
			r.layer.Switches = append(r.layer.Switches, s)
		}
	}
}

// shadows reports whether a search path puts a folder of the project in front of the programs of the
// machine. The folders in which package managers put tools are where everybody expects them.
func shadows(searchPath string) bool {
	for _, dir := range strings.FieldsFunc(searchPath, func(c rune) bool { return c == ':' || c == ';' }) {
		switch {
		case strings.Contains(dir, "env") && strings.ContainsAny(dir, "${"), strings.Contains(dir, "node_modules/.bin"), strings.Contains(dir, "venv"):
		case strings.Contains(dir, "workspaceFolder") || strings.HasPrefix(dir, "."):
			return true
		}
	}
	return false
}
