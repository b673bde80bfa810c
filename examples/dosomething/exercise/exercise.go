// Exercise: estimate pi. Several processes throw darts at a square, and count those that hit the
// quarter circle in it. The share of the hits is a quarter of pi.
//
//	go run ./examples/dosomething/exercise     shows what your program does
//	go test ./examples/dosomething/exercise    says whether it is right
package main

// Throw throws count darts at the square from (0, 0) to (1, 1), and returns how many of them are
// less than 1 away from (0, 0). Which darts these are depends on the seed and on the number of the
// task, and on nothing else: so the estimate is the same, whichever process does which task.
func Throw(seed, task, count int) (hits int, err error) {
	return 0, errNotBegun // write your program here
}
