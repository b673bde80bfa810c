package pool

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"sync"
)

// A Function is a function that workers can run, with the name by which they know it.
type Function[In, Out any] struct {
	name  string
	fn    func(context.Context, In) (Out, error)
	codec Codec
	plain bool // encoding runs no code but this package's, which does not panic

	// A worker's argument and result: it runs one task at a time, and so needs one of each.
	in  In
	out Out
}

// registry holds every Function of the program, as what a worker needs of it.
var registry = struct {
	sync.RWMutex
	serve map[string]server
}{serve: map[string]server{}}

// A server runs a task: it decodes arg, calls the function, and appends what there is to say of its end.
type server func(ctx context.Context, dst []byte, arg []byte, maxSize int) (ending, []byte)

// Func registers fn under a name. Call it where both the program and its workers come by before
// [Serve]: in the declaration of a package's variable. A codec, if one is given, says how arguments and
// results travel; the default is [Auto].
//
// A worker runs one task at a time. The context given to fn ends if the task is cancelled, and
// with the worker. Func panics, with a sentence that says what is wrong, if the name is taken or is not
// 1 to 255 bytes long, or if In or Out is a type whose values Auto cannot send.
func Func[In, Out any](name string, fn func(ctx context.Context, in In) (Out, error), codec ...Codec) *Function[In, Out] {
	f := &Function[In, Out]{name: name, fn: fn, codec: Auto}
	if name == "" || len(name) > 255 || fn == nil || len(codec) > 1 {
		panic(fmt.Sprintf("pool: function %q: want a name of 1 to 255 bytes, a function, and one codec at most", name))
	}
	if len(codec) == 1 {
		f.codec = codec[0]
	}
	if f.codec == Auto {
		f.plain = isPlain(new(In)) && isPlain(new(Out))
		if _, err := formOf(reflect.TypeFor[In]()); err != nil {
			panic(fmt.Sprintf("pool: function %q: argument: %v", name, err))
		}
		if _, err := formOf(reflect.TypeFor[Out]()); err != nil {
			panic(fmt.Sprintf("pool: function %q: result: %v", name, err))
		}
	}
	registry.Lock()
	defer registry.Unlock()
	if registry.serve[name] != nil {
		panic(fmt.Sprintf("pool: function %q is registered twice", name))
	}
	registry.serve[name] = f.serve
	return f
}

// encode appends v to dst. The codec may be the user's, and panic.
func (f *Function[In, Out]) encode(dst []byte, v any) (out []byte, err error) {
	if !f.plain {
		defer guard(&err)
	}
	return f.codec.Append(dst, v)
}

func (f *Function[In, Out]) decode(data []byte, v any) (err error) {
	if !f.plain {
		defer guard(&err)
	}
	return f.codec.Decode(data, v)
}

func guard(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("panic: %v", r)
	}
}

// Name returns the name f is registered under.
func (f *Function[In, Out]) Name() string { return f.name }

// appendArg appends a task's argument, as an item.
func (f *Function[In, Out]) appendArg(dst []byte, in *In, maxSize int) ([]byte, error) {
	start := len(dst)
	if n := knownSize(in); n > maxSize {
		return dst, &SizeError{"argument", n, maxSize}
	}
	out, err := f.encode(openItem(dst), in)
	if err != nil {
		return dst, &CodecError{"encode argument", err}
	}
	if n := len(out) - start - itemHeader; n > maxSize {
		return dst, &SizeError{"argument", n, maxSize}
	}
	return closeItem(out, start), nil
}

// serve is the worker's side of a task. A panic is an answer too.
func (f *Function[In, Out]) serve(ctx context.Context, dst []byte, arg []byte, maxSize int) (end ending, out []byte) {
	returned := false
	defer func() {
		var in In
		var result Out
		f.in, f.out = in, result
		if returned {
			return
		}
		// Either a panic, or the task called runtime.Goexit: then recover gives nil, this
		// goroutine ends in spite of it, and the answer has to leave in another way.
		value := "the task called runtime.Goexit"
		r := recover()
		if r != nil {
			value = fmt.Sprint(r)
		}
		text := clip(value)
		end, out = endPanic, binary.AppendUvarint(dst, uint64(len(text)))
		out = append(append(out, text...), clip(string(debug.Stack()))...)
		if r == nil {
			exiting(ctx, end, out)
		}
	}()
	end, out = f.run(ctx, dst, arg, maxSize)
	returned = true
	return end, out
}

func (f *Function[In, Out]) run(ctx context.Context, dst []byte, arg []byte, maxSize int) (ending, []byte) {
	if err := f.decode(arg, &f.in); err != nil {
		return endRefused, append(dst, clip("decode argument: "+err.Error())...)
	}
	var err error
	if f.out, err = f.fn(ctx, f.in); err != nil {
		return endError, append(append(dst, errorCode(err)), clip(err.Error())...)
	}
	size := knownSize(&f.out)
	if size <= maxSize {
		out, err := f.encode(dst, &f.out)
		if err != nil {
			return endRefused, append(dst, clip("encode result: "+err.Error())...)
		}
		if size = len(out) - len(dst); size <= maxSize {
			return endResult, out
		}
	}
	return endTooBig, binary.AppendUvarint(dst, uint64(size))
}

// result turns the answer to a task into what the caller gets. An error counts if there is no
// result: a result would be a pity to lose.
func (f *Function[In, Out]) result(out *Out, r reply, err error, index, maxSize int) error {
	switch {
	case r.ending == endResult:
		if err = f.decode(r.item, out); err == nil {
			return nil
		}
		err = &CodecError{"decode result", err}
	case err == nil:
		err = failure(r, maxSize)
	}
	var zero Out
	*out = zero
	return &TaskError{f.name, index, err}
}

// failure makes an error of an answer that is one.
func failure(r reply, maxSize int) error {
	switch r.ending {
	case endError:
		if len(r.item) > 0 {
			return remoteError(r.item[0], string(r.item[1:]))
		}
	case endPanic:
		if value, stack, err := parseText(r.item); err == nil {
			return &PanicError{string(value), string(stack)}
		}
	case endRefused:
		return &CodecError{"worker", errors.New(string(r.item))}
	case endUnknown:
		return ErrNotRegistered
	case endTooBig:
		n, _ := binary.Uvarint(r.item)
		return &SizeError{"result", int(n), maxSize}
	}
	return &ProtocolError{"an answer without its content"}
}

// knownSize returns the encoded size of what needs no encoding to know it. A result of a GiB is
// refused before a second GiB holds its copy.
func knownSize(v any) int {
	switch v := v.(type) {
	case *[]byte:
		return len(*v) + 1
	case *string:
		return len(*v)
	}
	return 0
}

// clip bounds a text of an error.
func clip(s string) []byte { return []byte(s[:min(len(s), 16<<10)]) }
