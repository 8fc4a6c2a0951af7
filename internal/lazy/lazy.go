// Package lazy keeps work out of start-up: what a run does not need is not made.
package lazy

import (
	"regexp"
	"sync"
)

// A Regexp is a regular expression that is compiled when it is first used. A mistake in it panics
// then, so every one needs a test that uses it.
type Regexp struct {
	expr string
	once sync.Once
	re   *regexp.Regexp
}

// Compile returns the expression, not yet compiled.
func Compile(expr string) *Regexp { return &Regexp{expr: expr} }

// Get returns the compiled expression.
func (r *Regexp) Get() *regexp.Regexp {
	r.once.Do(func() { r.re = regexp.MustCompile(r.expr) })
	return r.re
}

// MatchString reports whether the text contains a match.
func (r *Regexp) MatchString(s string) bool { return r.Get().MatchString(s) }
