// Package starlark has the signatures of the library, and none of its code.
package starlark

type Thread struct{}

type StringDict map[string]any

func ExecFile(thread *Thread, filename string, src any, predeclared StringDict) (StringDict, error) {
	return nil, nil
}
