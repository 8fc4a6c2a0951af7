package supplychain

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// local are tools that projects install beside their code: a runner takes that copy and fetches nothing.
var local = []string{"tsc", "tsx", "ts-node", "typescript", "eslint", "prettier", "biome", "@biomejs/biome", "jest", "vitest", "mocha", "playwright",
	"@playwright/test", "cypress", "next", "vite", "webpack", "rollup", "esbuild", "turbo", "nx", "lerna", "prisma", "drizzle-kit", "knex", "storybook",
	"tailwindcss", "stylelint", "markdownlint", "markdownlint-cli", "markdownlint-cli2", "husky", "lint-staged", "commitlint", "changeset", "@changesets/cli", "astro", "nuxt", "ng", "expo",
	"svelte-check", "vue-tsc", "pyright", "wrangler", "tsup", "knip", "hardhat", "react-scripts", "react-router", "remix"}

// UnpinnedCommand finds hooks, helpers, command blocks and allow rules that fetch code without a version.
// What runs when a session starts is the business of escalation/auto-run.
var UnpinnedCommand = leastagency.Check{Rule: "supplychain/unpinned-command", Run: func(p *leastagency.Pass) {
	var hits []each.Hit
	told := map[leastagency.Span]bool{} // a workflow is read by itself and through its callers
	for f := range fetches(p) {
		if told[f.At] || f.Server != nil || !unpinned(f.Artifact) || f.Hook != nil && each.AtStart(f.Hook) || installed(p, f) {
			continue
		}
		told[f.At] = f.Layer.Kind == leastagency.KindJob
		verb := " runs "
		if f.Allowed != nil {
			verb = " lets the model run "
		}
		if fix := pin(f); fix != nil {
			p.Reportf(f.At, "%s%s%s %s: whoever publishes it next runs code here, unasked", f.Who, verb, leastagency.Quote(f.Name), written(f.Artifact)).
				Because(f.Locked.At, "this repository has it at %s", f.Locked.V).Fix = fix
			continue
		}
		hits = append(hits, each.Hit{At: f.At, Text: f.Who + verb + leastagency.Quote(f.Name) + " " + written(f.Artifact)})
	}
	for _, file := range each.Files(p, hits) {
		f := p.Reportf(file[0].At, "%s: whoever publishes it next runs code here, unasked", file[0].Text)
		for _, h := range file[1:] {
			f.Also(h.At, "%s", h.Text)
		}
	}
}}

// installed reports whether the project most likely has the tool itself: it is a well-known development
// tool without a version, or the manifest beside the configuration names it.
func installed(p *leastagency.Pass, f fetched) bool {
	if f.Version != "" {
		return false
	}
	if f.Ecosystem == "npm" && slices.Contains(local, f.Name) {
		return true
	}
	manifest := p.Open("package.json")
	return manifest != nil && f.Ecosystem == "npm" && strings.Contains(string(manifest.Data), `"`+f.Name+`"`)
}
