//go:build !linux

package main

import "errors"

var errNeedsLinux = errors.New("this variant needs Linux")

func runQueue([]string) error        { return errNeedsLinux }
func runBackpressure([]string) error { return errNeedsLinux }
func runMqueue([]string) error       { return errNeedsLinux }
func runFullPipe([]string) error     { return errNeedsLinux }
func runBurst([]string) error        { return errNeedsLinux }

func queueProducer([]string) error        { return errNeedsLinux }
func queueConsumer([]string) error        { return errNeedsLinux }
func backpressureConsumer([]string) error { return errNeedsLinux }
func mqueueProducer([]string) error       { return errNeedsLinux }
func mqueueConsumer([]string) error       { return errNeedsLinux }
func fullPipeChild([]string) error        { return errNeedsLinux }
