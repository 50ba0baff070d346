//go:build !cgo

package main

// unusable returns why this build cannot run at all. Without cgo the SQLite
// driver compiles to a stub that fails only at its first use, so the program
// says so before anything else.
func unusable() string {
	return "Countersign keeps its data in SQLite and needs a C compiler, and this build was made without one. " +
		"Install it (Debian and Ubuntu: apt install gcc libc6-dev; Fedora: dnf install gcc; macOS: xcode-select --install) " +
		"and build again with CGO_ENABLED=1."
}
