package main

var stopBrowser = func() {}
