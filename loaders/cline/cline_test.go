package cline

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var files = []string{".roomodes", "home/ann/settings/custom_modes.yaml", "roo-code-settings.json", ".vscode/settings.json", ".roo/commands/a.md", ".clinerules/hooks/PreToolUse", ".env"}

func TestFiles(t *testing.T)   { layertest.Files(t, Loader()) }
func TestHostile(t *testing.T) { layertest.Hostile(t, Loader(), files) }

func FuzzLoad(f *testing.F) {
	layertest.Fuzz(f, Loader(), files,
		"customModes:\n  - slug: a\n    groups: [read, [edit, {fileRegex: '\\.md$'}], [x], []]\n    roleDefinition: b\n",
		`{"globalSettings": {"autoApprovalEnabled": true, "alwaysAllowExecute": true, "allowedCommands": ["*", ""], "customModes": [{"slug": "x", "groups": []}]}, "providerProfiles": {"apiConfigs": {"a": {"apiKey": "x", "openAiBaseUrl": "y"}}}}`,
		`{"roo-cline.allowedCommands": ["git"], "roo-cline.deniedCommands": [1]}`, "A=1\nCLINE_COMMAND_PERMISSIONS='{\"allow\": [\"gh *\"], \"deny\": [\"\"]}'\n", "CLINE_COMMAND_PERMISSIONS=\n",
		"#!/bin/sh\necho '{\"cancel\": true}'\n")
}

const deny, ask, allow = leastagency.Deny, leastagency.Ask, leastagency.Allow

// TestCommands holds that the longest prefix counts, and of two equal ones the denial.
func TestCommands(t *testing.T) {
	const settings = `{"globalSettings": {"autoApprovalEnabled": true, "alwaysAllowExecute": true, "alwaysAllowReadOnly": true, "alwaysAllowReadOnlyOutsideWorkspace": true, "alwaysAllowWrite": true,
		"alwaysAllowWriteOutsideWorkspace": false, "alwaysAllowWriteProtected": true, "alwaysAllowBrowser": true, "alwaysAllowSubtasks": true,
		"allowedCommands": ["*", "git", "git push --dry-run", "npm run", "rm -rf build", "curl"], "deniedCommands": ["git push", "rm", "rm -rf build", "sudo"]}}`
	sys := layertest.Read(t, Loader(), fstest.MapFS{"roo-code-settings.json": {Data: []byte(settings)}})
	if len(sys.Layers) != 1 || len(sys.Problems) != 0 {
		t.Fatal(layertest.String(sys))
	}
	l := sys.Layers[0]
	layertest.Rules(t, l, []layertest.Row{
		{Rule: "*", Says: allow, Want: "shell priority 1 can execute@everything"},
		{Rule: "git", Says: allow, Want: `shell "git" raw open priority 3 can write.state@service send@service`},
		{Rule: "git push --dry-run", Says: allow, Want: `shell "git push --dry-run" raw open priority 18`},
		{Rule: "npm run", Says: allow, Want: `shell "npm run" raw open priority 7`},
		{Rule: "rm -rf build", Says: allow, Want: `shell "rm -rf build" raw open priority 12 can write.files@? destroy@?`},
		{Rule: "curl", Says: allow, Want: `shell "curl" raw open priority 4 can read.untrusted@everything send@everything`},
		{Rule: "git push", Says: deny, Want: `shell "git push" raw open priority 8 can write.state@service send@service`},
		{Rule: "rm", Says: deny, Want: `shell "rm" raw open priority 2 can write.files@? destroy@?`},
		{Rule: "rm -rf build", Says: deny, Want: `shell "rm -rf build" raw open priority 12 can write.files@? destroy@?`},
		{Rule: "sudo", Says: deny, Want: `shell "sudo" raw open priority 4`},
		{Rule: "alwaysAllowReadOnly", Says: allow, Want: `read "**" priority 1 can read.private@project read.secret@project`},
		{Rule: "alwaysAllowReadOnlyOutsideWorkspace", Says: allow, Want: "read priority 1 can read.private@machine read.secret@machine"},
		{Rule: "alwaysAllowWrite", Says: allow, Want: `write "**" priority 1 can write.files@project configure@project remember@project`},
		{Rule: "alwaysAllowWriteProtected", Says: allow, Want: `write ".roo/**" priority 1 can write.files@project configure@project`},
		{Rule: "alwaysAllowBrowser", Says: allow, Want: "fetch priority 1 can read.untrusted@everything send@everything"},
		{Rule: "alwaysAllowSubtasks", Says: allow, Want: "spawn priority 1 can spawn@?"},
	})
	for _, off := range []string{"autoApprovalEnabled", "alwaysAllowExecute"} {
		text := strings.Replace(settings, `"`+off+`": true`, `"`+off+`": false`, 1)
		sys := layertest.Read(t, Loader(), fstest.MapFS{"roo-code-settings.json": {Data: []byte(text)}})
		for _, r := range sys.Layers[0].Rules {
			if r.Action.Kind == leastagency.ActionShell && r.Decision == allow {
				t.Errorf("without %s, %q is allowed", off, r.Text)
			}
		}
	}
}

// TestPermissions holds which commands Cline runs at all.
func TestPermissions(t *testing.T) {
	for _, row := range []struct {
		value string
		want  []layertest.Row
	}{
		{`'{"allow": ["gh pr *", "git status"], "deny": ["git push*"]}'`, []layertest.Row{
			{Rule: "gh pr *", Says: ask, Want: `shell "gh pr *" glob open priority 2`},
			{Rule: "git status", Says: ask, Want: `shell "git status" glob priority 2`},
			{Rule: "git push*", Says: deny, Want: `shell "git push*" glob open priority 3 can write.state@service send@service`},
			{Rule: "what allow does not name", Says: deny, Want: "shell priority 1 can execute@everything"},
		}},
		{`{"deny": ["rm *", "*"]}`, []layertest.Row{
			{Rule: "rm *", Says: deny, Want: `shell "rm *" glob open priority 3 can write.files@? destroy@?`},
			{Rule: "*", Says: deny, Want: "shell priority 3 can execute@everything"},
		}},
		{`"{}"`, nil},
	} {
		sys := layertest.Read(t, Loader(), fstest.MapFS{".env": {Data: []byte("A=b\nCLINE_COMMAND_PERMISSIONS=" + row.value + "\nC=d\n")}})
		if len(sys.Layers) != 1 || len(sys.Layers[0].Rules) != len(row.want) {
			t.Errorf("%s: %s", row.value, layertest.String(sys))
			continue
		}
		layertest.Rules(t, sys.Layers[0], row.want)
		for _, r := range sys.Layers[0].Rules {
			if !r.Implied && !strings.Contains(r.At.Text(), r.Text) {
				t.Errorf("%q stands at %q", r.Text, r.At.Text())
			}
		}
	}
}
