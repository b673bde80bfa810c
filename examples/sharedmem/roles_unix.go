//go:build unix

package main

// roles are what the program is when it was started by itself.
var roles = []variant{
	role("array-child", 3, arrayChild),
	role("file-child", 1, fileChild),
	role("devshm-child", 2, devshmChild),
	role("leftname-child", 2, leftnameChild),
	role("seals-child", 1, sealsChild),
	role("arena-child", 4, arenaChild),
	role("lostcount-child", 1, lostcountChild),
	role("count-child", 5, countChild),
	role("torn-child", 1, tornChild),
	role("seqlock-child", 1, seqlockChild),
	role("unpublished-child", 1, unpublishedChild),
	role("publish-child", 1, publishChild),
	role("ring-writer", 4, ringWriter),
	role("ring-reader", 4, ringReader),
	role("pipe-writer", 4, pipeWriter),
	role("pipe-reader", 4, pipeReader),
	role("sigbus-child", 1, sigbusChild),
	role("guarded-child", 1, guardedChild),
	role("exercise-child", 1, exerciseChild),
}
