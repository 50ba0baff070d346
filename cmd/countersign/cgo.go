//go:build cgo

package main

// unusable returns why this build cannot run at all: with cgo, nothing.
func unusable() string { return "" }
