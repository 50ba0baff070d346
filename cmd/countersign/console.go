package main

import (
	"context"

	"countersign/domain"
)

// openConsole starts the console on the default database. It is what
// "countersign" without a command does where there is a terminal.
func openConsole(context.Context, *env) error {
	return domain.Errorf(domain.Internal, "this build has no console").
		Hinted("use the commands: countersign help")
}
