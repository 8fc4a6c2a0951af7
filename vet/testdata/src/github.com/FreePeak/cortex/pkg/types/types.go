// Package types has the signatures of the library, and none of its code.
package types

type Tool struct{ Name, Description string }
