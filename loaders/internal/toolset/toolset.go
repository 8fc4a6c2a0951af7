// Package toolset knows the names under which GitHub Copilot and VS Code offer their tools, in agent
// files, prompt files and settings. The two share one format, and each ignores the names of the other.
//
// Sources: the reference of custom agents (docs.github.com/copilot/reference/custom-agents-configuration)
// and the list of tools of the editor (code.visualstudio.com/docs/copilot/reference/copilot-vscode-features).
package toolset

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// kinds are the tools by their lower-case name, without the tool set in front.
var kinds = map[string]leastagency.ActionKind{
	"*": leastagency.ActionAny,

	"execute": leastagency.ActionShell, "shell": leastagency.ActionShell, "bash": leastagency.ActionShell, "powershell": leastagency.ActionShell,
	"terminal": leastagency.ActionShell, "runcommands": leastagency.ActionShell, "runinterminal": leastagency.ActionShell, "run_in_terminal": leastagency.ActionShell,
	"runtasks": leastagency.ActionShell, "runtask": leastagency.ActionShell, "createandruntask": leastagency.ActionShell, "runnotebooks": leastagency.ActionShell,
	"runcell": leastagency.ActionShell, "runnotebookcell": leastagency.ActionShell, "sendtoterminal": leastagency.ActionShell,

	"read": leastagency.ActionRead, "view": leastagency.ActionRead, "notebookread": leastagency.ActionRead, "search": leastagency.ActionRead,
	"grep": leastagency.ActionRead, "glob": leastagency.ActionRead, "codebase": leastagency.ActionRead, "readfile": leastagency.ActionRead,
	"filesearch": leastagency.ActionRead, "textsearch": leastagency.ActionRead, "listdirectory": leastagency.ActionRead, "usages": leastagency.ActionRead,
	"changes": leastagency.ActionRead, "problems": leastagency.ActionRead, "searchresults": leastagency.ActionRead, "findtestfiles": leastagency.ActionRead,
	"getnotebooksummary": leastagency.ActionRead, "readnotebookcelloutput": leastagency.ActionRead,

	"edit": leastagency.ActionWrite, "multiedit": leastagency.ActionWrite, "write": leastagency.ActionWrite, "notebookedit": leastagency.ActionWrite,
	"create": leastagency.ActionWrite, "editfiles": leastagency.ActionWrite, "createfile": leastagency.ActionWrite, "createdirectory": leastagency.ActionWrite,
	"editnotebook": leastagency.ActionWrite, "createjupyternotebook": leastagency.ActionWrite, "new": leastagency.ActionWrite, "newworkspace": leastagency.ActionWrite,
	"str_replace": leastagency.ActionWrite, "str_replace_editor": leastagency.ActionWrite, "apply_patch": leastagency.ActionWrite,

	"web": leastagency.ActionFetch, "fetch": leastagency.ActionFetch, "webfetch": leastagency.ActionFetch, "web_fetch": leastagency.ActionFetch,
	"githubrepo": leastagency.ActionFetch, "opensimplebrowser": leastagency.ActionFetch, "browser": leastagency.ActionFetch, "openintegratedbrowser": leastagency.ActionFetch,
	"websearch": leastagency.ActionSearch, "web_search": leastagency.ActionSearch,

	"agent": leastagency.ActionSpawn, "custom-agent": leastagency.ActionSpawn, "task": leastagency.ActionSpawn, "runsubagent": leastagency.ActionSpawn,

	"todo": leastagency.ActionOther, "todos": leastagency.ActionOther, "todowrite": leastagency.ActionOther, "vscode": leastagency.ActionOther,
	"vscodeapi": leastagency.ActionOther, "extensions": leastagency.ActionOther, "think": leastagency.ActionOther, "testfailure": leastagency.ActionOther,
	"terminallastcommand": leastagency.ActionOther, "terminalselection": leastagency.ActionOther, "getterminaloutput": leastagency.ActionOther,
	"gettaskoutput": leastagency.ActionOther, "askquestions": leastagency.ActionOther, "ask_user": leastagency.ActionOther, "memory": leastagency.ActionOther,
	"runtests": leastagency.ActionShell, "selection": leastagency.ActionRead,
}

// sets are the names of tool sets, which stand in front of the names of their tools.
var sets = map[string]bool{"agent": true, "browser": true, "edit": true, "execute": true, "read": true, "search": true, "todo": true, "vscode": true, "web": true}

// Action returns what a name in a list of tools stands for; its Kind is unknown for a name that
// belongs to neither product, which both ignore unless a server or an extension brings the tool.
func Action(name string) leastagency.Action {
	name = strings.TrimPrefix(strings.TrimSpace(name), "#")
	if kind, known := kinds[strings.ToLower(name)]; known {
		return leastagency.Action{Kind: kind}
	}
	set, tool, qualified := strings.Cut(name, "/")
	if !qualified {
		return leastagency.Action{}
	}
	if low := strings.ToLower(set); sets[low] {
		if kind, known := kinds[strings.ToLower(tool)]; known && tool != "*" {
			return leastagency.Action{Kind: kind}
		}
		return leastagency.Action{Kind: kinds[low]}
	}
	if i := strings.LastIndexByte(name, '/'); i > 0 { // the server's name may be one of a registry: "io.github.owner/server/tool"
		set, tool = name[:i], name[i+1:]
	}
	if tool == "*" {
		tool = ""
	}
	return leastagency.Action{Kind: leastagency.ActionServer, Server: set, Tool: tool, Open: strings.HasSuffix(tool, "*")}
}
