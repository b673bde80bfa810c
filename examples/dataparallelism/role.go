package main

// role makes a role of run, which needs n arguments. The parent gives them; somebody who types the
// role's name may not.
func role(n int, run func(args []string) error) func(args []string) error {
	return func(args []string) error {
		if len(args) != n {
			return usagef("this role is for children: want %d arguments, got %d", n, len(args))
		}
		return run(args)
	}
}
