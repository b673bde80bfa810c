//go:build unix && !linux && !darwin

package main

func marked(string) []int { return nil }
