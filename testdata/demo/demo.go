// Package demo holds the made-up organisation of the demo: about sixty
// people, fifteen groups and twelve agents of a company that does not exist,
// with the situations that make reviews interesting (a leaver who still holds
// grants, nested groups, access that stays by another path, an intern with
// Edit on Deployments, an external with Edit, a window that is over, a
// sensitive agent open to the whole organisation, people who would review
// themselves).
package demo

import "embed"

// Files are the import files of the organisation, in the documented CSV
// forms: people, groups, members, agents, grants, areas, roles and what they
// permit, data sources and their ties, keys, usage.
//
//go:embed *.csv
var Files embed.FS
