//go:build !cgo

package store

import (
	"database/sql/driver"
	"errors"

	"countersign/domain"
)

// newConnector refuses: without cgo there is no SQLite in the program.
func newConnector(string, map[string]string) (driver.Connector, error) {
	return nil, domain.Errorf(domain.Internal, "this program was built without a C compiler, and SQLite needs one").
		Hinted("install one (apt install gcc, or xcode-select --install) and build again with CGO_ENABLED=1")
}

func faultOf(error) fault { return noFault }

func putRows(any, packed) (int, error) { return 0, errors.ErrUnsupported }

type question struct{}

func asking(any, packed) (*question, error)                 { return nil, errors.ErrUnsupported }
func (*question) next() (rows []byte, more bool, err error) { return nil, false, errors.ErrUnsupported }
func (*question) close() error                              { return nil }
