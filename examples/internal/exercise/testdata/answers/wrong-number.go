// want: twice 21 is 42
package main

func Double(n int) (int, error) { return n + 1, nil }
