package report

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// lineHashes returns the primaryLocationLineHash of every line of a file as the upload action of
// GitHub code scanning computes it: a polynomial over the hundred UTF-16 code units from the line's
// first one on, blanks and tabs left out and every line end taken as LF, and behind a colon the
// number of the line among those with the same hash.
func lineHashes(data []byte) []string {
	const (
		window = 100
		base   = 37
		end    = 0xffff // stands behind the last unit, in front of a window of zeros
	)
	units, starts := hashedUnits(data)
	units = append(units, end)
	for range window {
		units = append(units, 0)
	}
	drop := uint64(1) // base to the power of window
	for range window {
		drop *= base
	}
	hashes := make([]string, 0, len(starts))
	count := map[uint64]int{}
	var h uint64
	next := 0
	for i, unit := range units {
		h = h*base + uint64(unit)
		if i >= window {
			h -= drop * uint64(units[i-window])
		}
		for next < len(starts) && starts[next] == i-window+1 {
			count[h]++
			hashes = append(hashes, strconv.FormatUint(h, 16)+":"+strconv.Itoa(count[h]))
			next++
		}
	}
	return hashes
}

// hashedUnits returns the units that count, and the index among them at which each line starts.
func hashedUnits(data []byte) (units []uint16, starts []int) {
	units = make([]uint16, 0, len(data)+101)
	starts = append(starts, 0)
	afterCR := false
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		data = data[size:]
		skip := r == ' ' || r == '\t' || afterCR && r == '\n'
		afterCR = r == '\r'
		if skip {
			continue
		}
		if r == '\r' {
			r = '\n'
		}
		units = utf16.AppendRune(units, r)
		if r == '\n' {
			starts = append(starts, len(units))
		}
	}
	return units, starts
}
