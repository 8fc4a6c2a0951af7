package lazy

import "testing"

func TestRegexp(t *testing.T) {
	re := Compile(`^a+$`)
	if re.re != nil {
		t.Error("compiled before it is used")
	}
	if !re.MatchString("aa") || re.MatchString("ab") || re.Get() != re.Get() {
		t.Error("does not match as written")
	}
}
