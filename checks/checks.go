// Package checks lists the checks: one package per family, one file per rule.
package checks

import "github.com/leastagency/leastagency"

// All returns every check, by family and name.
func All() []leastagency.Check {
	return []leastagency.Check{}
}
