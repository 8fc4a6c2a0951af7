// Package nearest finds the name that a misspelt one may have meant.
package nearest

import "strings"

// Name returns the name closest to a wrong one; empty when none is close. The part of a name behind a
// slash may stand for the whole: "lethal-trifecta" means combination/lethal-trifecta.
func Name(wrong string, names []string) string {
	best, distance := "", len(wrong)/2+1
	for _, name := range names {
		d := edits(strings.ToLower(wrong), strings.ToLower(name))
		if _, short, ok := strings.Cut(name, "/"); ok {
			d = min(d, edits(strings.ToLower(wrong), short)+1)
		}
		if d < distance {
			best, distance = name, d
		}
	}
	return best
}

// Key returns the known key that a misspelt one in a file most likely means; empty when none is one or
// two characters away. It is stricter than Name: a key that is merely unknown is no mistake.
func Key(written string, known []string) string {
	best, limit := "", 1+min(len(written)/6, 1)
	for _, k := range known {
		if strings.EqualFold(k, written) {
			return k
		}
		if len(written)-len(k) > limit || len(k)-len(written) > limit || len(written) > 64 {
			continue
		}
		if d := edits(strings.ToLower(written), strings.ToLower(k)); d <= limit {
			best, limit = k, d-1
		}
	}
	return best
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
