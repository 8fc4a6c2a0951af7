// Package limits has loops around a model, with and without an end.
package limits

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"time"

	"github.com/anthropics/anthropic-sdk-go"
)

type agent struct {
	client anthropic.Client
	turns  int
}

func (a *agent) endless(ctx context.Context, params anthropic.MessageNewParams) {
	for { // want `only the model ends the loop of "\(\*agent\).endless"`
		answer, err := a.client.Messages.New(ctx, params)
		if err != nil || !a.tools(answer) {
			return
		}
	}
}

func (a *agent) tools(answer *anthropic.Message) bool {
	any := false
	for _, block := range answer.Content {
		if block.Name == "tests" {
			any = true
			_ = exec.Command("go", "test", string(block.Input)).Run() // want `argument-to-command`
		}
	}
	return any
}

func (a *agent) counted(ctx context.Context, params anthropic.MessageNewParams) {
	for i := 0; i < 10; i++ {
		answer, err := a.client.Messages.New(ctx, params)
		if err != nil || !a.tools(answer) {
			return
		}
	}
}

func (a *agent) inside(ctx context.Context, params anthropic.MessageNewParams) {
	for {
		if a.turns++; a.turns > 10 {
			return
		}
		answer, err := a.client.Messages.New(ctx, params)
		if err != nil || !a.tools(answer) {
			return
		}
	}
}

func (a *agent) hurried(ctx context.Context, params anthropic.MessageNewParams) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		answer, err := a.client.Messages.New(ctx, params)
		if err != nil || !a.tools(answer) {
			return
		}
	}
}

// A person speaks in between.
func (a *agent) chat(ctx context.Context, params anthropic.MessageNewParams) {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		answer, _ := a.client.Messages.New(ctx, params)
		a.tools(answer)
	}
}

// Each job is one whole agent, which has a bound.
func (a *agent) worker(ctx context.Context, next func() anthropic.MessageNewParams) {
	for {
		a.counted(ctx, next())
	}
}

func runner() {
	start(anthropic.BetaToolRunnerParams{Model: "m"}) // want `without "MaxIterations"`
	start(anthropic.BetaToolRunnerParams{Model: "m", MaxIterations: 20})
}

func start(anthropic.BetaToolRunnerParams) {}
