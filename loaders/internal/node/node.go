// Package node reads JSON, JSONC, YAML, TOML and Markdown front matter into one kind of tree that
// keeps the exact byte range of every key and value.
//
// A broken file gives the tree of what could be read and a Problem at the break. Duplicate keys are
// kept, in order, and reported: readers disagree on which one counts. Sizes and depths are capped.
package node

import (
	"strconv"

	"github.com/leastagency/leastagency"
)

// A Kind is the type of a node.
type Kind uint8

const (
	Invalid Kind = iota // could not be read
	Null
	Bool
	Number
	String
	List
	Map
)

// A Node is one value of a document. A nil *Node is an absent value: all methods work on it.
type Node struct {
	Kind    Kind
	At      leastagency.Span // the bytes of the value, with its quotes or brackets
	Text    string           // decoded text of a scalar; numbers and booleans as written
	Raw     bool             // Text is byte for byte what stands inside At's quotes
	Members []Member         // of a Map, in file order, duplicates kept
	Items   []*Node          // of a List
}

// A Member is one key of a map with its value.
type Member struct {
	Key   string
	At    leastagency.Span // the bytes of the key, with its quotes
	Value *Node            // never nil
}

// A Document is one parsed document. Root is nil for an empty one.
type Document struct {
	Root     *Node
	Body     leastagency.Span // of Markdown: what stands behind the front matter; else zero
	Comments []Comment
}

// A Comment is a comment with its marks.
type Comment struct {
	At   leastagency.Span
	Text string // without its marks
}

// Inner returns where Text stands: At without its quotes where Raw holds, else At.
func (n *Node) Inner() leastagency.Span {
	switch {
	case n == nil:
		return leastagency.Span{}
	case !n.Raw:
		return n.At
	}
	quotes := (n.At.End - n.At.Start - len(n.Text)) / 2
	return n.At.File.Span(n.At.Start+quotes, n.At.End-quotes)
}

// Get follows keys through maps. Of duplicate keys the last one counts, as in most readers.
func (n *Node) Get(keys ...string) *Node {
	for _, key := range keys {
		m := n.Member(key)
		if m == nil {
			return nil
		}
		n = m.Value
	}
	return n
}

// Member returns the last member with the key; nil when there is none or n is no map.
func (n *Node) Member(key string) *Member {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := len(n.Members) - 1; i >= 0; i-- {
		if n.Members[i].Key == key {
			return &n.Members[i]
		}
	}
	return nil
}

// Each returns the members of a map, each key once (the last of duplicates), in file order; nil for anything else.
func (n *Node) Each() []Member {
	if n == nil || n.Kind != Map {
		return nil
	}
	last := make(map[string]int, len(n.Members))
	for i, m := range n.Members {
		last[m.Key] = i
	}
	out := make([]Member, 0, len(last))
	for i, m := range n.Members {
		if last[m.Key] == i {
			out = append(out, m)
		}
	}
	return out
}

// List returns the items of a list; nil for anything else.
func (n *Node) List() []*Node {
	if n == nil || n.Kind != List {
		return nil
	}
	return n.Items
}

// Is reports whether the node is there and of the kind.
func (n *Node) Is(k Kind) bool { return n != nil && n.Kind == k }

// String returns the value of a string; not set for anything else.
func (n *Node) String() leastagency.Value[string] {
	if !n.Is(String) {
		return leastagency.Value[string]{}
	}
	return leastagency.ValueAt(n.Text, n.At)
}

// Bool returns the value of a boolean; not set for anything else.
func (n *Node) Bool() leastagency.Value[bool] {
	if !n.Is(Bool) {
		return leastagency.Value[bool]{}
	}
	return leastagency.ValueAt(n.Text == "true" || n.Text == "True" || n.Text == "TRUE", n.At)
}

// Int returns the value of a whole number; not set for anything else.
func (n *Node) Int() leastagency.Value[int] {
	if !n.Is(Number) {
		return leastagency.Value[int]{}
	}
	i, err := strconv.Atoi(n.Text)
	if err != nil {
		return leastagency.Value[int]{}
	}
	return leastagency.ValueAt(i, n.At)
}

// Strings returns the string items of a list, leaving out others.
func (n *Node) Strings() []leastagency.Value[string] {
	var out []leastagency.Value[string]
	for _, item := range n.List() {
		if s := item.String(); s.Set {
			out = append(out, s)
		}
	}
	return out
}

// Scalar returns the text of a string, number or boolean; not set for anything else.
func (n *Node) Scalar() leastagency.Value[string] {
	if n.Is(String) || n.Is(Number) || n.Is(Bool) {
		return leastagency.ValueAt(n.Text, n.At)
	}
	return leastagency.Value[string]{}
}
