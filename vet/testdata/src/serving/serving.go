// Package serving opens servers to the network, with and without a look at who calls.
package serving

import (
	"crypto/tls"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/mark3labs/mcp-go/server"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func tools(*http.Request) *mcp.Server { return nil }

func literal() {
	_ = http.ListenAndServe(":8080", mcp.NewStreamableHTTPHandler(tools, nil))                                                                   // want `listens on every network`
	_ = http.ListenAndServe("127.0.0.1:8080", mcp.NewStreamableHTTPHandler(tools, nil))                                                          // the SDK refuses foreign hosts
	_ = http.ListenAndServe("127.0.0.1:8081", mcp.NewStreamableHTTPHandler(tools, &mcp.StreamableHTTPOptions{DisableLocalhostProtection: true})) // want `asks neither`
	_ = http.ListenAndServe("127.0.0.1:8082", mcp.NewSSEHandler(tools, nil))                                                                     // want `asks neither`
	_ = http.ListenAndServe(":9090", http.NotFoundHandler())                                                                                     // no tools
}

// Addresses that are put together.
func made(host string, port int) {
	s := server.NewMCPServer("demo", "1")
	_ = server.NewSSEServer(s).Start(fmt.Sprintf(":%d", port))              // want `listens on every network`
	_ = server.NewSSEServer(s).Start(fmt.Sprintf("%s:%d", host, port))      // want `asks neither`
	_ = server.NewSSEServer(s).Start(net.JoinHostPort("0.0.0.0", "8000"))   // want `listens on every network`
	_ = server.NewSSEServer(s).Start(net.JoinHostPort("localhost", "8000")) // want `asks neither`
}

var addr = flag.String("addr", "0.0.0.0:8000", "where to listen")

func flags() {
	var bind string
	flag.StringVar(&bind, "bind", "localhost", "where to listen")
	s := server.NewMCPServer("demo", "1")
	_ = server.NewStreamableHTTPServer(s).Start(*addr)          // want `listens on every network`
	_ = server.NewStreamableHTTPServer(s).Start(bind + ":8000") // want `asks neither`
}

func getenv(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

type config struct {
	Host string `default:"0.0.0.0"`
	Port int
}

func defaults(c config) {
	s := server.NewMCPServer("demo", "1")
	_ = server.NewStreamableHTTPServer(s).Start(getenv("ADDR", ":8000"))            // want `listens on every network`
	_ = server.NewStreamableHTTPServer(s).Start(fmt.Sprintf("%s:%d", c.Host, 8000)) // want `listens on every network`
	address := "127.0.0.1:8000"
	if os.Getenv("PUBLIC") != "" {
		address = ":8000"
	}
	_ = server.NewStreamableHTTPServer(s).Start(address) // want `asks neither`
}

// Routers, servers and listeners.
func routed() {
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {})
	mux.Handle("/mcp", logged(mcp.NewStreamableHTTPHandler(tools, nil)))
	_ = http.ListenAndServe(":8080", mux) // want `listens on every network`

	srv := &http.Server{Addr: ":8081", Handler: mux} // want `listens on every network`
	_ = srv.ListenAndServe()
	ln, _ := net.Listen("tcp", ":8082")
	_ = http.Serve(ln, mux)                                        // want `listens on every network`
	_ = &http.Server{Addr: ":8083", Handler: mux, TLSConfig: both} // may ask for certificates
}

var both = &tls.Config{}

func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.URL.Path)
		next.ServeHTTP(w, r)
	})
}

// By hand.
func function(w http.ResponseWriter, r *http.Request) {
	mcp.NewStreamableHTTPHandler(tools, nil).ServeHTTP(w, r)
}

func byHand() {
	_ = http.ListenAndServe(":8080", http.HandlerFunc(function)) // want `listens on every network`
	http.HandleFunc("/mcp", function)
	_ = http.ListenAndServe(":8081", nil) // want `listens on every network`
}
