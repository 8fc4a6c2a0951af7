package junie

import (
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var files = []string{".junie/allowlist.json", "home/ann/.junie/allowlist.json"}

func TestFiles(t *testing.T)   { layertest.Files(t, Loader()) }
func TestHostile(t *testing.T) { layertest.Hostile(t, Loader(), files) }

func FuzzLoad(f *testing.F) {
	layertest.Fuzz(f, Loader(), files, `{"defaultBehavior": "allow", "rules": {"executables": {"rules": [{"prefix": "git", "action": "allow"}, {"pattern": "**", "action": "ask"}, {}]}, "mcpTools": [{"prefix": ":", "action": "deny"}]}}`)
}

// TestPermissions holds how each rule decides.
func TestPermissions(t *testing.T) {
	const allowlist = `{"defaultBehavior": "ask", "allowReadonlyCommands": true, "rules": {
		"executables": {"rules": [
			{"prefix": "git push", "action": "ask"}, {"prefix": "git", "action": "allow"}, {"pattern": "grep **", "action": "allow"}, {"pattern": "npm [iur]*", "action": "ask"},
			{"pattern": "curl *", "action": "allow"}, {"pattern": "rm -rf build", "action": "allow"}, {"prefix": "", "action": "allow"}, {"pattern": "**", "action": "allow"}, {"prefix": "sudo", "action": "deny"}]},
		"fileEditing": {"rules": [{"prefix": "src/main/", "action": "allow"}, {"prefix": "/etc/", "action": "allow"}, {"pattern": "*.md", "action": "allow"}, {"pattern": "**", "action": "ask"}]},
		"mcpTools": {"rules": [{"prefix": "github:", "action": "allow"}, {"prefix": "db:query", "action": "ask"}, {"pattern": "jira:get_*", "action": "allow"}, {"pattern": "*", "action": "ask"}]},
		"readOutsideProject": [{"pattern": "/etc/**", "action": "allow"}, {"prefix": "/home/ann/notes/", "action": "allow"}],
		"readSecretFile": {"rules": [{"pattern": ".env", "action": "allow"}, {"pattern": "**/*.pem", "action": "ask"}]}}}`
	sys := layertest.Read(t, Loader(), fstest.MapFS{"home/ann/.junie/allowlist.json": {Data: []byte(allowlist)}})
	if len(sys.Layers) != 1 || len(sys.Problems) != 0 {
		t.Fatal(layertest.String(sys))
	}
	const deny, ask, allow = leastagency.Deny, leastagency.Ask, leastagency.Allow
	layertest.Rules(t, sys.Layers[0], []layertest.Row{
		{Rule: "executables(git push)", Says: ask, Want: `shell "git push" raw open can write.state@service send@service`},
		{Rule: "executables(git)", Says: allow, Want: `shell "git" raw open can write.state@service send@service`},
		{Rule: "executables(grep **)", Says: allow, Want: `shell "grep **" glob open`},
		{Rule: "executables(npm [iur]*)", Says: ask, Want: `shell "npm [iur]*" glob open`},
		{Rule: "executables(curl *)", Says: allow, Want: `shell "curl *" glob open can read.untrusted@everything send@everything`},
		{Rule: "executables(rm -rf build)", Says: allow, Want: `shell "rm -rf build" glob can write.files@? destroy@?`},
		{Rule: "executables()", Says: allow, Want: "shell can execute@everything"},
		{Rule: "executables(**)", Says: allow, Want: "shell can execute@everything"},
		{Rule: "executables(sudo)", Says: deny, Want: "inert"},
		{Rule: "fileEditing(src/main/)", Says: allow, Want: `write "src/main/" raw open can write.files@project`},
		{Rule: "fileEditing(/etc/)", Says: allow, Want: `write "/etc/" raw open can write.files@machine`},
		{Rule: "fileEditing(*.md)", Says: allow, Want: `write "*.md" glob can write.files@project remember@project`},
		{Rule: "fileEditing(**)", Says: ask, Want: "write can write.files@machine configure@machine remember@machine"},
		{Rule: "mcpTools(github:)", Says: allow, Want: "server github/"},
		{Rule: "mcpTools(db:query)", Says: ask, Want: "server db/query* open"},
		{Rule: "mcpTools(jira:get_*)", Says: allow, Want: "server jira/get_* open"},
		{Rule: "mcpTools(*)", Says: ask, Want: "server */"},
		{Rule: "readOutsideProject(/etc/**)", Says: allow, Want: `read "/etc/**" glob open can read.private@machine read.secret@machine`},
		{Rule: "readOutsideProject(/home/ann/notes/)", Says: allow, Want: `read "/home/ann/notes/" raw open can read.private@project`},
		{Rule: "readSecretFile(.env)", Says: allow, Want: `read ".env" glob can read.secret@project`},
		{Rule: "readSecretFile(**/*.pem)", Says: ask, Want: `read "**/*.pem" glob can read.secret@project`},
	})
}
