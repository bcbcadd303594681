"""Two or more people at the same time: real threads, each with its own connection."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import monotonic
from typing import Any

from django.db import connection, transaction

PATIENCE = 60  # seconds after which a test gives up rather than hang


class Waiting:
    """One call in a thread of its own, and whether the database makes it wait for somebody."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._pid: Future[int] = Future()
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._answer = self._pool.submit(self._run)

    def _run(self) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = %s", [f"{PATIENCE}s"])
                cursor.execute("SELECT pg_backend_pid()")
                self._pid.set_result(cursor.fetchone()[0])
            return self._call()
        finally:
            connection.close()

    def is_blocked(self) -> bool:
        """True as soon as the call waits for a lock; False if it ended without waiting."""
        pid = self._pid.result(timeout=PATIENCE)
        given_up = monotonic() + PATIENCE
        while not self._answer.done() and monotonic() < given_up:
            with connection.cursor() as cursor:
                cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
                if cursor.fetchone()[0]:
                    return True
            wait([self._answer], timeout=0.01)
        return False

    def answer(self) -> Any:
        """What the call returned, or the exception it ended with."""
        failure = self._answer.exception(timeout=PATIENCE)
        self._pool.shutdown()
        return failure if failure is not None else self._answer.result()


def one_after_the_other(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """Both answers, ``second`` having begun while ``first`` was done but not yet committed.

    Fails unless ``second`` had to wait: whoever comes second must not decide on old facts.
    """
    with transaction.atomic():
        answer = first()
        other = Waiting(second)
        blocked = other.is_blocked()
    second_answer = other.answer()
    assert blocked, f"the second did not wait: {second_answer!r}"
    return answer, second_answer


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """The answers of calls that all start at the same moment: results, or the exceptions raised."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = %s", [f"{PATIENCE}s"])
                start.wait(timeout=PATIENCE)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        futures = [pool.submit(run, call) for call in calls]
    return [future.exception() or future.result() for future in futures]
