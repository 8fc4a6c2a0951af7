package credential

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// A literal is a secret that stands in a text, or something in its place.
type literal struct {
	text     string // the secret alone
	made     bool   // obviously made up, or for a server on the own machine: a placeholder
	kind     string
	service  string
	admin    bool
	lifetime leastagency.Lifetime
}

// literalIn finds a secret in a text that holds no references. The name decides about values that
// have no shape of their own.
func literalIn(name meaning, text string, k *leastagency.Knowledge) (literal, bool) {
	if l, ok := keyBlock(text); ok {
		return l, true
	}
	if l, ok := shaped(text, k); ok {
		return l, true
	}
	if l, ok := inURL(text, k); ok {
		return l, true
	}
	if l, ok := inPairs(text); ok {
		return l, true
	}
	if l, ok := inScheme(text, k); ok {
		return l, true
	}
	if name.noun == "" {
		return literal{}, false
	}
	if l, ok := inDSN(name, text, k); ok {
		return l, true
	}
	return named(name, strings.TrimSpace(text))
}

// keyBlock recognises a private key in PEM form.
func keyBlock(text string) (literal, bool) {
	_, rest, begins := strings.Cut(text, "-----BEGIN ")
	label, body, _ := strings.Cut(rest, "-----")
	if !begins || !strings.Contains(label, "PRIVATE KEY") {
		return literal{}, false
	}
	body, _, _ = strings.Cut(body, "-----END")
	body = strings.NewReplacer("\\n", "", "\n", "", "\r", "", " ", "").Replace(body)
	return literal{text: text, made: len(body) < 40 || leastagency.Placeholder(body), kind: "private key", lifetime: leastagency.Static}, true
}

// shaped recognises a secret by a known shape, wherever it stands in the text.
func shaped(text string, k *leastagency.Knowledge) (literal, bool) {
	if k == nil {
		return literal{}, false
	}
	if len(text) > 1<<14 {
		text = text[:1<<14] // no value of a setting is longer
	}
	for _, m := range k.FindSecrets(text) {
		secret := text[m.Start:m.End]
		l := literal{text: secret, kind: m.Shape.Kind, service: m.Shape.Service, admin: m.Shape.Admin, lifetime: lifetimeOf(m.Shape.Prefix)}
		if m.Shape.Prefix == tokenPrefix {
			var ok bool
			if l, ok = webToken(strings.TrimRight(secret, ".")); !ok {
				continue
			}
		}
		if wordy(secret[len(m.Shape.Prefix):]) {
			continue
		}
		return l, true
	}
	return literal{}, false
}

// lifetimeOf tells how long a secret with a known prefix works. Those that are not listed work until
// somebody revokes them.
func lifetimeOf(prefix string) leastagency.Lifetime {
	switch prefix {
	case "ya29.", "ASIA", "ghs_", "ghu_":
		return leastagency.Expiring
	}
	return leastagency.Static
}

const tokenPrefix = "eyJ" // a JSON object in base64

// webToken reads the claims of a JSON Web Token. It reports false for what is none, and for tokens
// that are meant to be public.
func webToken(text string) (literal, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || len(parts[2]) < 10 {
		return literal{}, false
	}
	var header struct{ Alg string }
	var claims struct {
		Iss, Role string
		Iat, Exp  float64
	}
	if !decode(parts[0], &header) || header.Alg == "" || !decode(parts[1], &claims) {
		return literal{}, false
	}
	l := literal{text: text, kind: "JSON Web Token", lifetime: leastagency.Static}
	if claims.Exp > 0 && claims.Iat > 0 && claims.Exp-claims.Iat <= 24*60*60 {
		l.lifetime = leastagency.Expiring
	}
	switch claims.Role {
	case "anon":
		return literal{}, false
	case "service_role":
		l.kind, l.admin = "service-role key", true
	}
	if claims.Iss == "supabase" || l.admin {
		l.service = "supabase"
	}
	return l, true
}

func decode(part string, into any) bool {
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
	return err == nil && json.Unmarshal(data, into) == nil
}

// inURL recognises a password in the user part of a URL, and a key in its query.
func inURL(text string, k *leastagency.Knowledge) (literal, bool) {
	for _, p := range urlParts(text) {
		if p.user {
			if l, ok := password(p, k); ok {
				return l, true
			}
			continue
		}
		if l, ok := shaped(p.value, k); ok {
			return l, true
		}
		if means := meaningOfQuery(p.name); means.noun != "" {
			if l, ok := named(means, p.value); ok {
				return l, true
			}
		}
	}
	return literal{}, false
}

// A urlPart is a part of a URL in which secrets are kept.
type urlPart struct {
	user         bool // user information; else a query parameter
	name, value  string
	host, scheme string
}

// urlParts takes a URL apart without demanding that it is a valid one.
func urlParts(text string) []urlPart {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme == "" || strings.ContainsAny(scheme, " \t\"'") && !strings.HasPrefix(scheme, "jdbc:") {
		return nil
	}
	rest, _, _ = strings.Cut(rest, "#")
	authority, query := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority, query = rest[:i], rest[i:]
	}
	var parts []urlPart
	host := authority
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		host = authority[i+1:]
		user, pass, _ := strings.Cut(authority[:i], ":")
		parts = append(parts, urlPart{user: true, name: user, value: pass, host: host, scheme: scheme})
	}
	_, query, _ = strings.Cut(query, "?")
	for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
		if name, value, ok := strings.Cut(pair, "="); ok && value != "" {
			parts = append(parts, urlPart{name: name, value: value, host: host, scheme: scheme})
		}
	}
	return parts
}

// meaningOfQuery reads the name of a query parameter, where shorter names are common.
func meaningOfQuery(name string) meaning {
	switch strings.ToLower(name) {
	case "sig", "signature", "code":
		return meaning{noun: "signature", weak: true, lifetime: leastagency.Static}
	}
	m := meaningOf(name)
	if m.noun == "key" {
		m.noun = "API key"
	}
	return m
}

// password judges the user part of a URL: "user:password", or a token alone.
func password(p urlPart, k *leastagency.Knowledge) (literal, bool) {
	if p.value == "" || p.value == "x-oauth-basic" {
		if l, ok := shaped(p.name, k); ok {
			return l, true
		}
		return literal{text: p.name, kind: "token", lifetime: leastagency.Static}, generated(p.name)
	}
	pass := p.value
	if decoded, err := url.PathUnescape(pass); err == nil {
		pass = decoded
	}
	host, _, _ := strings.Cut(strings.ToLower(p.host), ":")
	inner := !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".docker.internal")
	l := literal{text: p.value, kind: "connection string with a password", service: serviceOf(p.scheme), lifetime: leastagency.Static}
	if l.service == "" {
		l.kind = "URL with a password"
	}
	switch strings.ToLower(p.name) {
	case "root", "postgres", "admin", "sa", "administrator", "neo4j", "default":
		l.admin = p.name != "default"
	}
	l.made = strings.HasPrefix(pass, "$") || Loopback(p.host) || strings.Contains(host, "example") || leastagency.Placeholder(pass) || weakPassword(pass) ||
		strings.EqualFold(pass, p.name) || inner && !generated(pass)
	return l, true
}

// inDSN recognises the password in "user:password@tcp(host:port)/database", as Go's MySQL driver writes it.
func inDSN(name meaning, text string, k *leastagency.Knowledge) (literal, bool) {
	user, rest, ok := strings.Cut(text, ":")
	pass, address, found := strings.Cut(rest, "@")
	if name.noun != "connection string" || !ok || !found || strings.ContainsAny(user, " /=;") || strings.HasPrefix(rest, "//") {
		return literal{}, false
	}
	if _, inner, ok := strings.Cut(address, "("); ok {
		address, _, _ = strings.Cut(inner, ")")
	}
	host, _, _ := strings.Cut(address, "/")
	return password(urlPart{user: true, name: user, value: pass, host: host, scheme: cmp.Or(name.service, "mysql")}, k)
}

// serviceOf returns the database behind the scheme of a connection string.
func serviceOf(scheme string) string {
	scheme = strings.ToLower(strings.TrimPrefix(scheme, "jdbc:"))
	base, _, _ := strings.Cut(scheme, "+")
	switch base {
	case "postgres", "postgresql":
		return "postgres"
	case "mysql", "mariadb", "mongodb", "redis", "rediss", "amqp", "amqps", "mssql", "sqlserver", "clickhouse", "neo4j", "bolt", "snowflake":
		return base
	}
	return ""
}

// Loopback reports whether a host, with or without a port, is the own machine.
func Loopback(host string) bool {
	host = strings.ToLower(host)
	if addr, err := netip.ParseAddrPort(host); err == nil {
		return addr.Addr().IsLoopback() || addr.Addr().IsUnspecified()
	}
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return addr.IsLoopback() || addr.IsUnspecified()
	}
	host, _, _ = strings.Cut(host, ":")
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal"
}

// weakPassword reports whether a password is one that documentation uses.
func weakPassword(pass string) bool {
	switch strings.ToLower(strings.Trim(pass, "!1234567890_-")) {
	case "", "pass", "password", "passwd", "pwd", "pw", "secret", "root", "admin", "user", "username", "test", "testing", "guest", "postgres",
		"mysql", "mongo", "redis", "minio", "minioadmin", "rabbitmq", "neo4j", "toor", "letmein", "qwerty", "dev", "devpass", "local",
		"mypassword", "mypass", "mysecret", "supersecret", "secretpassword", "testpass", "testpassword", "dbpass", "dbpassword", "token", "none", "null", "abc":
		return true
	}
	return false
}

// inPairs recognises the key or password in "Name=value;Name=value", as some databases and clouds write
// connection strings.
func inPairs(text string) (literal, bool) {
	if !strings.Contains(text, ";") {
		return literal{}, false
	}
	host := ""
	for pair := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(pair, "=")
		name = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(name), " ", ""))
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch {
		case !ok:
		case name == "server" || name == "host" || name == "datasource":
			host, _, _ = strings.Cut(strings.TrimPrefix(value, "tcp:"), ",")
		case name == "accountkey" || name == "sharedaccesskey" || name == "sharedaccesssignature":
			return literal{text: value, made: leastagency.Placeholder(value), kind: "connection string with a key", service: "azure", admin: name == "accountkey", lifetime: leastagency.Static}, true
		case name == "password" || name == "pwd":
			made := leastagency.Placeholder(value) || weakPassword(value) || Loopback(host) || host == "."
			return literal{text: value, made: made, kind: "connection string with a password", lifetime: leastagency.Static}, true
		}
	}
	return literal{}, false
}

// inScheme recognises the value of an authorization header: "Bearer …", "Basic …".
func inScheme(text string, k *leastagency.Knowledge) (literal, bool) {
	scheme, rest, ok := cutScheme(text)
	if !ok {
		return literal{}, false
	}
	if scheme == "basic" {
		data, err := base64.StdEncoding.DecodeString(rest)
		if err != nil {
			data, err = base64.RawStdEncoding.DecodeString(rest)
		}
		user, pass, pair := strings.Cut(string(data), ":")
		if err != nil || !pair {
			return named(meaning{noun: "basic authorization", lifetime: leastagency.Static}, rest)
		}
		if l, ok := shaped(pass, k); ok {
			l.text = rest
			return l, true
		}
		secret := pass
		if secret == "" {
			secret = user // an API key as user name
		}
		made := leastagency.Placeholder(secret) || weakPassword(secret) || secret == user && pass != ""
		return literal{text: rest, made: made, kind: "user name and password", lifetime: leastagency.Static}, true
	}
	return named(meaning{noun: "bearer token", lifetime: leastagency.Static}, rest)
}

// cutScheme splits an authorization value into its scheme, in lower case, and the rest.
func cutScheme(text string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(strings.TrimSpace(text), " ")
	scheme = strings.ToLower(strings.TrimSuffix(scheme, ":"))
	switch scheme {
	case "bearer", "basic", "token", "apikey", "api-key", "bot", "key", "sso-key", "dapi":
	default:
		return "", "", false
	}
	rest = strings.TrimPrefix(strings.TrimSpace(rest), "token=")
	return scheme, strings.Trim(rest, `"'`), ok && rest != "" && !strings.Contains(rest, " ")
}

// named judges a value without a shape of its own under a name that tells of a secret.
func named(name meaning, value string) (literal, bool) {
	l := literal{text: value, kind: name.kind(), service: name.service, admin: name.admin, lifetime: name.lifetime}
	if l.lifetime == leastagency.LifetimeUnknown {
		l.lifetime = leastagency.Static // written down, it is meant to go on working
	}
	switch {
	case setting(value):
		return literal{}, false
	case public(value):
		l.made = true
	case generated(value):
	case name.noun == "password" && !name.weak && strong(value):
	case leastagency.Placeholder(value):
		l.made = true
	case name.weak:
		return literal{}, false
	default:
		l.made = true // words, not a generated key
	}
	return l, true
}

// public reports whether the value is a key that is meant for test accounts or for everybody.
func public(value string) bool {
	for _, prefix := range []string{"sk_test_", "rk_test_", "pk_test_", "pk_live_", "pk.eyJ", "sb_publishable_", "phc_", "G-", "UA-"} {
		if strings.HasPrefix(value, prefix) {
			return true
		}
	}
	if parts := strings.Split(value, "."); len(parts) == 3 && strings.HasPrefix(value, tokenPrefix) {
		var claims struct{ Role string }
		return decode(parts[1], &claims) && claims.Role == "anon"
	}
	return false
}

// setting reports whether a value is plainly no secret: a truth value, a number, a path, a URL, a list.
func setting(value string) bool {
	switch strings.ToLower(value) {
	case "true", "false", "yes", "no", "on", "off", "none", "null", "auto", "required", "optional", "enabled", "disabled", "oauth", "basic", "bearer":
		return true
	}
	if value != "" && strings.Trim(value, "0123456789.,+-%_") == "" && len(value) < 20 && strings.Trim(value, "0x.*-_") != "" {
		return true
	}
	return isPath(value) || strings.Contains(value, "://") || strings.Contains(value, " ") && !generated(strings.ReplaceAll(value, " ", ""))
}

func isPath(value string) bool {
	for _, prefix := range []string{"~", "./", "../", "$HOME", "file:", "\\\\"} {
		if strings.HasPrefix(value, prefix) {
			return true
		}
	}
	if len(value) > 2 && value[1] == ':' && (value[2] == '\\' || value[2] == '/') {
		return true
	}
	lower := strings.ToLower(value)
	for _, suffix := range []string{".json", ".pem", ".key", ".crt", ".cer", ".p12", ".pfx", ".txt", ".env", ".yaml", ".yml", ".toml", ".pub", ".p8"} {
		if strings.HasSuffix(lower, suffix) {
			return true
		}
	}
	return strings.HasPrefix(value, "/") && strings.Count(value, "/") > 1 && !slices.ContainsFunc(strings.Split(value, "/"), generated)
}

// generated reports whether a value has the disorder of a generated key: long, without words, letters
// and digits mixed.
func generated(value string) bool {
	if len(value) < shortest || len(value) > 1<<14 || leastagency.Placeholder(value) || wordy(value) || strings.ContainsAny(value, " \t\n") {
		return false
	}
	for i := range len(value) {
		if value[i] >= 0x80 || value[i] < ' ' {
			return false
		}
	}
	upper, lower, digits := classes(value)
	entropy := leastagency.Entropy(value)
	switch {
	case digits > 0 && upper+lower > 0:
		return entropy >= 3
	case upper > 0 && lower > 0:
		return len(value) >= 24 && entropy >= 4
	}
	return len(value) >= 32 && entropy >= 3.8
}

// strong reports whether a value looks like a password that a person chose with care.
func strong(value string) bool {
	if len(value) < 10 || leastagency.Placeholder(value) || weakPassword(value) || wordy(value) {
		return false
	}
	upper, lower, digits := classes(value)
	return digits > 0 && (upper > 0 && lower > 0 || len(value) > upper+lower+digits)
}

func classes(value string) (upper, lower, digits int) {
	for i := range len(value) {
		switch c := value[i]; {
		case c >= 'A' && c <= 'Z':
			upper++
		case c >= 'a' && c <= 'z':
			lower++
		case c >= '0' && c <= '9':
			digits++
		}
	}
	return upper, lower, digits
}

// wordy reports whether a value is made of words and short numbers, as names that people give are.
func wordy(value string) bool {
	words := 0
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune("-_./:@,+ ", r) }) {
		letters := strings.TrimLeft(part, "0123456789")
		number := len(part) - len(letters)
		letters = strings.TrimRight(letters, "0123456789")
		number = max(number, len(part)-number-len(letters))
		upper, lower, _ := classes(letters)
		// A word is all small, all capital or capitalised; a version such as v2 or gpt4 is one too.
		word := upper+lower == len(letters) && len(letters) <= 14 && number <= 4 && len(part) <= 16 && (upper <= 1 || lower == 0)
		if !word || number > 0 && len(letters) > 0 && lower+upper < 2 && len(part) > 4 {
			return false
		}
		words++
	}
	return words > 0
}

// digest returns the first eight bytes of the SHA-256 of a secret; never 0.
func digest(secret string) uint64 {
	sum := sha256.Sum256([]byte(secret))
	return max(1, binary.BigEndian.Uint64(sum[:8]))
}
