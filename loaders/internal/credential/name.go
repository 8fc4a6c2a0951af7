package credential

import (
	"slices"
	"strings"
	"unicode"

	"github.com/leastagency/leastagency"
)

// A meaning is what the name of a variable, header, flag or field tells about its value.
type meaning struct {
	noun     string // "API key", "token", "password", "connection string"; empty for a name that holds no secret
	weak     bool   // the word has other uses too: only a generated value is a secret
	service  string
	title    string
	admin    bool
	lifetime leastagency.Lifetime
}

// kind is what to call a credential of the name.
func (m meaning) kind() string { return strings.TrimSpace(m.title + " " + m.noun) }

// Secret reports whether the name is one under which secrets are kept: GITHUB_TOKEN, x-api-key,
// clientSecret; and not MAX_TOKENS, KEY_PATH or PUBLIC_KEY.
func Secret(name string) bool { return meaningOf(name).noun != "" }

// nouns are the words that end the name of a secret, longest first.
var nouns = []struct {
	words    string
	noun     string
	weak     bool
	lifetime leastagency.Lifetime
}{
	{"personal access token", "personal access token", false, leastagency.Static},
	{"session token", "session token", false, leastagency.Expiring},
	{"refresh token", "refresh token", false, leastagency.Static},
	{"bot token", "bot token", false, leastagency.Static},
	{"api token", "API token", false, leastagency.Static},
	{"api key", "API key", false, leastagency.Static},
	{"access key", "access key", false, leastagency.Static},
	{"connection string", "connection string", true, leastagency.Static},
	{"connection uri", "connection string", true, leastagency.Static},
	{"connection url", "connection string", true, leastagency.Static},
	{"database url", "connection string", true, leastagency.Static},
	{"database uri", "connection string", true, leastagency.Static},
	{"db url", "connection string", true, leastagency.Static},
	{"db uri", "connection string", true, leastagency.Static},
	{"postgres url", "connection string", true, leastagency.Static},
	{"postgresql url", "connection string", true, leastagency.Static},
	{"mysql url", "connection string", true, leastagency.Static},
	{"redis url", "connection string", true, leastagency.Static},
	{"mongo uri", "connection string", true, leastagency.Static},
	{"mongo url", "connection string", true, leastagency.Static},
	{"mongodb uri", "connection string", true, leastagency.Static},
	{"mongodb url", "connection string", true, leastagency.Static},
	{"webhook url", "webhook URL", true, leastagency.Static},
	{"dsn", "connection string", true, leastagency.Static},
	{"pat", "personal access token", false, leastagency.Static},
	{"apikey", "API key", false, leastagency.Static},
	{"accesskey", "access key", false, leastagency.Static},
	{"secretkey", "secret key", false, leastagency.Static},
	{"passwd", "password", false, leastagency.Static},
	{"password", "password", false, leastagency.Static},
	{"passphrase", "passphrase", false, leastagency.Static},
	{"pwd", "password", true, leastagency.Static},
	{"pass", "password", true, leastagency.Static},
	{"secret", "secret", false, leastagency.Static},
	{"token", "token", false, leastagency.LifetimeUnknown},
	{"jwt", "token", false, leastagency.LifetimeUnknown},
	{"authorization", "authorization", false, leastagency.LifetimeUnknown},
	{"bearer", "token", true, leastagency.LifetimeUnknown},
	{"auth", "authorization", true, leastagency.LifetimeUnknown},
	{"cookie", "session cookie", true, leastagency.LifetimeUnknown},
	{"credential", "credential", true, leastagency.LifetimeUnknown},
	{"credentials", "credentials", true, leastagency.LifetimeUnknown},
	{"key", "key", true, leastagency.Static},
}

// harmless are words in front of the noun that make it no secret, and harmlessKey those that do so
// for a key only: a group token is a secret, a group key is not.
var (
	harmless    = []string{"public", "publishable", "anon", "max", "min", "stop", "eos", "bos", "pad", "csrf"}
	harmlessKey = []string{"partition", "primary", "foreign", "cache", "sort", "idempotency", "host", "map", "row", "object", "index",
		"site", "issue", "project", "space", "routing", "group"}
)

// decoration are words behind the noun that change nothing.
var decoration = []string{"value", "prod", "production", "dev", "staging", "live", "default", "new", "old"}

// admins are words that say the credential opens everything.
var admins = []string{"root", "master", "admin", "owner", "superuser", "superadmin"}

// meaningOf reads a name word by word. The last words decide: GITHUB_TOKEN is a token, TOKEN_TYPE a type.
func meaningOf(name string) (m meaning) {
	words := split(name[max(0, len(name)-256):])
	for len(words) > 1 && (slices.Contains(decoration, words[len(words)-1]) || strings.Trim(words[len(words)-1], "0123456789") == "") {
		words = words[:len(words)-1]
	}
	joined := " " + strings.Join(words, " ")
	for _, n := range nouns {
		whole := strings.HasSuffix(joined, " "+n.words)
		glued := !n.weak && len(n.words) > 4 && strings.HasSuffix(joined, n.words) && !strings.Contains(n.words, " ") // authtoken
		if !whole && !glued {
			continue
		}
		m.noun, m.weak, m.lifetime = n.noun, n.weak, n.lifetime
		if before := strings.Fields(strings.TrimSuffix(joined, n.words)); len(before) > 0 {
			last := before[len(before)-1]
			if slices.Contains(harmless, last) || n.noun == "key" && slices.Contains(harmlessKey, last) {
				return meaning{}
			}
		}
		break
	}
	if m.noun == "" {
		return meaning{}
	}
	if m.noun == "key" && slices.ContainsFunc(words, func(w string) bool {
		return w == "secret" || w == "private" || w == "encryption" || w == "signing" || w == "service"
	}) {
		m.weak = false
	}
	for _, w := range words {
		if i := slices.IndexFunc(services, func(s service) bool { return s.word == w }); i >= 0 && m.service == "" {
			m.service, m.title = services[i].name, services[i].title
		}
		m.admin = m.admin || slices.Contains(admins, w)
	}
	m.admin = m.admin || strings.Contains(joined, " service role") || strings.Contains(joined, " servicerole")
	return m
}

// split cuts a name into lower-case words at separators and at changes of case.
func split(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			flush()
		}
		word = append(word, r)
	}
	flush()
	return words
}

// A service is one that a word in a variable's name tells.
type service struct{ word, name, title string }

var services = []service{
	{"airtable", "airtable", "Airtable"}, {"anthropic", "anthropic", "Anthropic"}, {"apify", "apify", "Apify"}, {"asana", "asana", "Asana"},
	{"atlassian", "atlassian", "Atlassian"}, {"auth0", "auth0", "Auth0"}, {"aws", "aws", "AWS"}, {"azure", "azure", "Azure"},
	{"bitbucket", "bitbucket", "Bitbucket"}, {"brave", "brave", "Brave Search"}, {"browserbase", "browserbase", "Browserbase"},
	{"clickup", "clickup", "ClickUp"}, {"cloudflare", "cloudflare", "Cloudflare"}, {"cohere", "cohere", "Cohere"},
	{"confluence", "atlassian", "Confluence"}, {"context7", "context7", "Context7"}, {"databricks", "databricks", "Databricks"},
	{"datadog", "datadog", "Datadog"}, {"dd", "datadog", "Datadog"}, {"deepseek", "deepseek", "DeepSeek"},
	{"digitalocean", "digitalocean", "DigitalOcean"}, {"discord", "discord", "Discord"}, {"docker", "docker", "Docker"},
	{"doppler", "doppler", "Doppler"}, {"elevenlabs", "elevenlabs", "ElevenLabs"}, {"exa", "exa", "Exa"}, {"figma", "figma", "Figma"},
	{"firecrawl", "firecrawl", "Firecrawl"}, {"gemini", "google", "Gemini"}, {"gh", "github", "GitHub"}, {"github", "github", "GitHub"},
	{"gitlab", "gitlab", "GitLab"}, {"google", "google", "Google"}, {"grafana", "grafana", "Grafana"}, {"groq", "groq", "Groq"},
	{"hf", "huggingface", "Hugging Face"}, {"huggingface", "huggingface", "Hugging Face"}, {"hubspot", "hubspot", "HubSpot"},
	{"jira", "atlassian", "Jira"}, {"langfuse", "langfuse", "Langfuse"}, {"langsmith", "langsmith", "LangSmith"}, {"linear", "linear", "Linear"},
	{"mistral", "mistral", "Mistral"}, {"mongo", "mongodb", "MongoDB"}, {"mongodb", "mongodb", "MongoDB"}, {"mysql", "mysql", "MySQL"},
	{"neon", "neon", "Neon"}, {"netlify", "netlify", "Netlify"}, {"notion", "notion", "Notion"}, {"npm", "npm", "npm"}, {"okta", "okta", "Okta"},
	{"openai", "openai", "OpenAI"}, {"openrouter", "openrouter", "OpenRouter"}, {"pagerduty", "pagerduty", "PagerDuty"},
	{"perplexity", "perplexity", "Perplexity"}, {"pg", "postgres", "Postgres"}, {"pinecone", "pinecone", "Pinecone"},
	{"postgres", "postgres", "Postgres"}, {"postgresql", "postgres", "Postgres"}, {"posthog", "posthog", "PostHog"},
	{"postman", "postman", "Postman"}, {"pypi", "pypi", "PyPI"}, {"redis", "redis", "Redis"}, {"replicate", "replicate", "Replicate"},
	{"resend", "resend", "Resend"}, {"sendgrid", "sendgrid", "SendGrid"}, {"sentry", "sentry", "Sentry"}, {"shopify", "shopify", "Shopify"},
	{"slack", "slack", "Slack"}, {"snowflake", "snowflake", "Snowflake"}, {"stripe", "stripe", "Stripe"}, {"supabase", "supabase", "Supabase"},
	{"tavily", "tavily", "Tavily"}, {"telegram", "telegram", "Telegram"}, {"todoist", "todoist", "Todoist"}, {"trello", "trello", "Trello"},
	{"twilio", "twilio", "Twilio"}, {"vercel", "vercel", "Vercel"}, {"xai", "xai", "xAI"}, {"zapier", "zapier", "Zapier"},
}
