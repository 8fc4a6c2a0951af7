package spell

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"enabled_tools", "disabled_tools", "deny", "sandbox_mode"}
	for name, want := range map[string]string{
		"enabled_tool": "enabled_tools", "Disabled_Tools": "disabled_tools", "denny": "deny", "sandox_mode": "sandbox_mode",
		"sandbox": "", "": "", "x": "", "deny_everything_else": "",
	} {
		if got := Nearest(name, known); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
