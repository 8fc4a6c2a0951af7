package isolation

import (
	"slices"
	"testing"
)

func TestMounts(t *testing.T) {
	args := []string{"run", "-v", "/:/host:ro", "--volume=./data:/data", "--mount", "type=bind,src=/etc,dst=/e", "-v", `C:\Users\kim:/k`, "-v", "/anonymous", "acme/x"}
	want := []mount{{"/", "/:/host:ro"}, {"./data", "./data:/data"}, {`\Users\kim`, `C:\Users\kim:/k`}, {"/etc", "type=bind,src=/etc,dst=/e"}}
	if got := mounts(args); !slices.Equal(got, want) {
		t.Errorf("mounts = %q, want %q", got, want)
	}
}

func TestEverything(t *testing.T) {
	for pattern, want := range map[string]bool{"*": true, "*:443": true, "*.com": true, "*.example.com": false, "example.com": false, "": false} {
		if got := everything(pattern); got != want {
			t.Errorf("everything(%q) = %v", pattern, got)
		}
	}
}

func TestEveryAddress(t *testing.T) {
	for value, want := range map[string]bool{"0.0.0.0": true, "--host=0.0.0.0": true, "0.0.0.0:80": true, "[::]:80": true, "127.0.0.1": false, "": false, "10.0.0.0": false} {
		if got := everyAddress(value); got != want {
			t.Errorf("everyAddress(%q) = %v", value, got)
		}
	}
}
