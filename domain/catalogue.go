package domain

import (
	"embed"
	"encoding/json"
	"slices"
	"strings"
)

// catalogues holds one file a catalogue: its areas depth first, as JSON of
// Area (seed: PolyAI, role permissions and user management).
//
//go:embed catalogue/*.json
var catalogues embed.FS

// Names of the shipped catalogues.
const (
	CatalogueStudio  = "agent-studio"         // 13 areas, as of June 2026
	CatalogueClassic = "agent-studio-classic" // 5 areas, as of March 2026
)

// Catalogues names the shipped catalogues, the newest first.
func Catalogues() []string { return []string{CatalogueStudio, CatalogueClassic} }

// Catalogue gives the areas of a shipped catalogue, parents before children.
// The slice is the caller's own. A name that is none is NotFound.
func Catalogue(name string) ([]Area, error) {
	if !slices.Contains(Catalogues(), name) {
		return nil, Errorf(NotFound, "there is no catalogue %q", name).
			Hinted("use one of: %s", strings.Join(Catalogues(), ", "))
	}
	raw, err := catalogues.ReadFile("catalogue/" + name + ".json")
	if err != nil {
		return nil, Errorf(Internal, "the catalogue %q cannot be read: %v", name, err)
	}
	var areas []Area
	if err := json.Unmarshal(raw, &areas); err != nil {
		return nil, Errorf(Internal, "the catalogue %q is not readable: %v", name, err)
	}
	return areas, nil
}
