// Package directory reads what directories of people export: Okta, Microsoft
// Entra, Google Workspace, Active Directory, baton, and the two standards, SCIM
// 2.0 (RFC 7643, 7644) and LDIF (RFC 2849).
//
// Open recognises a file by the names of its columns or by how it begins, and
// Next gives its people, groups and memberships one after the other. Columns
// and attributes are found by name, never by position. The package says what
// stands in a file; it knows nothing of the organisation.
//
// Two rules hold for every format.
//
//   - What a format is read by is what its maker published; each list of names
//     in this package says where.
//   - Only attributes that are asked for leave the file. Passwords, their
//     hashes, photos, keys and what second factors are made of are not decoded,
//     and no error shows them.
//
// Memory is bounded by the largest record, not by the file: 4 MiB for a row of
// a table, MostRecord for one object of SCIM or one entry of LDIF.
package directory
