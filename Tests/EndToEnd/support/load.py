"""Constant load while something happens to the stack."""

import threading
from contextlib import contextmanager

from support.stack import wait_until


class Load:
    """Counts the results of the calls so far."""

    def __init__(self) -> None:
        self.results: list = []
        self.failures: list[BaseException] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def work(self, call, number: int) -> None:
        """Calls again and again until told to stop; `call` gets the number of the thread and of the call."""
        count = 0
        while not self._stop.is_set():
            try:
                result = call(number, count)
            except BaseException as failure:
                with self._lock:
                    self.failures.append(failure)
            else:
                with self._lock:
                    self.results.append(result)
            count += 1

    def wait_for_more(self, count: int) -> None:
        """Waits until so many more calls have ended."""
        goal = self.count() + count
        wait_until(lambda: self.count() >= goal, f"{count} more calls")

    def stop(self) -> None:
        self._stop.set()

    def count(self) -> int:
        with self._lock:
            return len(self.results) + len(self.failures)


@contextmanager
def load(*calls):
    """Runs each call in a loop on its own thread while the block runs."""
    running = Load()
    threads = [
        threading.Thread(target=running.work, args=(call, number)) for number, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    try:
        yield running
    finally:
        running.stop()
        for thread in threads:
            thread.join()
