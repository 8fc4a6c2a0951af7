package isolation

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// attached are servers that always drive the user's own browser.
var attached = []string{"@browsermcp/mcp", "mcp-chrome-bridge", "@agentdeskai/browser-tools-mcp", "mcp-chrome"}

// attaching are flags with which a browser server drives a running browser instead of a fresh one.
var attaching = []string{"--extension", "--cdp-endpoint", "--browserUrl", "--browser-url", "--autoConnect", "--auto-connect", "--wsEndpoint", "--user-data-dir", "--userDataDir"}

// BrowserSession finds servers that act in a browser in which the user is logged in.
var BrowserSession = leastagency.Check{Rule: "isolation/browser-session", Run: func(p *leastagency.Pass) {
	for _, s := range each.Server(p) {
		if name := named(s, attached); name != "" {
			p.Reportf(each.Argument(s, name), "%s drives the user's own browser: a page it reads can act in every account that is logged in there", each.Name(s))
			continue
		}
		for _, arg := range s.Args {
			if flag, _, _ := strings.Cut(arg.V, "="); browser(s) && slices.Contains(attaching, flag) {
				p.Reportf(arg.At, "%s attaches to the user's own browser by %s: a page it reads can act in every account that is logged in there", each.Name(s), leastagency.Quote(flag))
				break
			}
		}
	}
}}

// browser reports whether a server is one of those that drive a browser.
func browser(s *leastagency.Server) bool {
	return named(s, []string{"@playwright/mcp", "chrome-devtools-mcp", "@executeautomation/playwright-mcp-server", "puppeteer-mcp-server", "@modelcontextprotocol/server-puppeteer"}) != ""
}
