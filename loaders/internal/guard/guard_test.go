package guard

import "testing"

func TestGuard(t *testing.T) {
	for _, test := range []struct {
		code                            string
		two, one, deny, closed, isNamed bool
	}{
		{code: "exit 2", two: true},
		{code: "sys.exit(2)", two: true},
		{code: "exit 1", one: true},
		{code: "exit 20"},
		{code: `echo '{"permissionDecision": "deny"}'`, deny: true, isNamed: true},
		{code: `print(json.dumps({"decision": "block"}))`, deny: true, isNamed: true},
		{code: `echo '{"decision": "approve"}'`},
		{code: "check.py || exit 2", two: true, closed: true},
		{code: "try:\n  f()\nexcept Exception:\n  sys.exit(2)", two: true, closed: true},
		{code: "try:\n  f()\nexcept Exception:\n  pass"},
		{code: "./hooks/block-secrets.sh", isNamed: true},
		{code: "./hooks/log-blocked.sh"},
	} {
		if got := ExitsTwo(test.code); got != test.two {
			t.Errorf("%q ends with status 2: %v", test.code, got)
		}
		if got := ExitsOne(test.code); got != test.one {
			t.Errorf("%q ends with status 1: %v", test.code, got)
		}
		if got := AnswersDeny(test.code); got != test.deny {
			t.Errorf("%q answers deny: %v", test.code, got)
		}
		if got := FailsClosed(test.code); got != test.closed {
			t.Errorf("%q fails closed: %v", test.code, got)
		}
		if got := Named(test.code); got != test.isNamed {
			t.Errorf("%q is named as a guard: %v", test.code, got)
		}
	}
	if Refuses(Code([]byte("# exit 2\necho ok\n"))) {
		t.Error("a comment refuses nothing")
	}
}
