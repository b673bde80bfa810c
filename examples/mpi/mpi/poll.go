package mpi

import "runtime"

// Where ranks share processors, one that waits should give its processor to the one it waits for. Open
// MPI does, when it is told to (keepProcess). MPICH polls until its time is over, for milliseconds: this
// package begins the operation instead, asks whether it is done, and lets others run in between.

// waits has the blocking functions, by address, that are replaced so; nil where every rank has a processor.
var waits map[uintptr]wait

// A wait is how a blocking function is replaced.
type wait struct {
	// A function that begins something: what begins it without waiting, with the same first n parameters and
	// then the request. If status, the blocking function has a status in the request's place.
	begin  uintptr
	n      int
	status bool
	// One that waits for what has begun, or comes by itself: what asks, with the same parameters and one more,
	// of this number, for the answer.
	test uintptr
	flag int
}

// pollMessages replaces the functions that wait for one message. Where one side polls, the other may block.
func pollMessages() {
	waits = map[uintptr]wait{
		fn.Send:     {begin: fn.Isend, n: 6},
		fn.Ssend:    {begin: fn.Issend, n: 6},
		fn.Recv:     {begin: fn.Irecv, n: 6, status: true},
		fn.Mrecv:    {begin: fn.Imrecv, n: 4, status: true},
		fn.Sendrecv: {},
		fn.Wait:     {test: fn.Test, flag: 1},
		fn.Waitany:  {test: fn.Testany, flag: 3},
		fn.Probe:    {test: fn.Iprobe, flag: 3},
		fn.Mprobe:   {test: fn.Improbe, flag: 3},
	}
}

// pollCollectives replaces the collective operations. MPI forbids that one rank polls where another
// blocks: all must decide alike.
func pollCollectives() {
	for block, w := range map[uintptr]wait{
		fn.Barrier:    {begin: fn.Ibarrier, n: 1},
		fn.Bcast:      {begin: fn.Ibcast, n: 5},
		fn.Scatter:    {begin: fn.Iscatter, n: 8},
		fn.Scatterv:   {begin: fn.Iscatterv, n: 9},
		fn.Gather:     {begin: fn.Igather, n: 8},
		fn.Gatherv:    {begin: fn.Igatherv, n: 9},
		fn.Allgather:  {begin: fn.Iallgather, n: 7},
		fn.Allgatherv: {begin: fn.Iallgatherv, n: 8},
		fn.Alltoall:   {begin: fn.Ialltoall, n: 7},
		fn.Alltoallv:  {begin: fn.Ialltoallv, n: 9},
		fn.Reduce:     {begin: fn.Ireduce, n: 7},
		fn.Allreduce:  {begin: fn.Iallreduce, n: 6},
		fn.Scan:       {begin: fn.Iscan, n: 6},
		fn.Exscan:     {begin: fn.Iexscan, n: 6},
	} {
		waits[block] = w
	}
}

func (i *invocation) callOrPoll(address uintptr) int32 {
	if w, ok := waits[address]; ok {
		return i.poll(w)
	}
	return i.call(address)
}

// poll does what the blocking function would do with the arguments in i, and returns its code.
func (i *invocation) poll(w wait) int32 {
	if w == (wait{}) {
		return i.pollSendrecv()
	}
	if w.begin == 0 {
		copy(i.args[w.flag+1:], i.args[w.flag:len(i.args)-1])
		i.args[w.flag] = addressOf(&i.flag)
		return i.until(w.test)
	}
	status := uintptr(abi.integer[statusIgnore])
	if w.status {
		status = i.args[w.n]
	}
	i.args[w.n] = addressOf(&i.request[0])
	if code := i.call(w.begin); code != 0 {
		return code
	}
	return i.wait(0, status)
}

// wait waits for a request that i has begun.
func (i *invocation) wait(request int, status uintptr) int32 {
	i.args = arguments{addressOf(&i.request[request]), addressOf(&i.flag), status}
	return i.until(fn.Test)
}

// until calls test, with the arguments in i, until it fails or has set the flag.
func (i *invocation) until(test uintptr) int32 {
	for i.flag = 0; ; {
		if code := i.call(test); code != 0 || i.flag != 0 {
			return code
		}
		i.call(libc.schedYield) // to another process
		runtime.Gosched()       // to another goroutine of this one
	}
}

func (i *invocation) pollSendrecv() int32 {
	a := i.args
	i.args = arguments{a[5], a[6], a[7], a[8], a[9], a[10], addressOf(&i.request[0])}
	if code := i.call(fn.Irecv); code != 0 {
		return code
	}
	i.args = arguments{a[0], a[1], a[2], a[3], a[4], a[10], addressOf(&i.request[1])}
	code := i.call(fn.Isend)
	if code == 0 {
		code = i.wait(1, uintptr(abi.integer[statusIgnore]))
	}
	if code != 0 { // nothing may come any more, and the memory is the caller's
		i.args = arguments{addressOf(&i.request[0])}
		i.call(fn.Cancel)
		i.wait(0, a[11])
		return code
	}
	return i.wait(0, a[11])
}
