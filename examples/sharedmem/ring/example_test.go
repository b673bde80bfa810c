package ring_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"unsafe"

	"example.com/lockstep/examples/sharedmem/ring"
)

// shared stands for a mapping with MAP_SHARED, which is aligned to a page.
func shared(n int) []byte {
	b := make([]byte, n+64)
	return b[-int(uintptr(unsafe.Pointer(&b[0])))&63:][:n]
}

// If the two are processes, both map mem, and each has one end of a socket pair: a or b.
func Example() {
	ctx := context.Background()
	mem := shared(ring.Size(1024))
	if err := ring.Format(mem); err != nil {
		fmt.Println(err)
		return
	}
	a, b := net.Pipe()

	go func() { // the other process
		w, err := ring.OpenWriter(mem, a)
		if err != nil {
			return
		}
		defer w.Close()
		for i := range 3 {
			room, err := w.Reserve(ctx, 9)
			if err != nil {
				return
			}
			copy(room, fmt.Sprintf("message %d", i))
			w.Commit()
		}
	}()

	r, err := ring.OpenReader(mem, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	for {
		message, err := r.Next(ctx)
		if err == io.EOF {
			fmt.Println("that was all")
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s\n", message)
	}
	// Output:
	// message 0
	// message 1
	// message 2
	// that was all
}

func ExampleOpenReader_foreign() {
	a, b := net.Pipe()
	defer b.Close()
	_, err := ring.OpenReader(shared(ring.Size(1024)), a)
	fmt.Println(err)
	// Output: ring: not a ring: magic is 0x0, want 0x676e69722d6b636c
}

// A side that is gone without Close has died. What it had committed still arrives.
func ExampleReader_Next_peerDied() {
	ctx := context.Background()
	mem := shared(ring.Size(1024))
	if err := ring.Format(mem); err != nil {
		fmt.Println(err)
		return
	}
	a, b := net.Pipe()
	w, err := ring.OpenWriter(mem, a)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := ring.OpenReader(mem, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	room, err := w.Reserve(ctx, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	copy(room, "last words")
	w.Commit()
	a.Close() // what the kernel does when a process is killed

	message, err := r.Next(ctx)
	fmt.Printf("%s, %v\n", message, err)
	_, err = r.Next(ctx)
	fmt.Println(err)
	// Output:
	// last words, <nil>
	// ring: the other side died without closing
}

func ExampleWriter_Drain() {
	ctx := context.Background()
	mem := shared(ring.Size(64))
	if err := ring.Format(mem); err != nil {
		fmt.Println(err)
		return
	}
	a, b := net.Pipe()
	w, err := ring.OpenWriter(mem, a)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := ring.OpenReader(mem, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	taken := 0
	go func() {
		for {
			if _, err := r.Next(ctx); err != nil {
				return
			}
			taken++
		}
	}()
	for range 1000 {
		if _, err := w.Reserve(ctx, 8); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(w.Drain(ctx), taken)
	w.Close()
	// Output: <nil> 1000
}
