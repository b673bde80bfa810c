package main

import (
	"io"
	"math/rand/v2"
	"os"

	"example.com/lockstep/examples/hello/lockstep"
)

// runGen writes a text of made-up words. As in a language the most frequent word
// is twice as frequent as the second, three times as the third and so on, which
// is Zipf's law.
func runGen(f *lockstep.Flags) {
	mb := f.Number("mb", 1, 1, 1_000_000, "how many million bytes, to the end of a line")
	seed := f.Number("seed", 1, 0, 1<<31-1, "the text: the same for the same seed")
	out := f.String("out", "", "the new `file` to write; standard output if empty")
	f.Parse()
	if *out == "" {
		lockstep.Check(generate(os.Stdout, *mb, *seed))
		return
	}
	file, err := os.OpenFile(*out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	lockstep.Check(err)
	lockstep.Check(generate(file, *mb, *seed))
	lockstep.Check(file.Close())
}

const vocabulary = 10_000 // different words

func generate(to io.Writer, mb, seed int) error {
	words, wheel := makeWords(), makeWheel()
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	text := make([]byte, 0, 1<<16+256)
	for written, left := 0, mb*1_000_000; left > 0; left -= written {
		start := len(text)
		for range 4 + random.IntN(16) { // words of a line
			text = append(text, words[wheel[random.IntN(len(wheel))]]...)
			text = append(text, ' ')
		}
		text[len(text)-1] = '\n'
		written = len(text) - start
		if len(text) >= 1<<16 || left <= written {
			if _, err := to.Write(text); err != nil {
				return err
			}
			text = text[:0]
		}
	}
	return nil
}

// makeWords returns words of three letters and, from the 326th on, of six.
func makeWords() []string {
	var words []string
	for _, first := range "bdfghklmnprst" {
		for _, vowel := range "aeiou" {
			for _, last := range "lnrds" {
				words = append(words, string([]rune{first, vowel, last}))
			}
		}
	}
	short := len(words)
	swap := func(i, j int) { words[i], words[j] = words[j], words[i] }
	rand.New(rand.NewPCG(1, 1)).Shuffle(short, swap)
	for i := 0; len(words) < vocabulary; i++ {
		words = append(words, words[i/short]+words[i%short])
	}
	return words
}

// makeWheel returns numbers of words, each as often as its share by Zipf's law;
// so one random number yields a word. Whole numbers only: the same wheel on every
// machine.
func makeWheel() []uint16 {
	const slots, scale = 1 << 17, int64(1 << 32)
	total := int64(0)
	for i := range vocabulary {
		total += scale / int64(i+1)
	}
	wheel := make([]uint16, 0, slots)
	sum := int64(0)
	for i := range vocabulary {
		sum += scale / int64(i+1)
		for int64(len(wheel)) < sum*slots/total {
			wheel = append(wheel, uint16(i))
		}
	}
	return wheel
}
