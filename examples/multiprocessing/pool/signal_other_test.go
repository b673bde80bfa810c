//go:build !unix

package pool_test

func ignoreSIGTERM() {}
func parent(string)  {}
