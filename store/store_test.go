package store_test

import (
	"testing"

	"countersign/review"
	"countersign/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Contract(t, func(t testing.TB) review.Store { return storetest.Open(t) })
}
