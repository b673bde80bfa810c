package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// builds holds the programs that have been built. They stay in the reader's cache, so that the next start is quick.
type builds struct {
	root, dir string
	mu        *sync.Mutex // one build at a time
}

func newBuilds(root string) (builds, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "lockstep", "live")
	return builds{root, dir, new(sync.Mutex)}, os.MkdirAll(dir, 0o700)
}

var packagePath = regexp.MustCompile(`^\./examples/[a-z0-9]+(/[a-z0-9]+)*$`)

// program builds a package of the book, and puts a name for the result into dir: a later build, in the middle of the
// run, does not change what runs. The message of an error is the compiler's.
func (b builds) program(ctx context.Context, dir, pkg string, race bool) (string, error) {
	if !packagePath.MatchString(pkg) {
		return "", fmt.Errorf("%q is no package of the book", pkg)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	name := strings.ReplaceAll(strings.TrimPrefix(pkg, "./examples/"), "/", "-")
	args := []string{"build"}
	if race {
		name += "-race"
		args = append(args, "-race")
	}
	name += exeSuffix
	built := filepath.Join(b.dir, name)
	build := exec.CommandContext(ctx, "go", append(args, "-o", built, pkg)...)
	build.Dir = b.root
	if out, err := build.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if len(out) == 0 {
			return "", err
		}
		return "", errors.New(strings.TrimSpace(string(out)))
	}
	// The name that the program has on the page, where it speaks of itself.
	own := filepath.Join(dir, ".bin", filepath.Base(pkg)+exeSuffix)
	if err := os.MkdirAll(filepath.Dir(own), 0o700); err != nil {
		return "", err
	}
	if os.Link(built, own) == nil {
		return own, nil
	}
	text, err := os.ReadFile(built) // another file system
	if err != nil {
		return "", err
	}
	return own, os.WriteFile(own, text, 0o700)
}
