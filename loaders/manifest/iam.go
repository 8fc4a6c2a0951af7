package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A statement is what one entry of an AWS access policy allows.
type statement struct {
	actions, resources []leastagency.Value[string]
	conditional        bool
}

// statements returns the entries of a policy document that allow something.
func statements(document *node.Node) []statement {
	entries := document.Get("Statement").List()
	if one := document.Get("Statement"); one.Is(node.Map) {
		entries = []*node.Node{one}
	}
	var out []statement
	for _, e := range entries {
		if !is(e.Get("Effect"), "Allow") {
			continue
		}
		out = append(out, statement{actions: texts(e.Get("Action")), resources: texts(e.Get("Resource")), conditional: len(e.Get("Condition").Each()) > 0})
	}
	return out
}

// texts returns a text, or the texts of a list.
func texts(n *node.Node) []leastagency.Value[string] {
	if s := n.String(); s.Set {
		return []leastagency.Value[string]{s}
	}
	return n.Strings()
}

// everywhere returns the star among the resources of a statement.
func (s statement) everywhere() bool {
	return slices.ContainsFunc(s.resources, func(r leastagency.Value[string]) bool { return r.V == "*" })
}

// changing are the verbs of actions that change something.
var changing = []string{"Create*", "Delete*", "Put*", "Update*", "Modify*", "Attach*", "Detach*", "Terminate*", "Run*", "Start*", "Stop*", "Reboot*", "Add*", "Remove*",
	"Set*", "PassRole", "Write*", "Disable*", "Enable*", "Send*", "Publish", "Restore*", "Revoke*", "Authorize*", "Associate*"}

// quietActions are actions that only take a star for a resource, or write nothing but logs.
var quietActions = []string{"logs:*", "xray:*", "cloudwatch:Put*", "ec2:*NetworkInterface*", "ec2:*PrivateIpAddresses", "ecr:GetAuthorizationToken", "bedrock-agentcore:*Workload*",
	"ssmmessages:*", "events:Put*", "bedrock:StartAsyncInvoke", "athena:StartQueryExecution", "athena:StopQueryExecution", "logs:StartQuery"}

// lasting are the verbs of changes that on every resource are more than a task needs. Much of the rest
// only takes a star.
var lasting = []string{"Create*", "Delete*", "Put*", "Update*", "Modify*", "Attach*", "Detach*", "Terminate*", "Stop*", "PassRole", "Write*", "Disable*", "Restore*", "Authorize*"}

func like(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, text)
		return ok && err == nil
	})
}

// power tells what an action of a statement is worth; its Wide is empty where it is narrow enough.
func (s statement) power(action leastagency.Value[string], holder string) *leastagency.Power {
	p := &leastagency.Power{At: action.At, Name: action.V, Holder: holder, Effects: reach(action.V, s.everywhere())}
	service, verb, _ := strings.Cut(action.V, ":")
	switch {
	case action.V == "*" || action.V == "*:*":
		p.Admin, p.Wide = s.everywhere(), "every action of every service"
	case s.conditional || !s.everywhere():
	case verb == "*" && !like(quietActions, service+":x"):
		p.Wide = "every action of " + service + " on every resource"
	case like(lasting, verb) && !like(quietActions, action.V):
		p.Wide = "a change of every resource of " + service
	}
	return p
}

// reach returns what an action lets happen.
func reach(action string, everywhere bool) []leastagency.Effect {
	service, verb, _ := strings.Cut(action, ":")
	breadth := leastagency.One
	if everywhere {
		breadth = leastagency.Service
	}
	effect := func(why string, can ...leastagency.Capability) (out []leastagency.Effect) {
		for _, c := range can {
			out = append(out, leastagency.Effect{Capability: c, Reach: leastagency.Reach{Breadth: breadth}, Why: why, Confidence: leastagency.Inferred})
		}
		return out
	}
	all := verb == "*" || action == "*"
	switch {
	case like(quietActions, action):
		return nil
	case action == "*":
		return effect("may do everything in the account", leastagency.ReadPrivate, leastagency.ReadSecret, leastagency.WriteState, leastagency.Destroy, leastagency.Configure)
	case service == "iam" && (all || like(changing, verb)):
		return effect("changes who may do what in the account", leastagency.Configure, leastagency.WriteState)
	case service == "secretsmanager" && (all || verb == "GetSecretValue"), service == "ssm" && like([]string{"GetParameter*"}, verb) && everywhere:
		return effect("reads stored secrets", leastagency.ReadSecret)
	case (service == "ses" || service == "sns" || service == "mobiletargeting") && (all || like([]string{"Send*", "Publish"}, verb)):
		return effect("sends mail or messages", leastagency.Send, leastagency.WriteState)
	case service == "bedrock" || service == "bedrock-agentcore":
		return nil
	case all:
		return effect("reads, changes and deletes in "+service, leastagency.ReadPrivate, leastagency.WriteState, leastagency.Destroy)
	case like([]string{"Delete*", "Terminate*"}, verb):
		return effect("deletes in "+service, leastagency.WriteState, leastagency.Destroy)
	case like(changing, verb):
		return effect("changes "+service, leastagency.WriteState)
	case like([]string{"Get*", "List*", "Describe*", "Query", "Scan", "Select*", "BatchGet*", "Search*", "Execute*", "Retrieve*", "Lookup*"}, verb):
		return effect("reads from "+service, leastagency.ReadPrivate)
	}
	return nil
}

// managed tells what a policy of AWS's own is worth, by the end of its name.
func managed(arn leastagency.Value[string], holder string) *leastagency.Power {
	name := path.Base(arn.V)
	p := &leastagency.Power{At: arn.At, Name: name, Holder: holder}
	switch {
	case name == "AdministratorAccess" || name == "PowerUserAccess" || name == "IAMFullAccess":
		p.Admin, p.Wide, p.Effects = true, "everything in the account", reach("*", true)
	case strings.HasSuffix(name, "FullAccess") || name == "SecretsManagerReadWrite":
		service := strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(name, "Amazon"), "AWS"), "FullAccess"), "_")
		p.Wide = "everything in " + service + ", whatever the task needs"
		if service == "SecretsManagerReadWrite" {
			p.Wide = "every stored secret of the account"
		}
		p.Effects = reach(strings.ToLower(service)+":*", true)
		if service == "SecretsManagerReadWrite" {
			p.Effects = reach("secretsmanager:*", true)
		}
	}
	return p
}
