// Package chromium starts the browser in which the book is tested.
package chromium

import (
	"context"
	"os/exec"

	"github.com/chromedp/chromedp"
)

// Missing says how to get what Start did not find.
const Missing = "no Chromium found: apt-get install chromium-headless-shell"

// Start starts a Chromium with its profile in a folder. It returns the context in which tabs can be opened, nil if this
// machine has no Chromium, and what ends it.
func Start(profile string, flags ...chromedp.ExecAllocatorOption) (ctx context.Context, stop func(), err error) {
	var path string
	// The headless shell is Chromium without what a window needs, and faster.
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		return nil, func() {}, nil
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // the pages are ours; a container's root has no other way
		chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		// Work of the browser's own, which takes a tenth of the time of these tests.
		chromedp.Flag("disable-features", "Translate,OptimizationHints,PaintHolding,Vulkan"),
		chromedp.Flag("in-process-gpu", true),
		chromedp.UserDataDir(profile))
	ctx, _ = chromedp.NewExecAllocator(context.Background(), append(options, flags...)...)
	ctx, _ = chromedp.NewContext(ctx)
	return ctx, func() { chromedp.Cancel(ctx) }, chromedp.Do(ctx)
}
