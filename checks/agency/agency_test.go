package agency

import "testing"

func TestOutside(t *testing.T) {
	for dir, want := range map[string]bool{
		"~": true, "~/": true, "/": true, "..": true, "../": true, "/Users/kim": true, "/home/kim/": true, "~/.ssh": true, "/home/kim/.aws": true, `C:\Users\kim`: true,
		"../shared": false, "docs": false, "/tmp": false, "~/work/api": false, "/Users/kim/Desktop": false, ".": false,
	} {
		if got := outside(dir) != ""; got != want {
			t.Errorf("outside(%q) = %q", dir, outside(dir))
		}
	}
}

func TestReadOnly(t *testing.T) {
	for text, want := range map[string]bool{
		"Read-only audit": true, "A readonly agent": true, "never modifies files": true, "Reviews without changing anything": true,
		"Makes no edits": true, "実装後の検証を担当する読み取り専用 agent": true,
		"Reviews a change": false, "Fixes tests, also those that never change": false, "Writes documentation": false, "thread-only-mode": false,
	} {
		if got := readOnly.MatchString(text); got != want {
			t.Errorf("readOnly(%q) = %v", text, got)
		}
	}
}
