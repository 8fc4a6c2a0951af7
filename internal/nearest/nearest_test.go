package nearest

import "testing"

func TestName(t *testing.T) {
	names := []string{"agency/open-request", "combination/lethal-trifecta", "failOn", "ignore"}
	for wrong, want := range map[string]string{
		"agency/open-requests": "agency/open-request",
		"lethal-trifekta":      "combination/lethal-trifecta",
		"FAILON":               "failOn",
		"fialOn":               "failOn",
		"ignored":              "ignore",
		"something else":       "",
		"":                     "",
	} {
		if got := Name(wrong, names); got != want {
			t.Errorf("%q: %q, want %q", wrong, got, want)
		}
	}
}
