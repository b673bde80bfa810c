package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// firstBuild is how long the book's first build may take: Hugo's server waits for ever if a file changes during it.
const firstBuild = time.Minute

// serveBook starts Hugo's own server in this process, for edits to be followed, and returns its address once it
// answers. Pages reload through our port.
func serveBook(ctx context.Context, root string, port int) (*url.URL, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := free.Addr().(*net.TCPAddr)
	free.Close()
	ended := make(chan error, 1)
	go func() {
		err := hugo([]string{"server", "--source", root, "--bind", "127.0.0.1", "--port", strconv.Itoa(address.Port),
			"--liveReloadPort", strconv.Itoa(port), "--renderToMemory", "--noBuildLock", "--quiet"})
		if err == nil {
			err = errors.New("the book's server has ended")
		}
		ended <- err
	}()
	book := &url.URL{Scheme: "http", Host: address.String()}
	patient := http.Client{Timeout: firstBuild}
	for {
		response, err := patient.Get(book.String())
		if err == nil {
			response.Body.Close()
			return book, nil
		}
		if e, ok := err.(*url.Error); ok && e.Timeout() {
			return nil, fmt.Errorf("the book was not built in %v: if a file was saved in the meantime, begin again", firstBuild)
		}
		select {
		case err := <-ended:
			return nil, fmt.Errorf("the book cannot be built: %w", err)
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond): // asked again until it answers or has ended
		}
	}
}

// added is what the book's pages get: nothing of it is in the book itself.
const added = `<link rel="stylesheet" href="/-/live.css"><script defer src="/-/live.js"></script>`

// reloadScript is what Hugo adds to a page: it reloads at once, whatever the reader is doing. Ours asks.
var reloadScript = regexp.MustCompile(`<script src="/livereload\.js[^>]*></script>`)

// bookProxy passes requests on to Hugo's server, and adds the script to its pages.
func bookProxy(book *url.URL) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(book)
			r.Out.Host = r.In.Host // by which Hugo knows that a page which reloads is its own
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: func(r *http.Response) error {
			if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
				return nil
			}
			page, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
			r.Body.Close()
			if err != nil {
				return err
			}
			page = reloadScript.ReplaceAll(page, nil)
			page = bytes.Replace(page, []byte("</head>"), []byte(added+"</head>"), 1)
			r.Body = io.NopCloser(bytes.NewReader(page))
			r.ContentLength = int64(len(page))
			r.Header.Set("Content-Length", strconv.Itoa(len(page)))
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, "The book's server does not answer: "+err.Error(), http.StatusBadGateway)
		},
	}
}

// openBrowser opens a link in the reader's browser, by a file that nobody else can read: a command's arguments
// are seen by every user of the machine. The file is removed once the browser has had time to read it.
func openBrowser(ctx context.Context, folder, link string) error {
	open := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		open = []string{"open"}
	case "windows":
		open = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errors.New("no display")
	}
	file := filepath.Join(folder, "open.html")
	if err := os.WriteFile(file, []byte(`<!DOCTYPE html><meta http-equiv="refresh" content="0;url=`+link+`">`), 0o600); err != nil {
		return err
	}
	time.AfterFunc(time.Minute, func() { os.Remove(file) })
	command := exec.CommandContext(ctx, open[0], append(open[1:], file)...)
	if err := command.Start(); err != nil {
		return err
	}
	go command.Wait()
	return nil
}
