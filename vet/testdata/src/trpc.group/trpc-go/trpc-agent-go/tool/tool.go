// Package tool has the signatures of the library, and none of its code.
package tool

type Declaration struct {
	Name        string
	Description string
}
