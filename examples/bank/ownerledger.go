package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
)

// An ownerLedger is a teller's line to the owner.
type ownerLedger struct {
	conn net.Conn
	in   *bufio.Reader
}

func createOwner(_ string, balances []int64) error { return checkBalances(balances) }

func openOwner(dir string) (ledger, error) {
	conn, err := net.Dial("unix", filepath.Join(dir, "socket"))
	if err != nil {
		return nil, err
	}
	return &ownerLedger{conn, bufio.NewReader(conn)}, nil
}

func (l *ownerLedger) move(from, to int, amount int64) error {
	_, err := l.ask(fmt.Sprintf("move %d %d %d", from, to, amount))
	return err
}

func (l *ownerLedger) balances() ([]int64, error) {
	answer, err := l.ask("balances")
	if err != nil {
		return nil, err
	}
	return parseInts(strings.Fields(answer))
}

func (l *ownerLedger) close() error { return l.conn.Close() }

func (l *ownerLedger) ask(line string) (string, error) {
	_, err := io.WriteString(l.conn, line+"\n")
	answer := ""
	if err == nil {
		answer, err = l.in.ReadString('\n')
	}
	if err != nil {
		return "", fmt.Errorf("the owner is gone: %w", err)
	}
	answer = strings.TrimSuffix(answer, "\n")
	if reason, no := strings.CutPrefix(answer, "no: "); no {
		if reason == errFunds.Error() {
			return "", errFunds
		}
		return "", errors.New(reason)
	}
	return strings.TrimPrefix(answer, "ok"), nil
}
