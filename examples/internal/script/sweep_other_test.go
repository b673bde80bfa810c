//go:build !linux

package script

func moreFacts() {}

func privateMemory() bool { return false }

var conditionsHold = map[string]string{
	"TMPDIR missing": "temporary file: .*",
}
