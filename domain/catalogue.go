package domain

import (
	"embed"
	"encoding/json"
	"slices"
	"strings"
)

// catalogues holds one file a catalogue: its areas depth first, as JSON of
// Area (seed: PolyAI, role permissions and user management); and below moves
// one file a mapping from one to the next (PRODUCT 9.2).
//
//go:embed catalogue/*.json catalogue/moves/*.json
var catalogues embed.FS

// Names of the shipped catalogues.
const (
	CatalogueStudio  = "agent-studio"         // 13 areas, as of June 2026
	CatalogueClassic = "agent-studio-classic" // 5 areas, as of March 2026
	CatalogueAugust  = "agent-studio-2026-08" // as of August 2026: KPIs are called Metrics, Smart Analyst is gone
)

// Generation is one shipped state of the product's areas.
type Generation struct {
	Name  string // of the catalogue: "agent-studio"
	Short string // "2026-06"
	Since string // the month it is as of: "2026-06"
	About string // what is new in it, in plain words
}

// Generations lists the shipped catalogues, the newest first (PRODUCT 9.2).
func Generations() []Generation {
	return []Generation{
		{CatalogueAugust, "2026-08", "2026-08", "KPIs are called Metrics; Smart Analyst is gone"},
		{CatalogueStudio, "2026-06", "2026-06", "13 areas; PolyScore, A/B testing and Compare versions are new"},
		{CatalogueClassic, "classic", "2026-03", "5 areas: Analytics, Build, Channels, Configure, Deployments"},
	}
}

// FindGeneration gives a shipped catalogue by its name or its short name; none
// is NotFound.
func FindGeneration(name string) (Generation, error) {
	for _, g := range Generations() {
		if Fold(name) == g.Name || Fold(name) == g.Short {
			return g, nil
		}
	}
	return Generation{}, Errorf(NotFound, "there is no catalogue %q", name).
		Hinted("use one of: %s", strings.Join(Catalogues(), ", "))
}

// Catalogues names the shipped catalogues, the newest first.
func Catalogues() []string {
	var out []string
	for _, g := range Generations() {
		out = append(out, g.Name)
	}
	return out
}

// Catalogue gives the areas of a shipped catalogue, parents before children.
// The slice is the caller's own. A name that is none is NotFound.
func Catalogue(name string) ([]Area, error) {
	if !slices.Contains(Catalogues(), name) {
		return nil, Errorf(NotFound, "there is no catalogue %q", name).
			Hinted("use one of: %s", strings.Join(Catalogues(), ", "))
	}
	var areas []Area
	err := readCatalogueFile("catalogue/"+name+".json", &areas)
	return areas, err
}

func readCatalogueFile(path string, into any) error {
	raw, err := catalogues.ReadFile(path)
	if err != nil {
		return Errorf(Internal, "the file %q cannot be read: %v", path, err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return Errorf(Internal, "the file %q is not readable: %v", path, err)
	}
	return nil
}
