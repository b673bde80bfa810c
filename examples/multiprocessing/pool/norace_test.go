//go:build !race

package pool_test

//lint:ignore U1000 read by the tests that only Linux runs
const raceEnabled = false
