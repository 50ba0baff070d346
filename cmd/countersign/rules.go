package main

import (
	"countersign/domain"
	"countersign/domain/assign"
	"countersign/review"
)

// ruleReader reads the rules of groups with package domain/assign.
type ruleReader struct{}

// Read implements review.Rules.
func (ruleReader) Read(r domain.Rule) (review.Taker, error) {
	m, err := assign.Read(r)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// newService makes the use cases on a store: the one place where the reader
// of rules is wired in.
func newService(st review.Store) *review.Service { return review.New(st).WithRules(ruleReader{}) }
