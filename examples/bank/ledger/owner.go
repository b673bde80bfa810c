package ledger

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Serve owns the balances. Nobody else touches them: the others send it requests, a line each, and
// wait for its answers. It returns the balances when all connections have ended. A connection can
// be a socket, or [Pipes] to a child.
//
//	move 0 1 50   →   ok             balances   →   ok 50 150
//	move 0 1 999  →   no: not enough money in the account
func Serve(balances []int64, conns ...io.ReadWriteCloser) ([]int64, error) {
	if err := checkBalances(balances); err != nil {
		return nil, err
	}
	balances = slices.Clone(balances)
	requests := make(chan request)
	var open sync.WaitGroup
	for _, conn := range conns {
		open.Go(func() {
			defer conn.Close()
			receive(conn, requests)
		})
	}
	go func() {
		open.Wait()
		close(requests)
	}()
	for r := range requests { // one at a time: only this goroutine touches the balances
		r.answer <- answer(balances, r.line)
	}
	return balances, nil
}

type request struct {
	line   string
	answer chan string
}

// receive passes on the requests of one connection, and sends the answers back.
func receive(conn io.ReadWriter, requests chan<- request) {
	in := bufio.NewReaderSize(conn, 128)
	answer := make(chan string)
	for {
		// A line without an end may have lost its last digits: it is no request.
		line, err := in.ReadSlice('\n')
		if err != nil {
			return // the client is gone, or its line is too long
		}
		requests <- request{string(line[:len(line)-1]), answer}
		if _, err := io.WriteString(conn, <-answer+"\n"); err != nil {
			return
		}
	}
}

// answer carries out a request, and returns what to tell the client.
func answer(balances []int64, line string) string {
	if line == "balances" {
		return "ok " + strings.Trim(fmt.Sprint(balances), "[]")
	}
	var from, to int
	var amount int64
	fmt.Sscanf(line, "move %d %d %d", &from, &to, &amount)
	if line != move(from, to, amount) { // exactly so: no overflow, nothing after it
		return fmt.Sprintf("no: not a request: %q", line)
	}
	if err := checkMove(len(balances), from, to, amount); err != nil {
		return "no: " + err.Error()
	}
	if balances[from] < amount {
		return "no: " + ErrFunds.Error()
	}
	balances[from] -= amount
	balances[to] += amount
	return "ok"
}

// move returns the request to move money.
func move(from, to int, amount int64) string { return fmt.Sprintf("move %d %d %d", from, to, amount) }

// A Client is a ledger whose balances another process owns: see [Serve]. If its own process is
// killed, the owner has the whole request or nothing. If the owner is killed, the balances are gone.
//
// A Client is for one goroutine at a time. Each process needs a connection of its own.
type Client struct {
	conn io.ReadWriteCloser
	in   *bufio.Reader
}

// NewClient returns a client that talks to the owner at the other end of the connection. Close
// closes it.
func NewClient(conn io.ReadWriteCloser) *Client { return &Client{conn, bufio.NewReader(conn)} }

// Move asks the owner to move money. If the owner is gone before it has answered, the error is
// ErrUnknown.
func (l *Client) Move(from, to int, amount int64) error {
	_, err := l.ask(move(from, to, amount))
	return err
}

// Balances asks the owner for all balances.
func (l *Client) Balances() ([]int64, error) {
	answer, err := l.ask("balances")
	if err != nil {
		return nil, err
	}
	var balances []int64
	for _, field := range strings.Fields(answer) {
		balance, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, err
		}
		balances = append(balances, balance)
	}
	return balances, nil
}

// Close closes the connection.
func (l *Client) Close() error { return l.conn.Close() }

// ask sends a request and waits for the answer.
func (l *Client) ask(line string) (string, error) {
	_, err := io.WriteString(l.conn, line+"\n")
	answer := ""
	if err == nil {
		answer, err = l.in.ReadString('\n')
	}
	if err != nil {
		return "", fmt.Errorf("%w: the owner does not answer: %w", ErrUnknown, err)
	}
	answer = strings.TrimSuffix(answer, "\n")
	if reason, no := strings.CutPrefix(answer, "no: "); no {
		if reason == ErrFunds.Error() {
			return "", ErrFunds
		}
		return "", errors.New(reason)
	}
	return strings.TrimPrefix(answer, "ok"), nil
}
