package credential

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// Secrets of the tests are put together here, so that nobody who scans this file finds one.
var (
	random36  = "q7Rk2" + "Zp9Lm4Vx8Tn1Wc6Yb3Hd5Jf0Gs7Ka2Q"
	random40  = "wJ4rX9" + "kQ2mZ7pT5vN8bL1cY6hD3fG0sA9eR2uI7oP4"
	hex32     = "9f86d0" + "81884c7d659a2feaa0c55ad0"[:24] + "15"
	ghp       = "ghp_" + random36
	ant       = "sk-ant-" + "api03-" + random40 + "-" + random36
	stripe    = "sk_live_" + random36
	awsKey    = "AKIA" + "Q4Z7RT2MXP9LKW3B"
	basic     = "Basic " + base64.StdEncoding.EncodeToString([]byte("svc:"+"Rt7!kQz29vLm"))
	basicFake = "Basic " + base64.StdEncoding.EncodeToString([]byte("user:pass"))
	pem       = "-----BEGIN RSA PRIVATE" + " KEY-----\n" + random40 + random36 + "\n-----END RSA PRIVATE KEY-----"
)

func jwt(claims string) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc([]byte(claims)) + "." + random40
}

func TestClassify(t *testing.T) {
	const (
		none        = "none"
		literal     = "literal"
		placeholder = "placeholder"
		reference   = "reference"
		fallback    = "default"
		broken      = "broken"
		prompt      = "prompt"
	)
	tests := []struct {
		name, value string
		syntax      Syntax
		source      string
		kind        string // when not empty
		extra       string // "admin", "expiring", "plain", "ref=NAME"
	}{
		// Known shapes, whatever the name.
		{"GITHUB_TOKEN", ghp, Braces, literal, "GitHub personal access token", ""},
		{"WHATEVER", ghp, None, literal, "GitHub personal access token", ""},
		{"ANTHROPIC_API_KEY", ant, Braces, literal, "Anthropic API key", ""},
		{"STRIPE_KEY", stripe, EnvBraces, literal, "Stripe live secret key", ""},
		{"AWS_ACCESS_KEY_ID", awsKey, Braces, literal, "AWS access key", ""},
		{"AWS_ACCESS_KEY_ID", "ASIA" + awsKey[4:], Braces, literal, "AWS session access key", "expiring"},
		{"GOOGLE", "ya29." + random40, Braces, literal, "Google OAuth access token", "expiring"},
		{"SUPABASE_KEY", "sb_secret_" + random36, Braces, literal, "Supabase secret key", "admin"},
		{"PRIVATE_KEY", pem, Braces, literal, "private key", ""},
		{"PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----", Braces, placeholder, "", ""},
		// Tokens with claims.
		{"SUPABASE_SERVICE_ROLE_KEY", jwt(`{"iss":"supabase","role":"service_role","iat":1700000000,"exp":2015000000}`), Braces, literal, "service-role key", "admin"},
		{"KEY", jwt(`{"iss":"supabase","role":"service_role"}`), Braces, literal, "service-role key", "admin"},
		{"SUPABASE_ANON_KEY", jwt(`{"iss":"supabase","role":"anon"}`), Braces, none, "", ""},
		{"SUPABASE_KEY", jwt(`{"iss":"supabase","role":"anon"}`), Braces, placeholder, "", ""},
		{"ID_TOKEN", jwt(`{"iat":1700000000,"exp":1700003600}`), Braces, literal, "JSON Web Token", "expiring"},
		{"CONFIG", base64.RawURLEncoding.EncodeToString([]byte(`{"projects":["alpha","beta"],"limit":20,"verbose":true,"mode":"fast"}`)), Braces, none, "", ""},
		// Names and disorder.
		{"MY_SERVICE_API_KEY", random40, Braces, literal, "API key", ""},
		{"x-api-key", hex32, Braces, literal, "API key", ""},
		{"clientSecret", random36, Braces, literal, "secret", ""},
		{"NPM_AUTHTOKEN", random36, Braces, literal, "npm token", ""},
		{"DB_PASSWORD", "Tr0ub4dor&3x", Braces, literal, "password", ""},
		{"ORG_ADMIN_TOKEN", random36, Braces, literal, "token", "admin"},
		{"REVISION", random40, Braces, none, "", ""},
		{"API_KEY", "my-api-key-2024-prod", Braces, placeholder, "", ""},
		{"API_KEY", "lm-studio", Braces, placeholder, "", ""},
		{"OPENAI_API_KEY", "OPENAI_API_KEY", Braces, placeholder, "", ""},
		{"GITHUB_TOKEN", "...", Braces, placeholder, "", ""},
		{"GITHUB_TOKEN", "", Braces, placeholder, "", ""},
		{"GITHUB_TOKEN", "ghp_" + strings.Repeat("x", 36), Braces, placeholder, "", ""},
		{"OPENAI_API_KEY", "YOUR_OPENAI_KEY_HERE", Braces, placeholder, "", ""},
		{"API_KEY", "{{API_KEY}}", Braces, placeholder, "", ""},
		{"STRIPE_SECRET_KEY", "sk_test_" + random36, Braces, placeholder, "", ""},
		// Names that only sound like one.
		{"MAX_THINKING_TOKENS", "31999", Braces, none, "", "plain"},
		{"MAX_TOKEN", "31999", Braces, none, "", "plain"},
		{"CLAUDE_CODE_ENABLE_TOKEN", "true", Braces, none, "", "plain"},
		{"SSH_KEY_PATH", "/home/me/.ssh/id_ed25519", Braces, none, "", "plain"},
		{"SSH_KEY", "~/.ssh/id_ed25519", Braces, none, "", "plain"},
		{"GOOGLE_APPLICATION_CREDENTIALS", "/path/to/key.json", Braces, none, "", "plain"},
		{"VAPID_PUBLIC_KEY", random40, Braces, none, "", ""},
		{"JIRA_PROJECT_KEY", "PROJ", Braces, none, "", "plain"},
		{"TOKEN_TYPE", "bearer", Braces, none, "", "plain"},
		{"AUTH", "oauth", Braces, none, "", "plain"},
		{"TOKEN_URL", "https://login.acme.dev/token", Braces, none, "", "plain"},
		{"LOG_LEVEL", "debug", Braces, none, "", "plain"},
		// Authorization.
		{"Authorization", "Bearer " + random40, Braces, literal, "bearer token", ""},
		{"Authorization", "Bearer ${TOKEN}", Braces, reference, "", "ref=TOKEN"},
		{"Authorization", "Bearer ${GREPTILE_API_KEY}", Braces, reference, "API key", ""},
		{"API_KEY", "${OPENAI_API_KEY}", Braces, reference, "OpenAI API key", ""},
		{"Authorization", "Bearer ${env:TOKEN}", EnvBraces, reference, "", "ref=env:TOKEN"},
		{"Authorization", "Bearer <token>", Braces, placeholder, "", ""},
		{"Authorization", "Bearer YOUR_TOKEN", Braces, placeholder, "", ""},
		{"Authorization", basic, Braces, literal, "user name and password", ""},
		{"Authorization", basicFake, Braces, placeholder, "", ""},
		{"X-Client", "VsCode", Braces, none, "", "plain"},
		// References, by product.
		{"GITHUB_TOKEN", "${GITHUB_TOKEN}", Braces, reference, "GitHub token", "ref=GITHUB_TOKEN"},
		{"GITHUB_TOKEN", "${GITHUB_TOKEN:-}", Braces, reference, "", "ref=GITHUB_TOKEN"},
		{"GITHUB_TOKEN", "${GITHUB_TOKEN:-" + ghp + "}", Braces, fallback, "GitHub personal access token", "ref=GITHUB_TOKEN"},
		{"GITHUB_TOKEN", "${GITHUB_TOKEN:-your-token}", Braces, reference, "", ""},
		{"GITHUB_TOKEN", "${env:GITHUB_TOKEN}", Braces, broken, "", "ref=env:GITHUB_TOKEN"},
		{"GITHUB_TOKEN", "${GITHUB_TOKEN}", EnvBraces, broken, "", "ref=GITHUB_TOKEN"},
		{"GITHUB_TOKEN", "${GITHUB_TOKEN}", None, broken, "", ""},
		{"GITHUB_TOKEN", "$GITHUB_TOKEN", Braces, broken, "", ""},
		{"GITHUB_TOKEN", "$GITHUB_TOKEN", Dollar, reference, "", "ref=GITHUB_TOKEN"},
		{"GITHUB_TOKEN", "%GITHUB_TOKEN%", None, broken, "", ""},
		{"GITHUB_TOKEN", "{env:GITHUB_TOKEN}", CurlyEnv, reference, "", "ref=env:GITHUB_TOKEN"},
		{"API_KEY", "{file:~/.key}", CurlyEnv, reference, "", ""},
		{"GITHUB_TOKEN", "${{ secrets.GH }}", Expression, reference, "", "ref=secrets.GH"},
		{"GITHUB_TOKEN", "${GITHUB_TOKEN}", Expression, broken, "", ""},
		{"GITHUB_TOKEN", "${{ secrets.GH }}", Copilot, reference, "", ""},
		{"GITHUB_TOKEN", "${input:gh}", InputBraces, prompt, "", "ref=input:gh"},
		{"VALUE", "${input:githubToken}", InputBraces, prompt, "", "ref=input:githubToken"},
		{"VALUE", "${input:region}", InputBraces, none, "", ""},
		{"API_KEY", "${user_config.api_key}", Braces, prompt, "", ""},
		{"FOO", "${env:OPENAI_API_KEY}", EnvBraces, reference, "OpenAI API key", "ref=env:OPENAI_API_KEY"},
		{"LOG_LEVEL", "${LOG_LEVEL}", None, none, "", "plain"},
		{"LOG_LEVEL", "${LOG_LEVEL}", Braces, none, "", ""},
		{"API_KEY", "${API_KEY}", Any, reference, "", ""},
		{"API_KEY", "${env:API_KEY}", EitherBraces, reference, "", ""},
		// Connection strings.
		{"DATABASE_URL", "postgresql://app:" + "kd83Hs7Qm1Zx@db.acme.io:5432/app", Braces, literal, "connection string with a password", ""},
		{"DATABASE_URL", "postgresql://postgres:" + "kd83Hs7Qm1Zx@db.acme.io:5432/app", Braces, literal, "connection string with a password", "admin"},
		{"DATABASE_URL", "postgresql://user:pass@host:5432/db", Braces, placeholder, "", ""},
		{"DATABASE_URL", "postgresql://postgres:postgres@localhost:5432/db", Braces, placeholder, "", ""},
		{"DATABASE_URL", "postgresql://app:kd83Hs7Qm1Zx@127.0.0.1/db", Braces, placeholder, "", ""},
		{"DATABASE_URL", "postgresql://app:appdev@postgres:5432/db", Braces, placeholder, "", ""},
		{"DATABASE_URL", "postgresql://app:${PGPASSWORD}@db.acme.io/app", Braces, reference, "", "ref=PGPASSWORD"},
		{"MYSQL_DSN", "user:pass@tcp(host)/db", Braces, placeholder, "", ""},
		{"MYSQL_DSN", "app:" + "kd83Hs7Qm1Zx@tcp(db.acme.io:3306)/app", Braces, literal, "connection string with a password", ""},
		{"MYSQL_DSN", "app:${PW}@tcp(db.acme.io:3306)/app", Braces, reference, "", "ref=PW"},
		{"DATABASE_URL", "postgresql://localhost/app", Braces, none, "", "plain"},
		{"DATABASE_URL", "${DATABASE_URL}", Braces, reference, "connection string", ""},
		{"AZURE_STORAGE", "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=" + random40 + random40 + "abcd1==", Braces, literal, "", "admin"},
		{"MSSQL", "Server=tcp:db.acme.net,1433;User Id=app;Password=" + "kd83Hs7Qm1Zx;", Braces, literal, "connection string with a password", ""},
		{"MSSQL", "Server=localhost;User Id=sa;Password=" + "kd83Hs7Qm1Zx;", Braces, placeholder, "", ""},
		// A dollar sign in a password is no reference.
		{"DB_PASSWORD", "Pa$" + "Rd9x!kQ27zz", Braces, literal, "password", ""},
	}
	k := leastagency.Builtin().Knowledge
	for _, test := range tests {
		f := leastagency.NewFile("x", []byte(`"`+test.value+`"`))
		at := f.Span(0, len(f.Data))
		variable, c := Classify(test.name, leastagency.ValueAt(test.value, at), test.syntax, k)
		label := test.name + "=" + test.value
		if c == nil {
			if test.source != none {
				t.Errorf("%s: no credential, want %s", label, test.source)
			}
			if (variable.Plain == test.value) != (test.extra == "plain") {
				t.Errorf("%s: plain = %q", label, variable.Plain)
			}
			continue
		}
		if variable.Plain != "" {
			t.Errorf("%s: a credential's value is kept in Plain", label)
		}
		if c.Source.String() != test.source || test.kind != "" && c.Kind != test.kind {
			t.Errorf("%s: %s %q, want %s %q", label, c.Source, c.Kind, test.source, test.kind)
		}
		if c.Admin != (test.extra == "admin") {
			t.Errorf("%s: admin = %v", label, c.Admin)
		}
		if (c.Lifetime == leastagency.Expiring) != (test.extra == "expiring") {
			t.Errorf("%s: lifetime = %s", label, c.Lifetime)
		}
		if want, ok := strings.CutPrefix(test.extra, "ref="); ok && c.Reference != want {
			t.Errorf("%s: reference = %q, want %q", label, c.Reference, want)
		}
		written := c.Source == leastagency.SourceLiteral || c.Source == leastagency.SourceDefault
		if (c.Digest != 0) != written {
			t.Errorf("%s: digest = %x for %s", label, c.Digest, c.Source)
		}
		for _, field := range []string{c.Name, c.Kind, c.Service, c.Reference} {
			if written && len(test.value) > 12 && strings.Contains(field, test.value) {
				t.Errorf("%s: the secret is kept in the model", label)
			}
		}
	}
}

// TestDigest proves that the same secret is recognised wherever it stands, and no other one.
func TestDigest(t *testing.T) {
	k := leastagency.Builtin().Knowledge
	digestOf := func(name, value string) uint64 {
		_, c := Classify(name, leastagency.Value[string]{V: value, Set: true}, Braces, k)
		if c == nil {
			t.Fatalf("%s: no credential", name)
		}
		return c.Digest
	}
	a := digestOf("GITHUB_TOKEN", ghp)
	if b := digestOf("Authorization", "Bearer "+ghp); b != a {
		t.Errorf("behind Bearer: %x, want %x", b, a)
	}
	if b := digestOf("GITHUB_TOKEN", "${X:-"+ghp+"}"); b != a {
		t.Errorf("as a default: %x, want %x", b, a)
	}
	if b := digestOf("GITHUB_TOKEN", "ghp_"+random40[:36]); b == a || b == 0 {
		t.Errorf("another token: %x", b)
	}
}

func TestFromArgs(t *testing.T) {
	tests := []struct {
		args   []string
		syntax Syntax
		want   string // name source reference, one a line
	}{
		{[]string{"-y", "@acme/server", "--api-key", random36}, Braces, "api-key literal"},
		{[]string{"--token=" + ghp}, Braces, "token literal"},
		{[]string{"--token", "${TOKEN}"}, Braces, "token reference TOKEN"},
		{[]string{"--token", "${env:TOKEN}"}, Braces, "token broken env:TOKEN"},
		{[]string{"--api-key", "YOUR_KEY"}, Braces, "api-key placeholder"},
		{[]string{"--no-auth", "--token", "--verbose"}, Braces, ""},
		{[]string{"mcp-remote", "https://mcp.acme.dev/sse", "--header", "Authorization: Bearer " + random40}, Braces, "Authorization literal"},
		{[]string{"mcp-remote", "https://mcp.acme.dev/sse", "--header", "Authorization:${AUTH_HEADER}"}, Braces, "Authorization reference AUTH_HEADER"},
		{[]string{"run", "-e", "GITHUB_PERSONAL_ACCESS_TOKEN", "ghcr.io/github/github-mcp-server"}, Braces, "GITHUB_PERSONAL_ACCESS_TOKEN reference GITHUB_PERSONAL_ACCESS_TOKEN"},
		{[]string{"run", "-e", "API_TOKEN=" + random36, "img"}, Braces, "API_TOKEN literal"},
		{[]string{"run", "-e", "LOG_LEVEL", "img"}, Braces, ""},
		{[]string{"API_TOKEN=" + random36, "node", "x.js"}, Braces, "API_TOKEN literal"},
		{[]string{"postgresql://app:" + "kd83Hs7Qm1Zx@db.acme.io/app"}, Braces, "user information literal"},
		{[]string{"postgresql://postgres:postgres@localhost/app"}, Braces, "user information placeholder"},
		{[]string{"--url=https://acme.dev/mcp?api_key=" + random36}, Braces, "api_key literal"},
		{[]string{"-c", "curl -H 'Authorization: Bearer " + random40 + "' https://acme.dev"}, Braces, "Authorization literal"},
		{[]string{"-m", "pkg", "--max-tokens", "4000", "--key-file", "/k.pem"}, Braces, ""},
		{[]string{"run", "--env-file", ".env", "img"}, Braces, "env-file reference .env"},
		{[]string{"--env-file=.env", "x.js"}, Braces, "env-file reference .env"},
		{[]string{ghp}, Braces, "argument literal"},
	}
	k := leastagency.Builtin().Knowledge
	for _, test := range tests {
		var args []leastagency.Value[string]
		f := leastagency.NewFile("x", []byte(`["`+strings.Join(test.args, `", "`)+`"]`))
		at := 1
		for _, a := range test.args {
			args = append(args, leastagency.ValueAt(a, f.Span(at, at+len(a)+2)))
			at += len(a) + 4
		}
		creds, masked := FromArgs(args, test.syntax, k)
		var got []string
		for _, c := range creds {
			got = append(got, strings.TrimSpace(c.Name+" "+c.Source.String()+" "+c.Reference))
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%q:\n got %q\nwant %q", test.args, got, test.want)
		}
		for _, secret := range []string{random36, random40, ghp, "kd83Hs7Qm1Zx"} {
			for _, m := range masked {
				if strings.Contains(m.V, secret) && !strings.Contains(test.want, "placeholder") {
					t.Errorf("%q: %q is not masked", test.args, m.V)
				}
			}
			for _, c := range creds {
				if c.Source == leastagency.SourceLiteral && c.At.Text() != secret && c.At.Text() != `"`+secret+`"` && strings.Contains(c.At.Text(), secret) && secret != random36 {
					t.Errorf("%q: placed on %q, want the secret alone", test.args, c.At.Text())
				}
			}
		}
	}
}

func TestFromURL(t *testing.T) {
	tests := []struct{ url, want, masked string }{
		{"https://mcp.acme.dev/mcp", "", "https://mcp.acme.dev/mcp"},
		{"https://mcp.acme.dev/mcp?api_key=" + random36 + "&x=1", "api_key literal", "https://mcp.acme.dev/mcp?api_key=…&x=1"},
		{"https://mcp.acme.dev/mcp?apiKey=${ACME_KEY}", "apiKey reference ACME_KEY", "https://mcp.acme.dev/mcp?apiKey=${ACME_KEY}"},
		{"https://mcp.acme.dev/mcp?key=YOUR_KEY", "key placeholder", "https://mcp.acme.dev/mcp?key=YOUR_KEY"},
		{"https://bob:" + "kd83Hs7Qm1Zx@mcp.acme.dev/", "user information literal", "https://bob:…@mcp.acme.dev/"},
		{"https://mcp.acme.dev/" + "fc-" + hex32 + "/v2/mcp", "url literal", "https://mcp.acme.dev/…/v2/mcp"},
		{"${MCP_URL}", "", "${MCP_URL}"},
		{"https://${HOST}/mcp?token=${T}&v=2", "token reference T", "https://${HOST}/mcp?token=${T}&v=2"},
		{"https://mcp.acme.dev/s/${API_TOKEN}/sse", "url reference API_TOKEN", "https://mcp.acme.dev/s/${API_TOKEN}/sse"},
		{"not a url", "", "not a url"},
	}
	for _, test := range tests {
		creds, masked := FromURL(leastagency.Value[string]{V: test.url, Set: true}, Braces, leastagency.Builtin().Knowledge)
		var got []string
		for _, c := range creds {
			got = append(got, strings.TrimSpace(c.Name+" "+c.Source.String()+" "+c.Reference))
		}
		if strings.Join(got, "\n") != test.want || masked.V != test.masked {
			t.Errorf("%s:\n got %q, %s\nwant %q, %s", test.url, got, masked.V, test.want, test.masked)
		}
	}
}

func TestFromText(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Bash(curl -H \"Authorization: Bearer " + random40 + "\" https://acme.dev)", random40},
		{"Bash(GITHUB_TOKEN=" + ghp + " gh pr list)", ghp},
		{"Bash(API_KEY=" + random36 + " node x.js)", random36},
		{"Bash(tool --api-key " + random36 + ")", random36},
		{"use " + ghp + ", then " + ant, ghp + " " + ant},
		{"psql postgresql://app:" + "kd83Hs7Qm1Zx@db.acme.io/app -c 'select 1'", "kd83Hs7Qm1Zx"},
		{"psql postgresql://postgres:postgres@localhost/app", ""},
		{"export API_KEY=$API_KEY; export TOKEN=${TOKEN}", ""},
		{"git push https://me:" + "$token@github.com/me/repo.git main", ""},
		{"export REDIS_URL=redis://default:" + "abc123@redis-12345.c1.acme.io:12345/0", ""},
		{"t: " + "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dBjftJeZ4CVPmB92K27uhbUJU1p1r", ""},
		{"The token is in GITHUB_TOKEN. Never print api_key=YOUR_KEY", ""},
		{"Set the re_compile_pattern_with_long_name_x flag", ""},
		{"sha256:" + random40 + random36, ""},
		{"commit " + random40, ""},
		{"see https://acme.dev/docs?page=2#token", ""},
	}
	for _, test := range tests {
		f := leastagency.NewFile("x", []byte("before "+test.text))
		creds := FromText(test.text, f.Span(7, len(f.Data)), leastagency.Builtin().Knowledge)
		var got []string
		for _, c := range creds {
			got = append(got, c.At.Text())
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s:\n got %q\nwant %q", test.text, got, test.want)
		}
	}
}

func FuzzClassify(f *testing.F) {
	for _, seed := range []string{"${A:-${B}}", "Bearer ${", "postgres://u:p@h/?k=v;=", "$env:", "%%", "{{", "a=b;Password=;", "Basic !!", "\x00", "eyJ..."} {
		f.Add("API_KEY", seed, uint8(1))
	}
	k := leastagency.Builtin().Knowledge
	f.Fuzz(func(t *testing.T, name, value string, syntax uint8) {
		file := leastagency.NewFile("x", []byte(value))
		at := file.Span(0, len(value))
		s := Syntax(syntax % uint8(len(expands)))
		variable, c := Classify(name, leastagency.ValueAt(value, at), s, k)
		if c != nil && variable.Plain != "" {
			t.Errorf("%q=%q: a credential with a plain value", name, value)
		}
		creds, _ := FromURL(leastagency.ValueAt(value, at), s, k)
		more, _ := FromArgs([]leastagency.Value[string]{leastagency.ValueAt("--"+name, at), leastagency.ValueAt(value, at)}, s, k)
		creds = append(append(creds, more...), FromText(value, at, k)...)
		for _, c := range creds {
			if c.At.Start < 0 || c.At.End > len(value) || c.At.Start > c.At.End {
				t.Errorf("%q: span %d–%d outside of the file", value, c.At.Start, c.At.End)
			}
		}
	})
}
