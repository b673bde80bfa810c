// Exercise: a pool by hand that survives its workers. In the first program of the page, a worker that
// dies takes the whole program along. Here its death is the answer to one task.
//
//	go run ./examples/multiprocessing/exercise     shows what your program does
//	go test ./examples/multiprocessing/exercise    says whether it is right
package main

// Answers gives each task to a worker, and returns an answer for each, in the order of the tasks. Up
// to p workers are at work at the same time. start, in given.go, starts one; its method square gives
// it a task and waits for the answer. If square returns an error, the worker is dead. The error is the
// task's answer: no other worker gets this task. A new worker takes the next one. Workers
// that are alive at the end are ended by their method end.
func Answers(tasks []int, p int) (answers []answer, err error) {
	return nil, errNotBegun // write your program here
}
