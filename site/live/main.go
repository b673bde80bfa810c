// Live serves the book with what needs a machine: each transcript can be run and stopped, and each exercise
// checked, on the reader's own computer.
//
//	go tool live            in the book's folder; it prints one link
//	go tool live -port N    where something else has the usual port
//
// It listens on 127.0.0.1 and nowhere else, and does nothing without the token in that link.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const usualPort = 1414

func main() {
	ownRoles()
	if err := live(os.Args[1:]); err != nil {
		if !errors.Is(err, errUsage) {
			fmt.Fprintln(os.Stderr, "live:", err)
			os.Exit(1)
		}
		os.Exit(2)
	}
}

var errUsage = errors.New("usage")

// ownRoles ends as one of this program's helpers, if it was started as one.
func ownRoles() {
	switch {
	case len(os.Args) != 2:
	case os.Args[1] == superviseRole:
		os.Exit(supervise())
	case os.Args[1] == keepRole:
		os.Exit(keep())
	}
}

func live(args []string) error {
	flags := flag.NewFlagSet("live", flag.ContinueOnError)
	port := flags.Int("port", usualPort, "listen on this port of 127.0.0.1, `number` from 1 to 65535")
	open := flags.Bool("open", true, "open the link in a browser")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return errUsage
	}
	if flags.NArg() > 0 || *port < 1 || *port > 65535 {
		fmt.Fprintf(flags.Output(), "live: want no arguments, and a port from 1 to 65535\n")
		return errUsage
	}
	root, err := bookRoot()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(*port)))
	if err != nil {
		return fmt.Errorf("port %d of 127.0.0.1 is taken (%w): end what uses it, or choose another with -port", *port, err)
	}
	defer listener.Close()
	fmt.Println("building the book …")
	book, err := serveBook(ctx, root, *port)
	if err != nil {
		return err
	}
	s, err := newServer(root, book, *port)
	if err != nil {
		return err
	}
	defer s.close()
	link := fmt.Sprintf("http://127.0.0.1:%d/#live=%s", *port, s.token)
	fmt.Printf("The book, with Run, Stop and Check: %s\nCtrl-C ends it, and every program it has started.\n", link)
	if *open {
		if err := openBrowser(ctx, s.folder.path, link); err != nil {
			fmt.Println("No browser could be opened here: copy the link into one.")
		}
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() {
		s.close() // the streams end with what they show
		end, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if server.Shutdown(end) != nil {
			server.Close() // a page's connection for reloading stays open as long as the page
		}
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// bookRoot returns the nearest folder above the working directory that holds the book.
func bookRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "hugo.toml")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("%s is not in the book's folder: there is no hugo.toml above it", dir)
		}
	}
}
