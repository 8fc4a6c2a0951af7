package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/report"
)

// A printing is one report of a run: a format, and the file it goes to.
type printing struct {
	format report.Format
	file   string // empty for standard output
	placed bool   // --output said where it goes
}

// A setting is one --format or --output, as the command line has it.
type setting struct{ flag, value string }

// An outputFlag is --format or --output. Both append to one list, because their order counts.
type outputFlag struct {
	name, usual string
	settings    *[]setting
}

func (f outputFlag) String() string { return f.usual }
func (f outputFlag) Type() string   { return "string" }
func (f outputFlag) Set(value string) error {
	*f.settings = append(*f.settings, setting{f.name, value})
	return nil
}

// printings returns what to print where. --output belongs to the --format before it, or to the one
// behind it when there is none before, or that one has a file already. So all of these say the same:
//
//	--format sarif --output a.sarif --format github
//	--output a.sarif --format sarif --format github
//	--format github --format sarif --output a.sarif
func printings(settings []setting) ([]printing, error) {
	var list []printing
	var file string // waits for its format
	waits := false
	for _, s := range settings {
		switch {
		case s.flag == "format":
			format, known := report.Find(s.value)
			if !known {
				return nil, fmt.Errorf("unknown format %q for --format: %s", s.value, oneOf(s.value, formatNames()))
			}
			list = append(list, printing{format, file, waits})
			file, waits = "", false
		case len(list) > 0 && !list[len(list)-1].placed:
			list[len(list)-1].file, list[len(list)-1].placed = outputFile(s.value), true
		case waits:
			return nil, fmt.Errorf("--output %q and --output %q with no --format between them: name one for each", file, s.value)
		default:
			file, waits = outputFile(s.value), true
		}
	}
	switch {
	case waits && len(list) > 0:
		return nil, fmt.Errorf("--output %q has no format: name one with --format before it", file)
	case len(list) == 0:
		list = append(list, printing{report.All()[0], file, waits})
	}
	return list, distinct(list)
}

// outputFile returns the file that --output names, where a dash is standard output.
func outputFile(value string) string {
	if value == "" || value == "-" {
		return ""
	}
	return filepath.Clean(value)
}

// distinct returns an error when two reports would go to the same place.
func distinct(list []printing) error {
	taken := map[string]string{}
	for _, p := range list {
		other, twice := taken[p.file]
		switch {
		case twice && p.file == "":
			return fmt.Errorf("formats %s and %s both go to standard output: name a file for one with --output behind it", other, p.format.Name)
		case twice:
			return fmt.Errorf("formats %s and %s both go to %q: name another file for one", other, p.format.Name, p.file)
		}
		taken[p.file] = p.format.Name
	}
	return nil
}

// printAll prints the files first, so that a failure leaves nothing on standard output. When all goes
// to files, the closing line is told on standard error.
func printAll(list []printing, r *leastagency.Report, o report.Options, stdout, stderr io.Writer) error {
	told := false
	for _, p := range list {
		if p.file == "" {
			told = true
			continue
		}
		plain := o
		plain.Color = false
		if err := writeFile(p.file, func(w io.Writer) error { return p.format.Write(w, r, plain) }); err != nil {
			return err
		}
	}
	for _, p := range list {
		if p.file == "" {
			if err := p.format.Write(stdout, r, o); err != nil {
				return err
			}
		}
	}
	if !told {
		fmt.Fprintln(stderr, report.Summary(r, o))
	}
	return nil
}
