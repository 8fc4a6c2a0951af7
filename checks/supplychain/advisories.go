package supplychain

import (
	"strconv"
	"strings"

	"github.com/leastagency/leastagency"
)

// KnownMalicious finds packages that were published to do harm.
var KnownMalicious = leastagency.Check{Rule: "supplychain/known-malicious", Run: func(p *leastagency.Pass) {
	reportAdvisories(p, true, "%s runs %s %s, which was published to do harm (%s: %s)")
}}

// KnownVulnerable finds packages at a version with a published vulnerability.
var KnownVulnerable = leastagency.Check{Rule: "supplychain/known-vulnerable", Run: func(p *leastagency.Pass) {
	reportAdvisories(p, false, "%s runs %s %s, which has a published vulnerability (%s: %s)")
}}

// reportAdvisories makes one finding of each package, with all that is published against its version.
func reportAdvisories(p *leastagency.Pass, malicious bool, format string) {
	for f := range fetches(p) {
		var found *leastagency.Finding
		for _, a := range p.Policy.Knowledge.Advisories {
			if a.Malicious != malicious || a.Ecosystem != f.Ecosystem || !strings.EqualFold(a.Name, f.Name) || !affected(a.Affected, f.Artifact) {
				continue
			}
			if found == nil {
				found = p.Reportf(f.At, format, f.Who, leastagency.Quote(f.Name), written(f.Artifact), a.ID, a.Title).Because(f.At, "%s", a.Source)
				continue
			}
			found.Because(f.At, "and %s: %s, %s", a.ID, a.Title, a.Source)
		}
	}
}

// affected reports whether the version that is written falls into the ranges. What has no version gets
// the newest one: only an advisory for all versions speaks of it.
func affected(ranges string, a leastagency.Artifact) bool {
	if ranges == "*" {
		return true
	}
	version := strings.TrimPrefix(a.Version, "v")
	if a.Ecosystem == "github" && (a.Pin == leastagency.Digested || strings.Count(version, ".") < 2) {
		return false // a commit tells no version, and "v1" is moved to the newest one
	}
	if isMoving(a.Version) || version == "" || version[0] < '0' || version[0] > '9' {
		return false
	}
	for term := range strings.SplitSeq(ranges, ",") {
		term = strings.TrimSpace(term)
		bound := strings.TrimSpace(strings.TrimLeft(term, "<>="))
		op := strings.TrimSpace(term[:len(term)-len(strings.TrimLeft(term, "<>="))])
		if !holds(compare(version, strings.TrimPrefix(bound, "v")), op) {
			return false
		}
	}
	return true
}

func holds(order int, op string) bool {
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "=", "==", "":
		return order == 0
	}
	return false
}

// compare orders two versions of dotted numbers; a pre-release ("1.0.0-rc.1", "1.0rc1") comes before
// its release. Build metadata does not count.
func compare(a, b string) int {
	numbersA, preA := split(a)
	numbersB, preB := split(b)
	for i := range max(len(numbersA), len(numbersB)) {
		if d := part(numbersA, i) - part(numbersB, i); d != 0 {
			return d
		}
	}
	switch {
	case preA == preB:
		return 0
	case preA == "":
		return 1
	case preB == "":
		return -1
	}
	return strings.Compare(preA, preB)
}

func split(version string) (numbers []int, pre string) {
	version, _, _ = strings.Cut(version, "+")
	for version != "" {
		digits := len(version) - len(strings.TrimLeft(version, "0123456789"))
		if digits == 0 || digits > 9 {
			return numbers, version
		}
		n, err := strconv.Atoi(version[:digits])
		if err != nil {
			return numbers, version
		}
		numbers = append(numbers, n)
		if version = version[digits:]; !strings.HasPrefix(version, ".") {
			return numbers, version
		}
		version = version[1:]
	}
	return numbers, ""
}

func part(numbers []int, i int) int {
	if i < len(numbers) {
		return numbers[i]
	}
	return 0
}
