// Package browse is what the pages over people, groups, agents, roles and data
// sources are made of: a [Browser] is a list of records beside the details of the
// one selected, an [Object] is one record with tabs. A page says which columns,
// details and acts there are; reading in commands, late answers, export, history
// and copying are here, and so is what their acts share: the [Subject] an act is
// about, and the [Giving] of grants on a target.
package browse
