// want: it crashed
package main

func Double(n int) (int, error) { panic("no idea") }
