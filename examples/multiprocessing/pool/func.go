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

// A Future is the answer to a task that was submitted, once it is there.
type Future[Out any] struct {
	done chan struct{}
	out  Out
	err  error
}

// Wait returns the answer, or the cause of the end of ctx. This ctx limits the waiting only: the
// task goes on.
func (f *Future[Out]) Wait(ctx context.Context) (Out, error) {
	select {
	case <-f.done:
		return f.out, f.err
	default:
	}
	select {
	case <-f.done:
		return f.out, f.err
	case <-ctx.Done():
		var zero Out
		return zero, context.Cause(ctx)
	}
}

// Done returns a channel that is closed when the answer is there.
func (f *Future[Out]) Done() <-chan struct{} { return f.done }

// single is a call of one task.
type single[In, Out any] struct {
	f      *Function[In, Out]
	p      *Pool
	arg    []byte
	future *Future[Out]
	unhook func() bool
	why    error // guarded by Pool.mu
}

func (s *single[In, Out]) ended() error { return s.why }

func (s *single[In, Out]) gather() *run {
	return &run{n: 1, call: s, name: s.f.name, index: -1, args: s.arg}
}

func (s *single[In, Out]) answer(a answer) {
	s.unhook()
	r, _, _ := cutReply(a.replies) // there is none if the pool answers
	s.future.err = s.f.result(&s.future.out, r, a.err, -1, s.p.conf.maxSize)
	close(s.future.done)
}

// Submit gives the pool a task and returns without waiting for the answer. It waits while the
// pool's queue is full. When ctx ends, the task is cancelled.
func (f *Function[In, Out]) Submit(ctx context.Context, p *Pool, in In) *Future[Out] {
	s := &single[In, Out]{f: f, p: p, future: &Future[Out]{done: make(chan struct{})}}
	arg, err := f.appendArg(nil, &in, p.conf.maxSize)
	if err == nil {
		err = context.Cause(ctx)
	}
	s.unhook = onEnd(ctx, p, s, &s.why)
	if err == nil {
		s.arg = arg
		err = p.push(ctx, s)
	}
	if err != nil {
		s.answer(answer{err: err})
	}
	return s.future
}

// Call runs a task and waits for its answer.
func (f *Function[In, Out]) Call(ctx context.Context, p *Pool, in In) (Out, error) {
	future := f.Submit(ctx, p, in)
	<-future.done // if ctx ends, the task is cancelled, and this is when it is over
	return future.out, future.err
}

// onEnd cancels a call's tasks when ctx ends.
func onEnd(ctx context.Context, p *Pool, c call, why *error) func() bool {
	return context.AfterFunc(ctx, func() {
		cause := context.Cause(ctx)
		p.mu.Lock()
		*why = cause
		p.mu.Unlock()
		p.cancel(cause, func(other call) bool { return other == c })
	})
}
