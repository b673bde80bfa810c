//go:build unix

package main

// roles are what the program is when it was started by itself.
var roles = []variant{
	{"array-child", "", arrayChild},
	{"file-child", "", fileChild},
	{"devshm-child", "", devshmChild},
	{"leftname-child", "", leftnameChild},
	{"seals-child", "", sealsChild},
	{"arena-child", "", arenaChild},
	{"lostcount-child", "", lostcountChild},
	{"count-child", "", countChild},
	{"torn-child", "", tornChild},
	{"seqlock-child", "", seqlockChild},
	{"unpublished-child", "", unpublishedChild},
	{"publish-child", "", publishChild},
	{"ring-writer", "", ringWriter},
	{"ring-reader", "", ringReader},
	{"pipe-writer", "", pipeWriter},
	{"pipe-reader", "", pipeReader},
	{"sigbus-child", "", sigbusChild},
	{"guarded-child", "", guardedChild},
	{"exercise-child", "", exerciseChild},
}
