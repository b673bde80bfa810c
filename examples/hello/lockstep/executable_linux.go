package lockstep

import "os"

// executable returns a path of the program that runs in this process. If its file was replaced or
// removed since, that is not the path it was started by: a child must not be another program.
func executable() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	const running = "/proc/self/exe"
	ours, err := os.Stat(running)
	if err != nil {
		return "", err
	}
	if now, err := os.Stat(path); err != nil || !os.SameFile(now, ours) {
		return running, nil
	}
	return path, nil
}
