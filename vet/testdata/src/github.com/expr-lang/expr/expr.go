// Package expr has the signatures of the library, and none of its code.
package expr

func Eval(input string, env any) (any, error) { return nil, nil }
