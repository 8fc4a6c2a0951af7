// Package loaders lists the loaders: one package per product or format family, each turning bytes
// into layers of the model.
package loaders

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/amp"
	"github.com/leastagency/leastagency/loaders/claude"
	"github.com/leastagency/leastagency/loaders/cline"
	"github.com/leastagency/leastagency/loaders/codex"
	"github.com/leastagency/leastagency/loaders/continuedev"
	"github.com/leastagency/leastagency/loaders/copilot"
	"github.com/leastagency/leastagency/loaders/crush"
	"github.com/leastagency/leastagency/loaders/cursor"
	"github.com/leastagency/leastagency/loaders/dockerfile"
	"github.com/leastagency/leastagency/loaders/gemini"
	"github.com/leastagency/leastagency/loaders/ghaw"
	"github.com/leastagency/leastagency/loaders/gitlab"
	"github.com/leastagency/leastagency/loaders/goose"
	"github.com/leastagency/leastagency/loaders/instructions"
	"github.com/leastagency/leastagency/loaders/junie"
	"github.com/leastagency/leastagency/loaders/kiro"
	"github.com/leastagency/leastagency/loaders/manifest"
	"github.com/leastagency/leastagency/loaders/mcp"
	"github.com/leastagency/leastagency/loaders/opencode"
	"github.com/leastagency/leastagency/loaders/script"
	"github.com/leastagency/leastagency/loaders/vscode"
	"github.com/leastagency/leastagency/loaders/windsurf"
	"github.com/leastagency/leastagency/loaders/workflow"
	"github.com/leastagency/leastagency/loaders/workspace"
	"github.com/leastagency/leastagency/loaders/zed"
)

// All returns every loader. The order is that of the report; a file may be read by several.
func All() []leastagency.Loader {
	return []leastagency.Loader{
		amp.Loader(),
		claude.Loader(),
		cline.Loader(),
		codex.Loader(),
		continuedev.Loader(),
		copilot.Loader(),
		crush.Loader(),
		cursor.Loader(),
		dockerfile.Loader(),
		goose.Loader(),
		instructions.Loader(),
		manifest.Loader(),
		gemini.Loader(),
		ghaw.Loader(),
		gitlab.Loader(),
		junie.Loader(),
		kiro.Loader(),
		mcp.Loader(),
		opencode.Loader(),
		script.Loader(),
		vscode.Loader(),
		windsurf.Loader(),
		workflow.Loader(),
		workspace.Loader(),
		zed.Loader(),
	}
}
