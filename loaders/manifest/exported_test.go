package manifest

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

// TestClaims reads one document of each format of platforms, and what only looks like one.
func TestClaims(t *testing.T) {
	for _, row := range []struct {
		file, text string
		want       string // products and names of the layers
	}{
		{"appPackage/declarativeAgent.json", `{"version": "v1.2", "name": "desk", "description": "d", "instructions": "Help."}`, "m365 desk"},
		{"appPackage/ai-plugin.json", `{"schema_version": "v2.1", "name_for_human": "cal", "functions": []}`, "m365 cal"},
		{"ai-plugin.json", `{"schema_version": "v1", "name_for_human": "old", "api": {"type": "openapi"}}`, "m365 old"},
		{"a.yaml", "kind: Prompt\nname: desk\ninstructions: Help.\n", "ms-agent desk"},
		{"flow.yaml", "kind: Workflow\ntrigger:\n  kind: OnConversationStart\n  actions: []\n", "ms-agent flow"},
		{"agent.yaml", "kind: hosted\nname: desk\nprotocols:\n- protocol: responses\n", "ms-agent desk"},
		{"agent.manifest.yaml", "template:\n  kind: prompt\n  name: desk\n  instructions: Help.\n", "ms-agent desk"},
		{"azure.yaml", "services:\n  desk:\n    host: azure.ai.agent\n", "ms-agent desk"},
		{"sk.yaml", "type: chat_completion_agent\nname: desk\ninstructions: Help.\n", "ms-agent desk"},
		{"bot/agent.mcs.yml", "kind: GptComponentMetadata\ndisplayName: desk\ninstructions: Help.\n", "ms-agent desk"},
		{"spec.json", `{"component_type": "Agent", "agentspec_version": "26.1.0", "name": "desk"}`, "agentspec desk"},
		{"langgraph.json", `{"graphs": {"a": "a.py:g", "b": {"path": "b.py:g"}}}`, "langgraph a, langgraph b"},
		{"agent.json", `{"name": "desk", "backend": {"type": "sandbox"}}`, "deepagents desk"},
		{"template.yaml", "Resources:\n  Desk:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      AgentName: !Sub desk-${AWS::Region}\n", "bedrock desk-${AWS::Region}"},
		{".bedrock_agentcore.yaml", "agents:\n  desk:\n    entrypoint: a.py\n", "bedrock desk"},
		{"agents/harness.json", `{"name": "desk", "model": {"provider": "bedrock", "modelId": "large"}, "tools": []}`, "bedrock desk"},
		{"w.json", `{"nodes": [{"name": "A", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {}}], "connections": {}}`, "n8n A"},
		{"f.json", `{"nodes": [{"type": "agentFlow", "data": {"name": "agentAgentflow", "label": "A", "inputs": {}}}], "edges": []}`, "flowise A"},
		{"d.yml", "kind: app\napp:\n  name: desk\n  mode: chat\n", "dify desk"},
		{"openclaw.json", `{"agents": {}, "gateway": {}}`, "openclaw main"},
		{"server.json", `{"name": "dev.acme/orders", "packages": []}`, "mcp-registry dev.acme/orders"},
		{"manifest.json", `{"manifest_version": "0.2", "name": "orders", "server": {"mcp_config": {"command": "node"}}}`, "mcpb orders"},
		{"x/smithery.yaml", "startCommand:\n  type: http\n", "smithery x"},
		{"agent-card.json", `{"name": "orders", "capabilities": {}, "skills": [{"id": "a", "name": "A"}]}`, "a2a orders"},
		{"assistant.json", `{"model": "gpt-5", "instructions": "Help.", "name": "desk", "tools": [{"type": "web_search"}]}`, "openai desk"},
		{"desk.agent.yaml", "name: desk\nmodel: large\ntools:\n- type: agent_toolset_20260401\n", "anthropic desk"},

		// What looks alike and is something else.
		{"manifest.json", `{"manifest_version": 3, "name": "tabs", "version": "1", "background": {"service_worker": "sw.js"}, "permissions": ["tabs"]}`, ""},
		{"manifest.json", `{"name": "Shop", "start_url": "/", "display": "standalone", "icons": []}`, ""},
		{"manifest.json", `{"manifestVersion": "1.17", "id": "x", "copilotAgents": {"declarativeAgents": [{"id": "a", "file": "declarativeAgent.json"}]}}`, ""},
		{"azure.yaml", "name: shop\nservices:\n  web:\n    host: containerapp\n    language: ts\n", ""},
		{"server.json", `{"users": [{"id": 1, "name": "Ada"}], "posts": []}`, ""},
		{"server.json", `{"name": "mock-server", "port": 3000, "routes": []}`, ""},
		{"template.yaml", "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\nOutputs:\n  Text:\n    Value: AWS::Bedrock::Agent\n", ""},
		{"workflow.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  entrypoint: main\n", ""},
		{"agent.yaml", "apiVersion: example.dev/v1\nkind: Agent\nmodel: large\n", ""},
		{"agent.yaml", "kind: Agent\nmetadata:\n  name: eval\nbuiltin:\n  type: llm-agent\n", ""},
		{"agent.json", `{"description": "bot", "language": "en", "googleAssistant": {}, "defaultTimezone": "Europe/Berlin"}`, ""},
		{"w.json", `{"nodes": [{"name": "A", "type": "n8n-nodes-base.webhook", "parameters": {}}], "connections": {}}`, ""},
		{"w.json", `{"nodes": [{"id": 1, "type": "KSampler", "note": "customNode"}], "edges": []}`, ""},
		{"openclaw.json", `{"name": "a-skill", "version": "1.0.0", "tools": ["x"]}`, ""},
		{"schema.json", `{"tools": [{"type": "function"}], "properties": {"model": {"type": "string"}}}`, ""},
		{"chart/values.yaml", "kind: app\nmode: chat\n", ""},
		{"package.json", `{"name": "x", "version": "v1.2", "capabilities": "none"}`, ""},
	} {
		sys := layertest.Read(t, Loader(), fstest.MapFS{row.file: {Data: []byte(row.text)}})
		var got []string
		for _, l := range sys.Layers {
			got = append(got, l.Product+" "+l.Name)
		}
		if s := strings.Join(got, ", "); s != row.want {
			t.Errorf("%s %s:\ngot  %q\nwant %q", row.file, row.text, s, row.want)
		}
		if row.want == "" && len(sys.Problems) > 0 {
			t.Errorf("%s %s: problem %q in a file that is not ours", row.file, row.text, sys.Problems[0].Text)
		}
	}
}

// TestDecisions reads who is asked before tools run.
func TestDecisions(t *testing.T) {
	for _, row := range []struct {
		file, text string
		tool       string
		says       leastagency.Decision // what a rule of the file decides; unknown where none speaks
		absent     leastagency.Mode
	}{
		{"a.json", `{"version": "v1.2", "name": "d", "capabilities": [{"name": "Email"}]}`, "Email", leastagency.Allow, leastagency.ModeUnknown},
		{"a.json", `{"schema_version": "v2.1", "name_for_human": "d", "functions": [{"name": "f"}]}`, "f", leastagency.DecisionUnknown, leastagency.ModeUnknown},
		{"a.json", `{"schema_version": "v2.1", "name_for_human": "d", "functions": [{"name": "f", "capabilities": {"confirmation": {"type": "None"}}}]}`, "f", leastagency.Allow, leastagency.ModeUnknown},
		{"a.json", `{"schema_version": "v2.1", "name_for_human": "d", "functions": [{"name": "f", "capabilities": {"confirmation": {"type": "AdaptiveCard"}}}]}`, "f", leastagency.Ask, leastagency.ModeUnknown},
		{"a.json", `{"schema_version": "v2.1", "name_for_human": "d", "functions": [{"name": "f", "capabilities": {"confirmation": {"type": "AdaptiveCard", "isNonConsequential": true}}}]}`, "f", leastagency.DecisionUnknown, leastagency.ModeUnknown},
		{"a.json", `{"component_type": "Agent", "agentspec_version": "1", "name": "d", "tools": [{"component_type": "ServerTool", "name": "f"}]}`, "f", leastagency.Allow, leastagency.ModeBypass},
		{"a.json", `{"component_type": "Agent", "agentspec_version": "1", "name": "d", "tools": [{"component_type": "ServerTool", "name": "f", "requires_confirmation": true}]}`, "f", leastagency.Ask, leastagency.ModeBypass},
		{"a.yaml", "kind: prompt\nname: d\nmodel: m\ntools:\n- {kind: mcp, serverName: s, url: 'https://s.acme.dev', approvalMode: always}\n", "s", leastagency.Ask, leastagency.ModeUnknown},
		{"a.yaml", "kind: prompt\nname: d\nmodel: m\ntools:\n- {kind: mcp, serverName: s, url: 'https://s.acme.dev', approvalMode: {kind: specify, alwaysRequireApprovalTools: [f]}}\n", "f", leastagency.Ask, leastagency.ModeUnknown},
		{"a.json", `{"model": "m", "name": "d", "tools": [{"type": "mcp", "server_label": "s", "server_url": "https://s.acme.dev"}]}`, "s", leastagency.Ask, leastagency.ModeUnknown},
		{"a.json", `{"model": "m", "name": "d", "tools": [{"type": "mcp", "server_label": "s", "server_url": "https://s.acme.dev", "require_approval": "never"}]}`, "s", leastagency.DecisionUnknown, leastagency.ModeUnknown},
		{"a.json", `{"model": "m", "name": "d", "tools": [{"type": "web_search"}]}`, "web_search", leastagency.Allow, leastagency.ModeUnknown},
		{"a.json", `{"model": "m", "name": "d", "tools": [{"type": "local_shell"}]}`, "local_shell", leastagency.DecisionUnknown, leastagency.ModeUnknown},
		{"a.yaml", "name: d\nmodel: m\ntools:\n- type: agent_toolset_20260401\n  configs: [{name: bash, permission_policy: {type: always_ask}}]\n", "bash", leastagency.Ask, leastagency.ModeUnknown},
		{"a.yaml", "name: d\nmodel: m\ntools:\n- type: agent_toolset_20260401\n", "web_fetch", leastagency.Allow, leastagency.ModeUnknown},
		{"a.yaml", "name: d\nmodel: m\nmcp_servers: [{name: s, url: 'https://s.acme.dev'}]\ntools:\n- {type: mcp_toolset, mcp_server_name: s}\n", "s", leastagency.Ask, leastagency.ModeUnknown},
		{"a.yaml", "name: d\nmodel: m\ntools:\n- type: agent_toolset_20260401\n  default_config: {permission_policy: {type: always_allow}}\n", "bash", leastagency.Allow, leastagency.ModeUnknown},
		{"t.yaml", "Resources:\n  D:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      ActionGroups:\n      - FunctionSchema: {Functions: [{Name: f, RequireConfirmation: ENABLED}]}\n", "f", leastagency.Ask, leastagency.ModeBypass},
		{"t.yaml", "Resources:\n  D:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      ActionGroups:\n      - FunctionSchema: {Functions: [{Name: f}]}\n", "f", leastagency.DecisionUnknown, leastagency.ModeBypass},
		{"openclaw.json", `{"agents": {}, "tools": {"exec": {"mode": "ask"}}}`, "exec", leastagency.Ask, leastagency.ModeBypass},
		{"openclaw.json", `{"agents": {}, "tools": {"exec": {"mode": "full"}}}`, "exec", leastagency.DecisionUnknown, leastagency.ModeBypass},
		{"f.json", `{"nodes": [{"type": "agentFlow", "data": {"name": "agentAgentflow", "label": "A", "inputs": {"agentTools": [{"agentSelectedTool": "gmail", "agentSelectedToolRequiresHumanInput": true}]}}}], "edges": []}`, "gmail", leastagency.Ask, leastagency.ModeBypass},
	} {
		sys := layertest.Read(t, Loader(), fstest.MapFS{row.file: {Data: []byte(row.text)}})
		if len(sys.Layers) == 0 {
			t.Errorf("%s: nothing read", row.text)
			continue
		}
		l := sys.Layers[0]
		says, known := leastagency.DecisionUnknown, false
		for _, r := range l.Rules {
			if r.Text == row.tool {
				says, known = r.Decision, true
			}
		}
		for _, r := range l.Tools {
			known = known || r.Text == row.tool
		}
		for _, s := range l.Servers {
			known = known || s.Name == row.tool
		}
		if !known || says != row.says || l.Absent != row.absent {
			t.Errorf("%s\ngot %v (there: %v), otherwise %v; want %v, otherwise %v", row.text, says, known, l.Absent, row.says, row.absent)
		}
	}
}

// places are the paths under which the formats of platforms are read.
var places = []string{"a.json", "a.yaml", "template.yaml", "langgraph.json", "agent.json", "openclaw.json", "server.json", "manifest.json", "smithery.yaml", "agentcore.json", "harness.json", ".bedrock_agentcore.yaml"}

func TestExportedHostile(t *testing.T) { layertest.Hostile(t, Loader(), places) }

func FuzzExported(f *testing.F) {
	layertest.Fuzz(f, Loader(), places,
		`{"component_type": "Swarm", "agentspec_version": "1", "name": "d", "first_agent": {"$component_ref": "d"}, "id": "d", "relationships": [[{"$component_ref": "d"}]]}`,
		`{"nodes": [{"name": "A", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {}}], "connections": {"A": {"main": [[{"node": "A"}]], "ai_tool": [[{"node": "A"}]]}}}`,
		`{"agents": {"list": [{"id": "a"}]}, "tools": {"allow": ["group:fs"]}, "channels": {"x": {"dmPolicy": "open"}}}`,
		"Resources:\n  D:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      AgentResourceRoleArn: !GetAtt D.Arn\n      ActionGroups: [{ActionGroupExecutor: {Lambda: !GetAtt D.Arn}, FunctionSchema: {Functions: [{Name: f}]}}]\n",
		"kind: Workflow\ntrigger:\n  kind: OnConversationStart\n  actions: [{kind: InvokeMcpTool, serverUrl: http://a, serverLabel: a}]\n",
		"kind: app\napp: {name: a, mode: chat}\nworkflow:\n  graph:\n    nodes: [{data: {type: agent, title: A, agent_parameters: {mcp_servers: {value: '{\"a\": {\"url\": \"http://b\"}}'}}}}]\n",
	)
}
