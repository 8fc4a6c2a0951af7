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

func TestKey(t *testing.T) {
	known := []string{"enabled_tools", "disabled_tools", "deny", "sandbox_mode"}
	for name, want := range map[string]string{
		"enabled_tool": "enabled_tools", "Disabled_Tools": "disabled_tools", "denny": "deny", "sandox_mode": "sandbox_mode",
		"sandbox": "", "": "", "x": "", "deny_everything_else": "",
	} {
		if got := Key(name, known); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
