package store

import "database/sql"

// Pools gives a store's pools of connections, writer first, to tests.
func Pools(s *Store) (write, read *sql.DB) { return s.write, s.read }
