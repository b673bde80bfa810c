package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// The balances belong to one process. The others share no memory with it and hold no lock: they
// send it a line over a Unix socket, and wait for its answer.
//
//	move 0 1 50   →   ok             balances   →   ok 50 150
//	move 0 1 999  →   no: not enough money in the account

// ownerRole keeps the balances in the folder it runs in, until its input ends.
func ownerRole(args []string) error {
	balances, err := parseInts(args[1:]) // the first is its name
	if err == nil {
		err = checkBalances(balances)
	}
	if err != nil {
		return err
	}
	listener, err := net.Listen("unix", "socket")
	if err != nil {
		return err
	}
	orders := orders()
	say("ready")
	requests := make(chan request)
	go accept(listener, requests)
	for {
		select {
		case r := <-requests: // one at a time: only this goroutine touches the balances
			r.answer <- answer(balances, r.line)
		case <-orders: // it has no other orders than the end
		}
	}
}

type request struct {
	line   string
	answer chan string
}

func accept(listener net.Listener, requests chan<- request) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return // no more tellers can come; those that are here are served
		}
		go func() {
			defer conn.Close()
			in := bufio.NewReaderSize(conn, 128)
			answer := make(chan string)
			for {
				// A line without an end may have lost its last digits: it is no request.
				line, err := in.ReadSlice('\n')
				if err != nil {
					return // the teller is gone, or its line is too long
				}
				requests <- request{string(line[:len(line)-1]), answer}
				if _, err := io.WriteString(conn, <-answer+"\n"); err != nil {
					return
				}
			}
		}()
	}
}

// answer does what the request says and returns what to tell the teller.
func answer(balances []int64, line string) string {
	word, rest, _ := strings.Cut(line, " ")
	numbers, err := parseInts(strings.Fields(rest))
	switch {
	case err != nil:
	case word == "balances" && len(numbers) == 0:
		return "ok " + strings.Join(formatInts(balances), " ")
	case word == "move" && len(numbers) == 3:
		from, to, amount := int(numbers[0]), int(numbers[1]), numbers[2]
		if err = checkMove(len(balances), from, to, amount); err != nil {
			break
		}
		if err = errFunds; balances[from] >= amount {
			balances[from] -= amount
			balances[to] += amount
			return "ok"
		}
	default:
		err = fmt.Errorf("not a request: %q", line)
	}
	return "no: " + err.Error()
}

func parseInts(fields []string) ([]int64, error) {
	numbers := make([]int64, len(fields))
	for i, f := range fields {
		var err error
		if numbers[i], err = strconv.ParseInt(f, 10, 64); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

func formatInts(numbers []int64) []string {
	fields := make([]string, len(numbers))
	for i, n := range numbers {
		fields[i] = strconv.FormatInt(n, 10)
	}
	return fields
}
