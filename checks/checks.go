// Package checks lists the checks: one package per family, one file per rule.
package checks

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/agency"
	"github.com/leastagency/leastagency/checks/audit"
	"github.com/leastagency/leastagency/checks/boundary"
	"github.com/leastagency/leastagency/checks/combination"
	"github.com/leastagency/leastagency/checks/credential"
	"github.com/leastagency/leastagency/checks/escalation"
	"github.com/leastagency/leastagency/checks/injection"
	"github.com/leastagency/leastagency/checks/isolation"
	"github.com/leastagency/leastagency/checks/limits"
	"github.com/leastagency/leastagency/checks/memory"
	"github.com/leastagency/leastagency/checks/poisoning"
	"github.com/leastagency/leastagency/checks/supplychain"
)

// All returns every check, by family and name.
func All() []leastagency.Check {
	return []leastagency.Check{
		agency.AdminRole,
		agency.ApprovalDisabled,
		agency.ApprovalDisabledUnsandboxed,
		agency.AutoApprovedTool,
		agency.BroadRead,
		agency.CommandRunner,
		agency.DestructiveCommand,
		agency.ExceedsDeclared,
		agency.InheritedTools,
		agency.OpenRecipient,
		agency.OpenRequest,
		agency.PublishCommand,
		agency.RawQuery,
		agency.SecretCommand,
		agency.ShellServer,
		agency.ShellExpansion,
		agency.UnrestrictedShell,
		agency.UnscopedWrite,
		agency.WholeToolset,
		agency.WildcardTools,
		agency.WriteBeyondPurpose,
		agency.WriteToken,

		audit.SecretsInLog,
		audit.TelemetryDisabled,
		audit.UnreadableFile,
		audit.VoidIgnore,

		boundary.ApprovalOnly,
		boundary.ApprovalUnattended,
		boundary.BypassableDeny,
		boundary.ClassifierOnly,
		boundary.ContradictedRule,
		boundary.DeadRule,
		boundary.FailsOpen,
		boundary.ForeignGuard,
		boundary.HookOnly,
		boundary.IncompleteMatcher,
		boundary.InertRule,
		boundary.PromptOnly,
		boundary.RateLimitOnly,
		boundary.ProseLimit,
		boundary.WritableGuard,

		combination.ApprovedTrifecta,
		combination.EscapeChain,
		combination.LethalTrifecta,
		combination.SecretToSend,
		combination.UntrustedToChange,
		combination.UntrustedToExecute,
		combination.WorstProfile,

		credential.AdminKey,
		credential.BrokenReference,
		credential.LiteralSecret,
		credential.OverProvisioned,
		credential.Shared,
		credential.StaticKey,

		escalation.AutoRun,
		escalation.BlanketTrust,
		escalation.BypassSpawn,
		escalation.ConfigRedirect,
		escalation.GuardsOff,
		escalation.SelfGrantedTrust,
		escalation.UnboundedSpawn,
		escalation.WiderDelegate,
		escalation.WritableConfig,

		injection.OpenActorGate,
		injection.OutputExecuted,
		injection.UnauthenticatedEndpoint,
		injection.UntrustedCheckout,
		injection.ArgumentToCommand,
		injection.ArgumentToEval,
		injection.ArgumentToPath,
		injection.ArgumentToQuery,
		injection.ArgumentToShell,
		injection.ArgumentToURL,
		injection.UntrustedContent,
		injection.UntrustedInSystemPrompt,
		injection.UntrustedTextInPrompt,
		injection.UntrustedTrigger,

		isolation.AnyOrigin,
		isolation.BrowserSession,
		isolation.CodeExecutor,
		isolation.ContainerDriver,
		isolation.ExposedServer,
		isolation.MissingOriginCheck,
		isolation.OpenEgress,
		isolation.SandboxDisabled,
		isolation.SandboxEscape,
		isolation.WideMount,

		limits.ExcessiveLimit,
		limits.UnboundedAgent,
		limits.UnboundedLoop,
		limits.UnboundedPublicAgent,

		memory.RemoteInstructions,
		memory.UntrustedMemory,
		memory.UnsafeDeserialization,
		memory.WritableInstructions,

		poisoning.CrossToolInstruction,
		poisoning.DuplicateKey,
		poisoning.FalseAnnotation,
		poisoning.HiddenCharacters,
		poisoning.HiddenInstruction,
		poisoning.NameCollision,

		supplychain.EndpointOverride,
		supplychain.ForeignCode,
		supplychain.HiddenProgram,
		supplychain.InlineScript,
		supplychain.InsecureTransport,
		supplychain.KnownMalicious,
		supplychain.KnownVulnerable,
		supplychain.LookalikePackage,
		supplychain.MutableReference,
		supplychain.RemoteScript,
		supplychain.RemoteScriptInText,
		supplychain.UnpinnedCommand,
		supplychain.UnpinnedServer,
		supplychain.UnreviewedPlugins,
	}
}
