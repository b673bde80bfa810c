//go:build !linux

package pool

// There is no path to the file this process was started from but its name.
func samePath() (string, bool) { return "", false }
func nameProcess()             {}
