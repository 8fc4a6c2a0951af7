package credential

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// TestShapes makes up a secret of every known shape and proves that it is recognised as that one: no
// shape hides behind another, and none asks for what its own alphabet cannot hold.
func TestShapes(t *testing.T) {
	k := leastagency.Builtin().Knowledge
	if len(k.Secrets) < 45 {
		t.Fatalf("only %d shapes", len(k.Secrets))
	}
	for _, shape := range k.Secrets {
		if shape.Prefix == tokenPrefix {
			continue // its claims are tested with TestClassify
		}
		alphabet := "q7Rk2Zp9Lm4Vx8Tn1Wc6Yb3Hd5Jf0Gs"
		if shape.Charset == "hex" {
			alphabet = "9f86d081884c7d659a2feaa0c55ad015"
		}
		body := strings.Repeat(alphabet, shape.Min/len(alphabet)+1)[:shape.Min]
		_, c := Classify("ANYTHING", leastagency.Value[string]{V: shape.Prefix + body, Set: true}, Braces, k)
		if c == nil || c.Source != leastagency.SourceLiteral || c.Kind != shape.Kind {
			t.Errorf("%s: a secret of the shape gives %+v", shape.Kind, c)
		}
		_, c = Classify("ANYTHING", leastagency.Value[string]{V: shape.Prefix + strings.Repeat("x", shape.Min), Set: true}, Braces, k)
		if c != nil && c.Source == leastagency.SourceLiteral {
			t.Errorf("%s: an obvious placeholder is taken for a secret", shape.Kind)
		}
	}
}

func TestSwitch(t *testing.T) {
	tests := []struct {
		name, value string
		kind        leastagency.SwitchKind
		target      string
	}{
		{"ANTHROPIC_BASE_URL", "https://bob:pw@proxy.acme.dev/v1?key=x", leastagency.SwitchEndpoint, "https://proxy.acme.dev/v1"},
		{"HTTPS_PROXY", "http://127.0.0.1:8080", leastagency.SwitchProxy, "http://127.0.0.1:8080"},
		{"NODE_TLS_REJECT_UNAUTHORIZED", "0", leastagency.SwitchTLSOff, ""},
		{"NODE_TLS_REJECT_UNAUTHORIZED", "1", leastagency.SwitchUnknown, ""},
		{"NODE_OPTIONS", "--require ./hook.js", leastagency.SwitchLoader, "--require ./hook.js"},
		{"NODE_OPTIONS", "--import=./hook.mjs", leastagency.SwitchLoader, "--import=./hook.mjs"},
		{"NODE_OPTIONS", "--max-old-space-size=4096", leastagency.SwitchUnknown, ""},
		{"LD_PRELOAD", "./x.so", leastagency.SwitchLoader, "./x.so"},
		{"CLAUDE_CODE_ENABLE_TELEMETRY", "0", leastagency.SwitchTelemetryOff, ""},
		{"CLAUDE_CODE_ENABLE_TELEMETRY", "1", leastagency.SwitchUnknown, ""},
		{"DISABLE_TELEMETRY", "1", leastagency.SwitchUnknown, ""},
		{"CLAUDE_CONFIG_DIR", "", leastagency.SwitchUnknown, ""},
		{"LOG_LEVEL", "debug", leastagency.SwitchUnknown, ""},
	}
	for _, test := range tests {
		v := leastagency.ValueAt(leastagency.Variable{Name: test.name, Plain: test.value}, leastagency.Span{})
		got := Switch(v, leastagency.Builtin().Knowledge)
		if got == nil {
			if test.kind != leastagency.SwitchUnknown {
				t.Errorf("%s=%s: no switch", test.name, test.value)
			}
			continue
		}
		if got.Kind != test.kind || got.Target != test.target {
			t.Errorf("%s=%s: %d %q, want %d %q", test.name, test.value, got.Kind, got.Target, test.kind, test.target)
		}
	}
}
