// Package loaders lists the loaders: one package per product or format family, each turning bytes
// into layers of the model.
package loaders

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/claude"
	"github.com/leastagency/leastagency/loaders/codex"
	"github.com/leastagency/leastagency/loaders/copilot"
	"github.com/leastagency/leastagency/loaders/cursor"
	"github.com/leastagency/leastagency/loaders/gemini"
	"github.com/leastagency/leastagency/loaders/instructions"
	"github.com/leastagency/leastagency/loaders/manifest"
	"github.com/leastagency/leastagency/loaders/mcp"
	"github.com/leastagency/leastagency/loaders/opencode"
	"github.com/leastagency/leastagency/loaders/vscode"
	"github.com/leastagency/leastagency/loaders/windsurf"
	"github.com/leastagency/leastagency/loaders/workspace"
)

// All returns every loader. The order is that of the report; a file may be read by several.
func All() []leastagency.Loader {
	return []leastagency.Loader{
		claude.Loader(),
		codex.Loader(),
		copilot.Loader(),
		cursor.Loader(),
		instructions.Loader(),
		manifest.Loader(),
		gemini.Loader(),
		mcp.Loader(),
		opencode.Loader(),
		vscode.Loader(),
		windsurf.Loader(),
		workspace.Loader(),
	}
}
