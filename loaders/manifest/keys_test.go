package manifest

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	diff "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// forms name the formats of a product that has several, in the order of formats.
var forms = map[string][]string{
	"agent-sandbox": {"Sandboxes", "Templates, claims and pools"},
	"crewai":        {"Flows", "Agents by their roles", "Tasks", "Crews as JSON", "One agent as JSON"},
	"docker-mcp":    {"Entries of the registry", "Profiles", "Catalogs"},
	"bedrock":       {"CloudFormation and SAM", "AgentCore projects", "AgentCore harnesses", "AgentCore starter toolkit"},
	"m365":          {"Declarative agents", "Plugins"},
	"ms-agent": {"Prompt agents", "Workflows", "Hosted agents", "Agent manifests", "azure.yaml", "Semantic Kernel agents",
		"Parts of Copilot Studio agents", "Settings of Copilot Studio agents"},
	"anthropic": {"Agents", "Environments"},
	"manifest":  {"The manifest of this project", "Others of its shape"},
}

// tells says in the key tables what the fields of a layer are.
var tells = map[string]string{"Name": "name", "At": "name", "Kind": "kind", "Description": "purpose", "Mode": "approval", "Absent": "approval", "Tools": "tools", "ToolsSet": "tools",
	"NoToolList": "tools", "Rules": "approval", "Sandbox": "sandbox", "Hooks": "hooks", "Servers": "servers", "Commands": "commands", "Credentials": "credentials",
	"Switches": "switches", "Plugins": "packages", "Texts": "texts", "Limits": "limits", "Triggers": "triggers", "Inputs": "inputs", "Powers": "rights", "Delegates": "delegates", "Answers": "answers that run", "Product": "kind", "Root": "name", "Directories": "folders", "Order": "approval"}

// named are keys whose values are maps from names to things, where renaming one tells nothing.
var named = []string{"env", "headers", "environment", "environment_variables", "Variables", "vars", "connections", "properties", "Resources", "Parameters", "services",
	"$referenced_components", "interrupt_config", "allowFrom", "addPlaintextHeaders", "paths", "methods", "mcps", "graphs", "variables", "settings", "channels", "networks"}

// TestKeyTables holds docs/formats/*.md, which say for every format which keys are read and what each
// tells. A key stands there because the model of a fixture changes when the key is called otherwise.
func TestKeyTables(t *testing.T) {
	const folder = "../../docs/formats"
	all := formats()
	rows := make([]map[string]map[string]bool, len(all)) // by format: path of a key, what it tells
	for i := range rows {
		rows[i] = map[string]map[string]bool{}
	}
	for _, tree := range fixtures(t) {
		for _, name := range slices.Sorted(maps.Keys(tree)) {
			keysOf(t, all, tree, name, rows)
		}
	}
	pages := map[string][]byte{}
	var index strings.Builder
	index.WriteString("# Formats of agent manifests\n\nWhich keys are read, and what each tells. The tables are generated: a key stands in one because the model of a fixture\nchanges when the key is called otherwise, so no table names a key that nothing reads.\n\n")
	for i, of := range all {
		if i > 0 && all[i-1].product == of.product {
			continue
		}
		fmt.Fprintf(&index, "- [%s](%s.md)\n", strings.TrimPrefix(of.title, "the "), of.product)
		var b strings.Builder
		fmt.Fprintf(&b, "# %s\n\nThe keys that are read, and [what each tells](README.md). `<name>` stands for any name, `*` for any key, `[]` for each item of a list.\n", strings.TrimPrefix(of.title, "the "))
		n := 0
		for j, other := range all {
			if other.product != of.product {
				continue
			}
			if names := forms[of.product]; names != nil {
				if n >= len(names) {
					t.Fatalf("%s has more formats than names", of.product)
				}
				fmt.Fprintf(&b, "\n## %s\n", names[n])
			} else if n > 0 {
				t.Fatalf("%s has several formats and no names for them", of.product)
			}
			n++
			b.WriteString("\n| Key | Tells |\n|---|---|\n")
			if len(rows[j]) == 0 {
				t.Errorf("no fixture shows a key of %s", label(all, j))
			}
			for _, key := range slices.Sorted(maps.Keys(rows[j])) {
				fmt.Fprintf(&b, "| `%s` | %s |\n", key, strings.Join(slices.Sorted(maps.Keys(rows[j][key])), ", "))
			}
		}
		pages[of.product+".md"] = []byte(b.String())
	}
	pages["README.md"] = []byte(index.String())
	for name, want := range pages {
		path := filepath.Join(folder, name)
		have, _ := os.ReadFile(path)
		switch {
		case bytes.Equal(have, want):
		case os.Getenv("LEASTAGENCY_UPDATE") == "":
			t.Errorf("%s is not current (-have +want), LEASTAGENCY_UPDATE=1 rewrites it:\n%s", path, diff.Diff(string(have), string(want)))
		default:
			if err := os.MkdirAll(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// fixtures are the trees that show what the formats can say.
func fixtures(t *testing.T) []fstest.MapFS {
	var out []fstest.MapFS
	for _, pattern := range []string{"../../testdata/formats/*.txtar", "testdata/*.txtar"} {
		archives, err := filepath.Glob(pattern)
		if err != nil || len(archives) == 0 {
			t.Fatalf("no fixtures: %v", err)
		}
		for _, name := range archives {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			tree := fstest.MapFS{}
			for _, f := range archive.Files {
				tree[f.Name] = &fstest.MapFile{Data: bytes.ReplaceAll(f.Data, []byte("@TOKEN@"), []byte(layertest.Token))}
			}
			out = append(out, tree)
		}
	}
	return out
}

// keysOf adds the keys of one file to the rows of the formats that its documents have.
func keysOf(t *testing.T, all []format, tree fstest.MapFS, name string, rows []map[string]map[string]bool) {
	original := tree[name]
	f := leastagency.NewFile(name, original.Data)
	linter := leastagency.Linter{Loaders: []leastagency.Loader{{Name: "manifest", Match: func(p string) bool { return p == name }, Load: Loader().Load}}, Policy: leastagency.Builtin()}
	read := func(data []byte) *leastagency.System {
		tree[name] = &fstest.MapFile{Data: data}
		defer func() { tree[name] = original }()
		report, err := linter.Lint(t.Context(), tree)
		if err != nil {
			t.Fatal(err)
		}
		return report.System
	}
	p := strings.ToLower(name)
	if !slices.ContainsFunc(all, func(of format) bool { return of.match(p) && of.marked(f) }) {
		return
	}
	base := read(original.Data)
	if len(base.Layers) == 0 {
		return
	}
	docs, _ := parse(f)
	for _, doc := range docs {
		i := slices.IndexFunc(all, func(of format) bool {
			return of.match(p) && of.marked(f) && (doc.Root.Is(node.Map) || doc.Root.Is(node.List)) && of.is(of.reader(f, base, docs), doc.Root)
		})
		if i < 0 {
			continue
		}
		of := all[i]
		w := keyWalk{data: original.Data, base: base, read: read, rows: rows[i], names: of.product == "crewai" && !ends(p, ".json", ".jsonc") && doc.Root.Get("schema") == nil}
		w.walk(doc.Root, nil)
	}
}

// A keyWalk renames each key of a document in turn, and looks what becomes of the model.
type keyWalk struct {
	data []byte
	base *leastagency.System
	read func([]byte) *leastagency.System
	rows map[string]map[string]bool

	names bool // the document itself is a map from names to things
}

func (w *keyWalk) walk(n *node.Node, path []string) {
	for _, item := range n.List() {
		w.walk(item, append(path[:len(path):len(path)], "[]"))
	}
	of := "" // the key that the map belongs to
	if len(path) > 0 {
		of = path[len(path)-1]
	}
	isNamed := slices.Contains(named, of) || of == "" && w.names
	for _, m := range n.Each() {
		word := m.Key
		told, name := w.rename(m)
		switch {
		case name || isNamed:
			word = "<name>"
		case len(told) == 0:
			word = "*"
		}
		below := append(path[:len(path):len(path)], word)
		if !name && !isNamed && len(told) > 0 {
			key := strings.ReplaceAll(strings.Join(below, "."), ".[]", "[]")
			for strings.HasPrefix(key, "*.*.") {
				key = key[2:]
			}
			if w.rows[key] == nil {
				w.rows[key] = map[string]bool{}
			}
			maps.Copy(w.rows[key], told)
		}
		w.walk(m.Value, below)
	}
}

// rename calls a key otherwise, in as many bytes, and returns what changes; name says that nothing
// does but that name.
func (w *keyWalk) rename(m node.Member) (told map[string]bool, name bool) {
	at := bytes.Index(w.data[m.At.Start:m.At.End], []byte(m.Key[:min(1, len(m.Key))]))
	if len(m.Key) == 0 || at < 0 || m.Key[0] >= 0x80 {
		return nil, false
	}
	letter := byte('z')
	if m.Key[0] == 'z' {
		letter = 'q'
	}
	data := bytes.Clone(w.data)
	data[m.At.Start+at] = letter
	now := w.read(data)
	other := string(letter) + m.Key[1:]
	before, after := facts(w.base), facts(now)
	told = map[string]bool{}
	switch {
	case len(now.Layers) == 0:
		return map[string]bool{"the format": true}, false
	case len(now.Layers) != len(w.base.Layers):
		told["agents"] = true
		return told, false
	}
	for i := range before {
		for field, text := range before[i] {
			if after[i][field] != text && strings.ReplaceAll(after[i][field], other, m.Key) != text {
				told[cmp.Or(tells[field], field)] = true
			} else if after[i][field] != text {
				name = true
			}
		}
	}
	if problems(now) != problems(w.base) && len(told) == 0 {
		told["spelling"] = true
	}
	return told, name && len(told) == 0
}

func problems(sys *leastagency.System) string {
	var b strings.Builder
	for _, p := range sys.Problems {
		b.WriteString(p.Text + "\n")
	}
	return b.String()
}

// facts are the fields of each layer as text.
func facts(sys *leastagency.System) []map[string]string {
	var out []map[string]string
	for _, l := range sys.Layers {
		v := reflect.ValueOf(*l)
		fields := map[string]string{}
		for i := range v.NumField() {
			var b strings.Builder
			write(&b, v.Field(i))
			fields[v.Type().Field(i).Name] = b.String()
		}
		out = append(out, fields)
	}
	return out
}

// write writes a value of the model, files by their names.
func write(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if f, ok := v.Interface().(*leastagency.File); ok && f != nil {
			b.WriteString(f.Path)
		} else if !v.IsNil() {
			write(b, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				write(b, v.Field(i))
				b.WriteByte(' ')
			}
		}
	case reflect.Slice:
		fmt.Fprintf(b, "[%d", v.Len())
		for i := range v.Len() {
			write(b, v.Index(i))
			b.WriteByte(',')
		}
	default:
		fmt.Fprintf(b, "%v", v)
	}
}

// unshown are keys that the code asks for and that no table can show.
var unshown = map[string][]string{
	"another key tells the same, so that renaming it changes nothing": {"$schema", "managedBy", "harnesses", "identity", "model_id", "runtime", "aISettings", "lastTouchedVersion", "streamableHttp", "provider_name", "oidcConfigRef", "compute", "output_json", "response_model", "PrincipalOrgID", "networkPolicy", "outboundAuth", "credentialName", "context"},
	"in a file that another one names":                                {"interrupt_config", "mcp_server_url", "toolDefinitions", "output_schema"},
	"it takes a finding away by its value":                            {"ApiKeyRequired", "HttpMethod", "CustomControl", "isNonConsequential", "tailscale", "userIds", "updateFields", "resource", "const", "pattern"},
	"a name stands in its place, or it is no key in the text":         {"$referenced_components", "Ref", "vars"},
}

// TestEveryKeyIsShown holds that the tables leave out no key that the code asks a document for.
func TestEveryKeyIsShown(t *testing.T) {
	shown := map[string]bool{}
	for _, keys := range unshown {
		for _, key := range keys {
			shown[key] = true
		}
	}
	pages, err := filepath.Glob("../../docs/formats/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if path, _, ok := strings.Cut(strings.TrimPrefix(line, "| `"), "` |"); ok {
				for _, key := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
					shown[key] = true
				}
			}
		}
	}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !slices.Contains([]string{"Get", "Member", "first", "secrets", "setting"}, called(call)) {
				return true
			}
			for _, arg := range call.Args {
				if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if key, err := strconv.Unquote(lit.Value); err == nil && !shown[key] {
						t.Errorf("%s asks for the key %q, which no fixture shows", source, key)
					}
				}
			}
			return true
		})
	}
}

// called is the name of the function or method that is called.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}
