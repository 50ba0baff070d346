// Package domain says who may do what with an organisation's AI agents.
//
// It is pure: values in, values out. It opens no store, reads no clock and
// draws nothing; instants and identifiers are handed in.
package domain
