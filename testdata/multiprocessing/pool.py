"""Squares N numbers in a pool of WORKERS processes and prints the tasks per second.

    python3 pool.py WORKERS CHUNKSIZE N

The pool is warm: starting it is not part of the figure.
"""

import multiprocessing
import sys
import time


def square(n):
    return n * n


if __name__ == "__main__":
    workers, chunksize, n = map(int, sys.argv[1:])
    with multiprocessing.Pool(workers) as pool:
        pool.map(square, range(1000))
        start = time.perf_counter()
        squares = pool.map(square, range(n), chunksize=chunksize)
        seconds = time.perf_counter() - start
    assert len(squares) == n and (n == 0 or squares[-1] == (n - 1) ** 2)
    print(n / seconds)
