package main

import (
	"strings"
)

// runOffByOne cuts the file at bytes, wherever they fall. A word across a border
// then has two halves, and each process counts its half as a word.
func runOffByOne(args []string) error {
	fs := newFlags("offbyone")
	name := fs.String("in", "", "the text `file`; without one, a million bytes are generated")
	p := intFlag(fs, "p", 4, 2, 64, "up to how many processes")
	if err := parse(fs, args); err != nil {
		return err
	}
	in, err := openInput(*name)
	if err != nil {
		return err
	}
	defer in.close()
	c, err := startCrew(*p, "words-child", "0")
	if err != nil {
		return err
	}
	return c.end(in.checked(c.countTwice(in)))
}

func (c crew) countTwice(in *input) error {
	job := wordJob{schedule: "static", limit: 256 << 20}
	job.ends = "" // NOTE: incorrect: a border may fall into a word
	for p := 1; p <= len(c); p++ {
		sum, err := c[:p].countWords(in, job, func(entry) {})
		if err != nil {
			return err
		}
		cuts, err := cutWords(in, int64(p))
		if err != nil {
			return err
		}
		say("P=%d: %d words%s", p, sum.words, strings.Join(cuts, ""))
	}
	return nil
}

// cutWords returns the words into which a border between p ranges falls, the
// border marked.
func cutWords(in *input, p int64) ([]string, error) {
	var words []string
	for i := range p {
		at := in.size * i / p
		before, after := make([]byte, min(at, 20)), make([]byte, min(in.size-at, 20))
		if _, err := in.file.ReadAt(before, at-int64(len(before))); err != nil {
			return nil, shorter(err)
		}
		if _, err := in.file.ReadAt(after, at); err != nil {
			return nil, shorter(err)
		}
		left := before[strings.LastIndexAny(string(before), whiteSpace)+1:]
		right := string(after)
		if i := strings.IndexAny(right, whiteSpace); i >= 0 {
			right = right[:i]
		}
		if len(left) > 0 && len(right) > 0 {
			words = append(words, "  "+printable(string(left)+"|"+right))
		}
	}
	return words, nil
}
