package main

import "strings"

// oneOf says which of the valid names a wrong one may have meant, or all of them when there are few.
func oneOf(wrong string, names []string) string {
	best, distance := "", len(wrong)/2+1
	for _, name := range names {
		d := edits(strings.ToLower(wrong), name)
		// "lethal-trifecta" means combination/lethal-trifecta.
		if _, short, ok := strings.Cut(name, "/"); ok {
			d = min(d, edits(strings.ToLower(wrong), short)+1)
		}
		if d < distance {
			best, distance = name, d
		}
	}
	switch {
	case best != "":
		return "did you mean " + best + "?"
	case len(names) <= 8:
		return "one of " + strings.Join(names, ", ")
	}
	return "'leastagency rules' lists them"
}

// edits returns how many characters to insert, remove or replace to make b of a.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
