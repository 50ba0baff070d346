// Command countersign reviews who may do what with an organisation's AI
// agents, with a second signature.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // windows are days of a zone, also where the machine knows no zones
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program on this process's surroundings. It returns the
// exit code. An interrupt, or being told to end, cancels what is under way;
// nothing is half done.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if why := unusable(); why != "" {
		return say(stderr, exitInternal, why)
	}
	ctx, stop := untilTold(context.Background())
	defer stop()
	return processEnv(stdin, stdout, stderr).run(ctx, args)
}

// say prints one line and returns code, or exitInternal where the line could
// not be written.
func say(w io.Writer, code int, line string) int {
	if _, err := fmt.Fprintln(w, line); err != nil {
		return exitInternal
	}
	return code
}

// untilTold gives a context that ends when the process is interrupted or told to
// end, so that unfinished files are taken away and transactions rolled back.
func untilTold(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
}
