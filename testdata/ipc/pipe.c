/* Pipe measures a pipe between two processes, as the Go benchmark beside it does: messages of a
 * fixed size, written whole, read until whole.
 *
 *	pipe rtt|stream size count
 *
 * prints the nanoseconds that count messages took: rtt sends each back before the next is sent;
 * stream sends them all one way, and ends when the reader has confirmed the last. On Linux the
 * parent has processor 0 and the child 1: otherwise the scheduler decides, anew each time, whether
 * a cache is measured or the way between two. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) {
	fprintf(stderr, "pipe: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void pin(int cpu) {
#ifdef __linux__
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu % sysconf(_SC_NPROCESSORS_ONLN), &set);
	if (sched_setaffinity(0, sizeof set, &set))
		die("sched_setaffinity");
#else
	(void)cpu;
#endif
}

static void put(int fd, const char *p, size_t n) {
	while (n > 0) {
		ssize_t k = write(fd, p, n);
		if (k < 0) {
			if (errno == EINTR)
				continue;
			die("write");
		}
		p += k;
		n -= (size_t)k;
	}
}

static void get(int fd, char *p, size_t n) {
	while (n > 0) {
		ssize_t k = read(fd, p, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			die("read");
		if (k == 0) {
			fprintf(stderr, "pipe: read: end of file\n");
			exit(1);
		}
		p += k;
		n -= (size_t)k;
	}
}

int main(int argc, char **argv) {
	if (argc != 4 || (strcmp(argv[1], "rtt") && strcmp(argv[1], "stream"))) {
		fprintf(stderr, "usage: pipe rtt|stream size count\n");
		return 2;
	}
	int echo = !strcmp(argv[1], "rtt");
	long size = atol(argv[2]), count = atol(argv[3]);
	if (size < 1 || size > 1 << 30 || count < 1) {
		fprintf(stderr, "pipe: want a size from 1 to 2^30 and a count from 1\n");
		return 2;
	}
	char *buf = calloc(1, (size_t)size);
	int there[2], back[2];
	if (!buf || pipe(there) || pipe(back))
		die("pipe");
	pid_t child = fork();
	if (child < 0)
		die("fork");
	pin(child == 0);
	if (child == 0) {
		close(there[1]);
		close(back[0]);
		for (long i = 0; i < count; i++) {
			get(there[0], buf, (size_t)size);
			if (echo)
				put(back[1], buf, (size_t)size);
		}
		if (!echo)
			put(back[1], buf, 1);
		_exit(0);
	}
	close(there[0]);
	close(back[1]);
	struct timespec t0, t1;
	clock_gettime(CLOCK_MONOTONIC, &t0);
	for (long i = 0; i < count; i++) {
		put(there[1], buf, (size_t)size);
		if (echo)
			get(back[0], buf, (size_t)size);
	}
	if (!echo)
		get(back[0], buf, 1);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	int status;
	if (waitpid(child, &status, 0) != child || status != 0) {
		fprintf(stderr, "pipe: the child failed\n");
		return 1;
	}
	printf("%lld\n", (t1.tv_sec - t0.tv_sec) * 1000000000LL + (t1.tv_nsec - t0.tv_nsec));
	return 0;
}
