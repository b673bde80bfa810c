package lockstep

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Flags are the flags of a variant. The methods of flag.FlagSet define them, and so do those below,
// which say what they accept. After Parse, all have their values.
type Flags struct {
	*flag.FlagSet
	args []string
}

func newFlags(variant string, args []string) *Flags {
	f := &Flags{flag.NewFlagSet(variant, flag.ContinueOnError), args}
	f.SetOutput(io.Discard) // Parse says it
	return f
}

// Parse reads the command line. It ends the program if the command line is wrong, with 2, and if it
// asks for help.
func (f *Flags) Parse() {
	err := f.FlagSet.Parse(f.args)
	switch {
	case err == flag.ErrHelp:
		var help strings.Builder
		f.SetOutput(&help)
		f.FlagSet.Usage()
		write(help.String())
		os.Exit(0)
	case err != nil:
		Usage("%v", err)
	case f.NArg() > 0:
		Usage("unexpected argument %q: %s takes flags only", f.Arg(0), f.Name())
	}
}

// Number defines a flag that takes a whole number from min to max.
func (f *Flags) Number(name string, value, min, max int, usage string) *int {
	n := value
	usage = fmt.Sprintf("%s, `number` from %d to %d (default %d)", usage, min, max, value)
	f.Func(name, usage, func(s string) error {
		v, err := strconv.Atoi(s)
		if err != nil || v < min || v > max {
			return fmt.Errorf("want a whole number from %d to %d", min, max)
		}
		n = v
		return nil
	})
	return &n
}

// Time defines a flag that takes a duration from min to max, such as 300ms.
func (f *Flags) Time(name string, value, min, max time.Duration, usage string) *time.Duration {
	d := value
	usage = fmt.Sprintf("%s, `duration` from %v to %v (default %v)", usage, min, max, value)
	f.Func(name, usage, func(s string) error {
		v, err := time.ParseDuration(s)
		if err != nil || v < min || v > max {
			return fmt.Errorf("want a duration from %v to %v", min, max)
		}
		d = v
		return nil
	})
	return &d
}

// Choice defines a flag that takes one of the words. The empty value means that none was chosen.
func (f *Flags) Choice(name, value, usage string, words ...string) *string {
	list := strings.Join(words, ", ")
	return f.checked(name, value, usage+": "+list, "want one of "+list,
		func(s string) bool { return slices.Contains(words, s) })
}

// Schedule defines a flag that takes the letters in any order; it is whose turn it is, step by step.
// The empty value means that none was chosen.
func (f *Flags) Schedule(name, value, letters, usage string) *string {
	return f.checked(name, value, usage, "want the letters "+letters+" in any order",
		func(s string) bool { return slices.Contains(Schedules(letters), s) })
}

// checked defines a flag whose argument must please ok.
func (f *Flags) checked(name, value, usage, want string, ok func(string) bool) *string {
	word := value
	if value != "" {
		usage += fmt.Sprintf(" (default %s)", value)
	}
	f.Func(name, usage, func(s string) error {
		if !ok(s) {
			return fmt.Errorf("%s", want)
		}
		word = s
		return nil
	})
	return &word
}
