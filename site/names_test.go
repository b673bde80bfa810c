package site

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"
)

// A concept is a page, a program and scripts of one name.
func TestPageProgramAndScriptsBelongTogether(t *testing.T) {
	files, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range reading {
		want := map[string]bool{
			"content/" + c + ".md":              false,
			"examples/" + c + "/main.go":        false,
			"examples/" + c + "/script_test.go": false,
			"testdata/" + c + "/usage.txtar":    false,
		}
		if _, old := files["examples/"+c+"/cli.go"]; old {
			want["testdata/"+c+"/exercise.txtar"], want["examples/"+c+"/exercise.go"] = false, false
		} else {
			want["examples/"+c+"/first/main.go"], want["testdata/"+c+"/first.txtar"] = false, false
			want["examples/"+c+"/exercise/exercise.go"], want["testdata/"+c+"/exercise/solution.go"] = false, false
		}
		for name := range want {
			_, want[name] = files[name]
		}
		for name, ok := range want {
			if !ok {
				t.Errorf("%s is missing: a concept is content/%s.md, examples/%[2]s and testdata/%[2]s", name, c)
			}
		}
		if !regexp.MustCompile(fmt.Sprintf(`(?m)^weight: %d$`, i+1)).Match(files["content/"+c+".md"]) {
			t.Errorf("content/%s.md:1: the weight must be %d, its place in the reading order", c, i+1)
		}
	}
	concepts(t)
}

// The README's table has a row for each concept.
func TestReadmeListsEveryConcept(t *testing.T) {
	readme := readRoot(t, "README.md")
	for _, c := range concepts(t) {
		row := fmt.Sprintf("[%s](content/%[1]s.md)", c)
		if !strings.Contains(readme, row) {
			t.Errorf("README.md: the table has no %s", row)
		}
	}
	for _, m := range regexp.MustCompile(`\]\(content/(\w+)\.md\)`).FindAllStringSubmatch(readme, -1) {
		source(t, "content/"+m[1]+".md")
	}
	if words := len(strings.Fields(readme)); words >= 400 {
		t.Errorf("README.md has %d words; it should have fewer than 400", words)
	}
}

// The page for those who come from Python has every public name of Python's modules, and those of their classes in
// the section that is about them: on the left of a row, or among what has no counterpart.
func TestMappingHasEveryName(t *testing.T) {
	t.Parallel()
	mapped := map[string]map[string]bool{"any": {}}
	section := "any"
	for line := range strings.Lines(readRoot(t, "content/appendix/python.md")) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.TrimSpace(heading)
			mapped[section] = map[string]bool{}
		}
		if row, ok := strings.CutPrefix(line, "|"); ok {
			line, _, _ = strings.Cut(row, "|")
		} else if !strings.HasPrefix(line, "What is left") {
			continue
		}
		for _, code := range regexp.MustCompile("`[^`]+`").FindAllString(line, -1) {
			for _, name := range regexp.MustCompile(`\w+`).FindAllString(code, -1) {
				mapped[section][name], mapped["any"][name] = true, true
			}
		}
	}
	for line := range strings.Lines(readRoot(t, "site/testdata/python/names.txt")) {
		names := strings.Split(strings.TrimSpace(line), "\t")
		for _, name := range names[2:] {
			if !mapped[names[0]][name] {
				t.Errorf("content/appendix/python.md: no row for %s of %s, section: %s", name, names[1], names[0])
			}
		}
	}
}

// Every variant of a program appears in one of its scripts, and every script names its program.
func TestEveryVariantHasAScript(t *testing.T) {
	files, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	variant := regexp.MustCompile(`(?m)^\t(?:\{|p\.Variant\()"([\w-]+)", "([^"]+)",`)
	for _, c := range concepts(t) {
		var scripts strings.Builder
		for name, text := range files {
			if ok, _ := path.Match("testdata/"+c+"/*.txtar", name); ok {
				scripts.Write(text)
			}
		}
		main := string(files["examples/"+c+"/main.go"])
		for n, m := range variant.FindAllStringSubmatchIndex(main, -1) {
			name := main[m[2]:m[3]]
			// A program built by the script itself is named after its concept, too: bank-race.
			ran := regexp.MustCompile(`(?m)\b` + c + `\S* ` + name + `\b`).MatchString(scripts.String())
			if n == 0 && !ran {
				ran = regexp.MustCompile(`(?m)\b` + c + `( -|$)`).MatchString(scripts.String())
			}
			if !ran {
				line := 1 + strings.Count(main[:m[0]], "\n")
				t.Errorf("examples/%s/main.go:%d: no script in testdata/%s runs `%s %s`", c, line, c, c, name)
			}
		}
	}
}

// Each script is shown or listed on its page: one click from the page to the script.
func TestEveryScriptIsOnItsPage(t *testing.T) {
	files, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, p := range builtBook(t) {
		for _, a := range elements(p.doc, "a", "") {
			listed[path.Join("/", path.Dir(p.path), attr(a, "href"))] = true
		}
	}
	for name := range files {
		if m := regexp.MustCompile(`^testdata/(\w+)/([^/]+\.(txtar|bench))$`).FindStringSubmatch(name); m != nil {
			if url := "/" + m[1] + "/" + m[2]; !listed[url] {
				t.Errorf("%s: no page links to it", name)
			}
		}
	}
}
