package domain

import (
	"embed"
	"encoding/json"
	"slices"
	"strings"
)

// objectCatalogues holds one file a catalogue of objects and their fields
// (seed: Twenty; names from the product's public documentation).
//
//go:embed catalogue/objects/*.json
var objectCatalogues embed.FS

// ObjectsCRM is the shipped catalogue of objects: those of a CRM workspace.
const ObjectsCRM = "crm"

// ObjectCatalogues names the shipped catalogues of objects.
func ObjectCatalogues() []string { return []string{ObjectsCRM} }

// ObjectCatalogue gives the objects of a shipped catalogue and their fields.
// The slices are the caller's own. A name that is none is NotFound.
func ObjectCatalogue(name string) ([]Object, []Field, error) {
	if !slices.Contains(ObjectCatalogues(), name) {
		return nil, nil, Errorf(NotFound, "there is no catalogue of objects %q", name).
			Hinted("use one of: %s", strings.Join(ObjectCatalogues(), ", "))
	}
	raw, err := objectCatalogues.ReadFile("catalogue/objects/" + name + ".json")
	if err != nil {
		return nil, nil, Errorf(Internal, "the catalogue of objects %q cannot be read: %v", name, err)
	}
	var c struct {
		Objects []Object `json:"objects"`
		Fields  []Field  `json:"fields"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, nil, Errorf(Internal, "the catalogue of objects %q is not readable: %v", name, err)
	}
	return c.Objects, c.Fields, nil
}

// AdoptObjects makes the changes by which the organisation has a shipped
// catalogue's objects and fields: what is missing begins; what is there, and
// what the catalogue does not name, stays as it is. A name that is none is
// NotFound.
func AdoptObjects(o *Org, name string) ([]Change, error) {
	objects, fields, err := ObjectCatalogue(name)
	if err != nil {
		return nil, err
	}
	var out []Change
	for _, r := range objects {
		if _, there := o.Object(r.ID); !there {
			out = append(out, Begin(r))
		}
	}
	for _, r := range fields {
		if _, there := o.Field(r.ID); !there {
			out = append(out, Begin(r))
		}
	}
	return out, nil
}
