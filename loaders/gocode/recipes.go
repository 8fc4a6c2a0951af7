package gocode

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
)

// recipes are files that say how programs are built.
var recipes = []string{"makefile", "gnumakefile", "justfile", "taskfile.yml", "taskfile.yaml", "dockerfile", "build.sh", "install.sh"}

// builds adds to each program the files that a recipe builds of it.
func builds(recipe *leastagency.File, programs []*leastagency.Program) {
	if recipe == nil {
		return
	}
	text := strings.ReplaceAll(string(recipe.Data), "\\\n", " ")
	variables := map[string]string{}
	for _, m := range assignment.Get().FindAllStringSubmatch(text, -1) {
		if _, twice := variables[m[1]]; !twice {
			variables[m[1]] = strings.Trim(strings.TrimSpace(m[2]), `"'`)
		}
	}
	dir := path.Dir(recipe.Path)
	for line := range strings.Lines(text) {
		_, command, found := strings.Cut(line, "go build ")
		if !found {
			continue
		}
		command = expand(command, variables)
		if end := strings.IndexAny(command, ";&|"); end >= 0 {
			command = command[:end]
		}
		words := strings.Fields(command)
		into, source := "", "."
		for i := 0; i < len(words); i++ {
			switch w := strings.Trim(words[i], `"'`); {
			case w == "-o" && i+1 < len(words):
				i++
				into = strings.Trim(words[i], `"'`)
			case strings.HasPrefix(w, "-o="):
				into = strings.TrimPrefix(w, "-o=")
			case w == "." || strings.HasPrefix(w, "./") || strings.HasSuffix(w, ".go"):
				source = w
			}
		}
		if strings.HasSuffix(source, ".go") {
			source = path.Dir(source)
		}
		for _, p := range programs {
			if into == "" || strings.Contains(into, "$") || p.Folder != path.Join(dir, source) {
				continue
			}
			if strings.HasSuffix(into, "/") {
				into = path.Join(into, path.Base(p.Path))
			}
			p.Builds = append(p.Builds, path.Join(dir, into))
		}
	}
}

var (
	assignment = lazy.Compile(`(?m)^[ \t]*(?:export |ARG |ENV )?([A-Za-z_][A-Za-z0-9_]*)[ \t]*(?:\?=|::?=|=)[ \t]*([^\n]*)$`)
	variable   = lazy.Compile(`\$[({]([A-Za-z_][A-Za-z0-9_]*)[)}]|\{\{ *\.?([A-Za-z_][A-Za-z0-9_]*) *\}\}`)
)

// expand puts in what variables stand for, those in their values included. Others stay as they are.
func expand(text string, variables map[string]string) string {
	for range 4 {
		next := variable.Get().ReplaceAllStringFunc(text, func(ref string) string {
			if value, known := variables[strings.Trim(ref, "$(){}. ")]; known && len(value) < 256 {
				return value
			}
			return ref
		})
		if next == text || len(next) > 4096 {
			break
		}
		text = next
	}
	return text
}
