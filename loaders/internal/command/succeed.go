package command

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// swallows reports whether a program ends in success although something in it may have failed.
func swallows(stmts []*syntax.Stmt) bool {
	if len(stmts) == 0 || fails(stmts) || !guards(stmts) {
		return false
	}
	if strict(stmts) {
		return !slices.ContainsFunc(stmts, func(s *syntax.Stmt) bool { return guards([]*syntax.Stmt{s}) && !succeeds(s) })
	}
	if trapped(stmts) {
		return true
	}
	return succeeds(stmts[len(stmts)-1])
}

// succeeds reports whether a statement always ends in success.
func succeeds(s *syntax.Stmt) bool {
	if s == nil || s.Negated {
		return false
	}
	if s.Background {
		return true
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		return callSucceeds(c)
	case *syntax.BinaryCmd:
		if c.Op == syntax.AndStmt {
			return succeeds(c.X) && succeeds(c.Y)
		}
		return succeeds(c.Y)
	case *syntax.Subshell:
		return len(c.Stmts) > 0 && succeeds(c.Stmts[len(c.Stmts)-1])
	case *syntax.Block:
		return len(c.Stmts) > 0 && succeeds(c.Stmts[len(c.Stmts)-1])
	case *syntax.IfClause:
		// Without a branch that runs, an if is a success.
		for ; c != nil; c = c.Else {
			if len(c.Then) > 0 && !succeeds(c.Then[len(c.Then)-1]) {
				return false
			}
		}
		return true
	case *syntax.TimeClause:
		return succeeds(c.Stmt)
	}
	return false
}

func callSucceeds(c *syntax.CallExpr) bool {
	if len(c.Args) == 0 {
		return false
	}
	switch name := c.Args[0].Lit(); {
	case slices.Contains(silent[:], name):
		return true
	case name == "exit" || name == "return":
		return exitsWith(c) == "0"
	}
	return false
}

// exitsWith returns the status that an exit or return names: empty when it is that of the last command.
func exitsWith(c *syntax.CallExpr) string {
	for _, arg := range c.Args[1:] {
		if lit := arg.Lit(); !strings.EqualFold(lit, "/b") {
			if lit == "" {
				return "?"
			}
			return lit
		}
	}
	return ""
}

// fails reports whether the program stops itself with a failure somewhere.
func fails(stmts []*syntax.Stmt) bool {
	found := false
	for _, s := range stmts {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.CmdSubst, *syntax.ProcSubst, *syntax.Subshell:
				return false
			case *syntax.CallExpr:
				if len(n.Args) > 0 && n.Args[0].Lit() == "exit" && exitsWith(n) != "0" {
					found = true
				}
			}
			return !found
		})
	}
	return found
}

// guards reports whether anything in the statements can fail for a reason.
func guards(stmts []*syntax.Stmt) bool {
	found := false
	for _, s := range stmts {
		syntax.Walk(s, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
				switch name := c.Args[0].Lit(); {
				case slices.Contains(silent[:], name), name == "exit", name == "return", name == "set", name == "cd", name == "test", name == "[", name == "export", name == "trap", name == "read", name == "shift", name == "cat", name == "mkdir", name == "date", name == "jq":
				default:
					found = true
				}
			}
			return !found
		})
	}
	return found
}

// strict reports whether the program starts with set -e.
func strict(stmts []*syntax.Stmt) bool {
	for _, s := range stmts {
		c, ok := s.Cmd.(*syntax.CallExpr)
		if !ok || len(c.Args) < 2 {
			continue
		}
		if flags := c.Args[1].Lit(); c.Args[0].Lit() == "set" && strings.HasPrefix(flags, "-") && strings.Contains(flags, "e") {
			return true
		}
	}
	return false
}

// trapped reports whether a trap turns every end into a success.
func trapped(stmts []*syntax.Stmt) bool {
	for _, s := range stmts {
		c, ok := s.Cmd.(*syntax.CallExpr)
		if !ok || len(c.Args) < 3 || c.Args[0].Lit() != "trap" {
			continue
		}
		var code strings.Builder
		for _, part := range c.Args[1].Parts {
			switch p := part.(type) {
			case *syntax.SglQuoted:
				code.WriteString(p.Value)
			case *syntax.DblQuoted:
				if len(p.Parts) == 1 {
					if lit, ok := p.Parts[0].(*syntax.Lit); ok {
						code.WriteString(lit.Value)
					}
				}
			}
		}
		for _, signal := range c.Args[2:] {
			if name := signal.Lit(); (name == "EXIT" || name == "ERR" || name == "0") && strings.HasSuffix(strings.TrimSpace(code.String()), "exit 0") {
				return true
			}
		}
	}
	return false
}

// swallowsText does the same for the end of a text that the parser does not understand.
func swallowsText(text string) bool {
	fields := strings.Fields(strings.ReplaceAll(text, ";", " ; "))
	if len(fields) > 0 && fields[len(fields)-1] == ";" {
		fields = fields[:len(fields)-1]
	}
	tail := func(words ...string) bool {
		return len(fields) > len(words) && slices.Equal(fields[len(fields)-len(words):], words)
	}
	return tail("||", "true") || tail("||", ":") || tail("||", "exit", "0") || tail(";", "exit", "0") || tail(";", "true") || tail("&", "exit", "/b", "0")
}
