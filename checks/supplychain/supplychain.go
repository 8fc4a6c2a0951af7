// Package supplychain judges who else writes what an agent runs.
package supplychain

import (
	"iter"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// A fetched is code that something fetches when it starts.
type fetched struct {
	each.Started
	leastagency.Artifact
	// Allowed says that it is not started: a rule lets the model start it unasked.
	Allowed *leastagency.Rule
}

// fetches yields everything that a configuration fetches or allows to fetch, servers first within a file's layer.
func fetches(p *leastagency.Pass) iter.Seq[fetched] {
	return func(yield func(fetched) bool) {
		for s := range each.Start(p) {
			for _, a := range s.Command.Artifacts {
				if !yield(fetched{s, at(a, s.Command.At), nil}) {
					return
				}
			}
		}
		for layer, rule := range each.Allow(p) {
			if rule.Action.Command == nil {
				continue
			}
			s := each.Started{Layer: layer, Command: rule.Action.Command, Who: "allow rule " + leastagency.Quote(rule.Text)}
			for _, a := range rule.Action.Command.Artifacts {
				if !yield(fetched{s, at(a, rule.At), rule}) {
					return
				}
			}
		}
	}
}

func at(a leastagency.Artifact, otherwise leastagency.Span) leastagency.Artifact {
	if a.At.IsZero() {
		a.At = otherwise
	}
	return a
}

// moving are versions that name no version.
var moving = []string{"", "latest", "next", "main", "master", "HEAD", "dev", "beta", "canary", "edge", "nightly", "stable", "*"}

func isMoving(version string) bool { return slices.Contains(moving, version) }

// unpinned reports whether the next start may fetch other code because nothing fixes the version: there
// is none, or it is a range. What a tag or branch names is movable instead.
func unpinned(a leastagency.Artifact) bool {
	return a.Pin == leastagency.Unpinned && (isMoving(a.Version) || !tagged(a))
}

// movable reports whether a tag or branch names the version, which its owner can move to other code.
func movable(a leastagency.Artifact) bool {
	return tagged(a) && !isMoving(a.Version) && (a.Pin == leastagency.Unpinned || a.Pin == leastagency.Versioned)
}

func tagged(a leastagency.Artifact) bool {
	return a.Ecosystem == "image" || a.Ecosystem == "git" || a.Ecosystem == "github"
}

// written says what stands where a version should.
func written(a leastagency.Artifact) string {
	if a.Version == "" {
		if a.Ecosystem == "git" || a.Ecosystem == "github" {
			return "without a commit"
		}
		return "without a version"
	}
	return "at " + leastagency.Quote(a.Version)
}

// host returns the host of a URL, or of a text that begins with one; empty when it is not constant.
func host(target string) string {
	if !strings.Contains(target, "://") {
		target = "any://" + target
	}
	u, err := url.Parse(target)
	if err != nil || strings.ContainsAny(u.Hostname(), "${}*<>") {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// nearby reports whether a host is this machine, or a name that only a container network or a cluster resolves.
func nearby(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsUnspecified()
	}
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".svc") || strings.HasSuffix(host, ".svc.cluster.local") || host == "host.docker.internal" || host == "gateway.docker.internal"
}
