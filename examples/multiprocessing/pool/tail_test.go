package pool

import (
	"strings"
	"testing"
)

func TestTail(t *testing.T) {
	noise := strings.Repeat("noise, and no panic: at all\n", 1000)
	trace := strings.Repeat("goroutine 1 [running]\n", 1000)
	for _, tt := range []struct{ text, begin, end string }{
		{"", "", ""},
		{"short\n", "short\n", "short\n"},
		{noise + "the end\n", "", "the end\n"},
		{"panic: oh\n" + trace + "the end\n", "panic: oh\n", "the end\n"},
		{noise + "fatal error: out\n" + trace + "the end\n", "fatal error: out\n", "the end\n"},
		{noise + "panic: oh\n", "", "panic: oh\n"},
	} {
		for _, size := range []int{1, 7, 1000, 1 << 20} {
			var tl tail
			for rest := tt.text; rest != ""; {
				n := min(size, len(rest))
				tl.Write([]byte(rest[:n]))
				rest = rest[n:]
			}
			got := tl.String()
			if !strings.HasPrefix(got, tt.begin) || !strings.HasSuffix(got, tt.end) || len(got) > tailSize+8 {
				t.Errorf("writes of %d bytes: %d bytes, %.40q", size, len(got), got)
			}
		}
	}
}
