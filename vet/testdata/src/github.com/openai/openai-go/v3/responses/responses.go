// Package responses has the signatures of the library, and none of its code.
package responses

type Response struct{ Output []ResponseOutputItemUnion }

type ResponseOutputItemUnion struct{ Type, Name, Arguments string }

func (r Response) OutputText() string { return "" }
