//go:build !unix

package main

// These are what Unix systems share. Elsewhere they say so.
var (
	runBySignal  = needs("bysignal", "Unix")
	runRusage    = needs("rusage", "Unix")
	runOrphan    = needs("orphan", "Unix")
	runKillOne   = needs("killone", "Unix")
	runGroup     = needs("group", "Unix")
	runCancel    = needs("cancel", "Unix")
	runHeldPipe  = needs("heldpipe", "Unix")
	runWaitDelay = needs("waitdelay", "Unix")
	runDaemon    = needs("daemon", "Unix")
	runStop      = needs("stop", "Unix")
	runLimits    = needs("limits", "Unix")
	runExercise  = needs("exercise", "Unix")
	runExtraFile = needs("extrafile", "Unix")

	rusageChild    = needs("rusage", "Unix")
	familyChild    = needs("family-child", "Unix")
	grandchild     = needs("grandchild", "Unix")
	cancelChild    = needs("cancel", "Unix")
	heldPipeChild  = needs("heldpipe", "Unix")
	daemonChild    = needs("daemon", "Unix")
	limitsChild    = needs("limits", "Unix")
	extraFileChild = needs("extrafile", "Unix")
	limitsCount    = needs("limits", "Unix")
)
