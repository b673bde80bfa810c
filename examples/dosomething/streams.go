package main

// runStreams gives every task a stream of its own: it depends on the seed and the task's number,
// not on the process that does the task, nor on when.
func runStreams(args []string) error { return showStreams("streams", "streams-child", args) }

func streamsChild(args []string) error { return streamsOf(args, stream) }
