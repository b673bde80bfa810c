# Prints the public names that the page "Coming from Python" maps: python3 names.py > names.txt
import concurrent.futures
import multiprocessing.managers
import multiprocessing.pool
import multiprocessing.queues
import multiprocessing.shared_memory
import threading

DEPRECATED = {"getName", "isDaemon", "isSet", "notifyAll", "setDaemon", "setName"}

MODULES = multiprocessing, threading, concurrent.futures
KINDS = {  # by the page's section
    "Processes": (multiprocessing.process.BaseProcess,),
    "Pools and futures": (
        multiprocessing.pool.Pool,
        multiprocessing.pool.AsyncResult,
        concurrent.futures.Future,
        concurrent.futures.Executor,
    ),
    "Messages": (multiprocessing.queues.Queue,),
    "Shared state": (
        multiprocessing.shared_memory.SharedMemory,
        multiprocessing.shared_memory.ShareableList,
        multiprocessing.managers.BaseManager,
    ),
    "Synchronization": (
        threading.Barrier,
        threading.Condition,
        threading.Event,
        threading.Semaphore,
    ),
    "Threads": (threading.Thread,),
}

for module in MODULES:
    print("any", module.__name__, *sorted(module.__all__), sep="\t")
for section, kinds in KINDS.items():
    for kind in kinds:
        public = {name for name in vars(kind) if not name.startswith("_")} - DEPRECATED - {"Process"}
        print(section, kind.__module__ + "." + kind.__name__, *sorted(public), sep="\t")
