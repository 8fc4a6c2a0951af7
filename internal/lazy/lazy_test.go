package lazy

import "testing"

func TestRegexp(t *testing.T) {
	re := Compile(`^a+$`)
	if re.re != nil {
		t.Error("compiled before it is used")
	}
	if !re.MatchString("aa") || re.MatchString("ab") {
		t.Error("does not match as written")
	}
	if first := re.Get(); first != re.Get() {
		t.Error("compiled twice")
	}
}
