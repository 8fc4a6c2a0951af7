// Package github has the signatures of the library, and none of its code.
package github

import "context"

type IssuesService struct{}

func (s *IssuesService) Get(ctx context.Context, owner, repo string, number int) (any, error) {
	return nil, nil
}

func (s *IssuesService) Create(ctx context.Context, owner, repo string, issue any) (any, error) {
	return nil, nil
}
