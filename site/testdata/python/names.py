# Prints the public names that the page "Coming from Python" maps: python3 names.py > names.txt
import concurrent.futures
import multiprocessing.managers
import multiprocessing.pool
import multiprocessing.queues
import multiprocessing.shared_memory
import threading

DEPRECATED = {"getName", "isDaemon", "isSet", "notifyAll", "setDaemon", "setName"}

for module in multiprocessing, threading, concurrent.futures:
    print(module.__name__, *sorted(module.__all__))
for kind in (
    multiprocessing.process.BaseProcess,
    multiprocessing.pool.Pool,
    multiprocessing.pool.AsyncResult,
    multiprocessing.queues.Queue,
    multiprocessing.shared_memory.SharedMemory,
    multiprocessing.shared_memory.ShareableList,
    multiprocessing.managers.BaseManager,
    threading.Thread,
    threading.Barrier,
    threading.Condition,
    threading.Event,
    threading.Semaphore,
    concurrent.futures.Future,
    concurrent.futures.Executor,
):
    public = {name for name in vars(kind) if not name.startswith("_")}
    print(kind.__module__ + "." + kind.__name__, *sorted(public - DEPRECATED - {"Process"}))
