"""RQ: jobs are put in in batches by one process, and worked off by another, without a fork for each.

    python rq_jobs.py SOCKET COUNT BATCH LENGTH

It prints the seconds from the first job to the end of the last, each of which has come once.
"""

import logging
import multiprocessing
import sys
import time

import redis
import rq

socket = sys.argv[1]
count, batch, length = map(int, sys.argv[2:5])
seen = []


def handle(number, text):
    seen.append(number)


def send():
    queue = rq.Queue("bench", connection=redis.Redis(unix_socket_path=socket))
    for first in range(0, count, batch):
        numbers = range(first, min(first + batch, count))
        queue.enqueue_many(
            rq.Queue.prepare_data("__main__.handle", args=(number, "x" * (length - 30)), result_ttl=0)
            for number in numbers
        )


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    connection = redis.Redis(unix_socket_path=socket)
    worker = rq.SimpleWorker(["bench"], connection=connection)
    sender = multiprocessing.get_context("fork").Process(target=send)
    began = time.perf_counter()
    sender.start()
    worker.work(max_jobs=count)
    seconds = time.perf_counter() - began
    sender.join()
    if sorted(seen) != list(range(count)):
        sys.exit(f"{len(set(seen))} of {count} have come, in {len(seen)} calls")
    print(seconds)
