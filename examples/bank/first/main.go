// Two tellers make 10,000 deposits of 1 each into the same account. The balance should be 20000.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
)

func main() {
	if len(os.Args) > 1 { // we are a teller: our standard input is the account
		for range 10_000 {
			balance := read(os.Stdin)
			write(os.Stdin, balance+1) // NOTE: incorrect: the other teller may have written since we read
		}
		return
	}

	account, err := os.CreateTemp("", "account")
	check(err)
	os.Remove(account.Name()) // the file stays until nobody has it open any more
	write(account, 0)
	self, err := os.Executable() // the file that this program was started from
	check(err)
	tellers := make([]*exec.Cmd, 2)
	for i := range tellers {
		tellers[i] = exec.Command(self, "teller")
		tellers[i].Stdin = account
		tellers[i].Stderr = os.Stderr
		check(tellers[i].Start())
	}
	for _, teller := range tellers {
		check(teller.Wait())
	}
	fmt.Println("balance", read(account))
}

func read(account *os.File) (balance int) {
	digits := make([]byte, 8)
	_, err := account.ReadAt(digits, 0)
	check(err)
	_, err = fmt.Sscan(string(digits), &balance)
	check(err)
	return balance
}

func write(account *os.File, balance int) {
	_, err := account.WriteAt(fmt.Appendf(nil, "%8d", balance), 0)
	check(err)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
