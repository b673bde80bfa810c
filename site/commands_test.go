package site

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// ran returns the commands of a script that are run line by line, as a person types them in the repository's root: what
// the driver calls by the concept's name is the program of that folder, run from its source, or, under mpirun, built.
func ran(t *testing.T, script string) map[int]string {
	t.Helper()
	concept := strings.Split(script, "/")[0]
	text, _, _ := strings.Cut(source(t, "testdata/"+script), "\n-- ")
	commands := map[int]string{}
	for i, line := range strings.Split(text, "\n") {
		words, quoted := split(line)
		for len(words) > 0 && (words[0] == "!" || strings.HasPrefix(words[0], "[")) {
			words, quoted = words[1:], quoted[1:]
		}
		if len(words) < 2 || strings.HasPrefix(line, "#") {
			continue
		}
		end := ""
		switch words[0] {
		case "exec":
			words, quoted = words[1:], quoted[1:]
		case "exits":
			words, quoted = words[2:], quoted[2:]
		case "start":
			words, quoted, end = words[2:], quoted[2:], " &"
		default:
			continue
		}
		if words[0] == "sh" && words[1] == "-c" {
			// What the shell is given is what a person types: there, the program may come after a pipe.
			commands[i+1] = regexp.MustCompile(`(^|[|;&(] *)`+concept+`( |$)`).ReplaceAllString(words[2], "${1}go run ./examples/"+concept+"$2")
			continue
		}
		if words[0] == concept {
			quoted = append([]string{"go", "run", "./examples/" + concept}, quoted[1:]...)
		} else if slices.Contains(words, "mpirun") {
			if at := slices.Index(words, concept); at > 0 {
				quoted[at] = "bin/" + concept
			}
		}
		typed := strings.Join(quoted, " ")
		for _, own := range []string{" -C $ROOT", "$ROOT/", "$WORK/", "$exe"} {
			typed = strings.ReplaceAll(typed, own, "")
		}
		commands[i+1] = typed + end
	}
	return commands
}

// split splits a line of a script into its words, and returns them without and with their quotes.
func split(line string) (words, quoted []string) {
	var word, raw strings.Builder
	in, open := false, false
	end := func() {
		if in {
			words, quoted = append(words, word.String()), append(quoted, raw.String())
		}
		word.Reset()
		raw.Reset()
		in = false
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\'' && open && i+1 < len(line) && line[i+1] == '\'':
			word.WriteByte(c)
			raw.WriteString("''")
			i++
		case c == '\'':
			open, in = !open, true
			raw.WriteByte(c)
		case !open && c == '#':
			end()
			return words, quoted
		case !open && (c == ' ' || c == '\t' || c == '\r'):
			end()
		default:
			in = true
			word.WriteByte(c)
			raw.WriteByte(c)
		}
	}
	end()
	return words, quoted
}

// A command is shown as it is typed, it is the one that ran, in its phase and in its order, and the copy button gives the
// very same.
func TestShownCommandsAreWhatRan(t *testing.T) {
	checked := 0
	for _, p := range builtBook(t) {
		checked += shownCommandsAreWhatRan(t, p)
	}
	if checked == 0 {
		t.Error("no page shows a command")
	}
}

func shownCommandsAreWhatRan(t *testing.T, p page) (checked int) {
	t.Helper()
	for _, session := range elements(p.doc, "figure", "session") {
		script, copied := attr(session, "data-script"), attr(session, "data-copy")
		var want []string
		phase, next := phaseOf(t, session)
		commands := ran(t, script)
		for _, line := range slices.Sorted(maps.Keys(commands)) {
			if phase <= line && line < next && !slices.Contains(want, commands[line]) {
				want = append(want, commands[line])
			}
		}
		var shown []string
		for _, c := range elements(session, "div", "cmd") {
			// An outcome that is folded away shows its command again.
			if command := textOf(elements(c, "code", "")[0], ""); !slices.Contains(shown, command) {
				shown = append(shown, command)
			}
		}
		if !slices.Equal(shown, want) {
			t.Errorf("%s: the session of %s, line %d, shows the commands %q; what ran is %q", p.path, script, phase, shown, want)
		}
		for _, c := range shown {
			checked++
			if !strings.Contains("\n"+copied+"\n", "\n"+c+"\n") {
				t.Errorf("%s: the session of %s shows %q, and copying gives %q", p.path, script, c, copied)
			}
		}
	}
	return checked
}

// phaseOf returns the lines of a session's phase in its script: the first, and the first behind it.
func phaseOf(t *testing.T, session *html.Node) (from, to int) {
	t.Helper()
	lines := strings.Split(source(t, "testdata/"+attr(session, "data-script")), "\n")
	for _, c := range attr(session, "data-phase") {
		from = from*10 + int(c-'0')
	}
	if from < 1 || from > len(lines) || !strings.HasPrefix(lines[from-1], "#") {
		t.Fatalf("the session of %s has no claim in line %d", attr(session, "data-script"), from)
	}
	to = from
	for to <= len(lines) && strings.HasPrefix(lines[to-1], "#") {
		to++ // a claim of several lines
	}
	for to <= len(lines) && !strings.HasPrefix(lines[to-1], "#") && !strings.HasPrefix(lines[to-1], "-- ") {
		to++
	}
	return from, to
}

// A change to the source that is copied from a page is one that git can apply to the files as they are.
func TestCopiedPatchesApply(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git found: apt-get install git")
	}
	patches := 0
	for _, p := range builtBook(t) {
		for _, session := range elements(p.doc, "figure", "session") {
			patches += applies(t, git, session, "")
		}
	}
	for _, session := range elements(piecesPage(t), "figure", "session") {
		patches += applies(t, git, session, pieces)
	}
	if patches == 0 {
		t.Error("no page shows a change to the source")
	}
}

// applies applies what a session's copy button gives for git to files that lie below from in the repository.
func applies(t *testing.T, git string, session *html.Node, from string) (patches int) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?s)git apply <<'EOF'\n(.*?\n)EOF\n`).FindAllStringSubmatch(attr(session, "data-copy"), -1) {
		dir := t.TempDir()
		for _, file := range regexp.MustCompile(`(?m)^\+\+\+ b/(\S+)$`).FindAllStringSubmatch(m[1], -1) {
			write(t, filepath.Join(dir, filepath.FromSlash(file[1])), source(t, from+file[1]))
		}
		cmd := exec.Command(git, "apply", "-")
		cmd.Dir = dir
		// Where no repository is around, git applies what it is told to the folder it is in.
		cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
		cmd.Stdin = strings.NewReader(m[1])
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("the change copied from %s does not apply: %v\n%s%s", attr(session, "data-script"), err, out, m[1])
		}
		patches++
	}
	return patches
}
