// Package tui is the console.
package tui
