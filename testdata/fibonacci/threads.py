# Computes fib(n) several times: one after the other, in threads, or in processes. Prints the
# seconds it took, without the interpreter's start.
#
# Usage: python3 threads.py serial|threads|processes N TIMES
import multiprocessing
import sys
import threading
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def main(how, n, times):
    begin = time.perf_counter()
    if how == "serial":
        for _ in range(times):
            fib(n)
    elif how == "threads" or how == "processes":
        make = threading.Thread if how == "threads" else multiprocessing.Process
        workers = [make(target=fib, args=(n,)) for _ in range(times)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    else:
        sys.exit("want serial, threads or processes")
    print(time.perf_counter() - begin)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
