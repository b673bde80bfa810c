package main

// runQueue gives each process that is free the next number.
func runQueue(args []string) error { return runSchedule("queue", args, inOrder) }

func inOrder(numbers []int, _ int) source {
	return func(int) (n int, ok bool) {
		if len(numbers) == 0 {
			return 0, false
		}
		n, numbers = numbers[0], numbers[1:]
		return n, true
	}
}
