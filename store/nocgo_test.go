//go:build !cgo

package store_test

import (
	"path/filepath"
	"strings"
	"testing"

	"countersign/store"
)

func TestWithoutACompiler(t *testing.T) {
	_, err := store.Create(t.Context(), filepath.Join(t.TempDir(), "x.db"), store.Options{})
	if err == nil || !strings.Contains(err.Error(), "apt install gcc") {
		t.Errorf("without cgo: %v", err)
	}
}
