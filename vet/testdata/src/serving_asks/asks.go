// Package serving_asks opens servers that look at who calls: none of them can be called by anybody.
package serving_asks

import (
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func tools(*http.Request) *mcp.Server { return nil }

func token(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !known(r.Header.Get("Authorization")) {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func known(string) bool { return false }

func main() {
	_ = http.ListenAndServe(":8080", token(mcp.NewStreamableHTTPHandler(tools, nil)))
	mux := http.NewServeMux()
	mux.Handle("/mcp", token(mcp.NewStreamableHTTPHandler(tools, nil)))
	mux.Handle("/open", http.NotFoundHandler())
	_ = http.ListenAndServe(":8080", mux)
	_ = http.ListenAndServe(":8081", mcp.NewStreamableHTTPHandler(tools, nil)) // want `listens on every network`
}
