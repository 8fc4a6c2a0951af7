// Package serving_origin opens a server that refuses requests under other host names.
package serving_origin

import (
	"net/http"

	"github.com/mark3labs/mcp-go/server"
)

func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "localhost:8000" {
			http.Error(w, "unknown host", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func main() {
	s := server.NewSSEServer(server.NewMCPServer("demo", "1"))
	_ = http.ListenAndServe("localhost:8000", local(s))
	_ = http.ListenAndServe(":8000", local(s)) // refuses something: nothing is sure
	_ = s.Start("localhost:8001")              // want `asks neither`
}
