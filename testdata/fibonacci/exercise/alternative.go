package main

// Call goes down the tree in a loop: at each level it starts a process for the larger call and keeps
// the smaller one. It computes what is left at the bottom, and then collects the answers.
func Call(n, depth int, fork func(n, depth int) (join func() (int, error))) (int, error) {
	var joins []func() (int, error)
	for ; n > 1 && depth > 0; depth-- {
		joins = append(joins, fork(n-1, depth-1))
		n -= 2
	}
	sum := fib(n)
	for _, join := range joins {
		value, err := join()
		if err != nil {
			return 0, err
		}
		sum += value
	}
	return sum, nil
}
