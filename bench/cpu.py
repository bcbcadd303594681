"""Seconds of CPU that a process and its children have used, as Linux counts them."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Final

PROC: Final = Path("/proc")
TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one call cost: CPU of everybody who worked for it, and the time it took."""

    cpu_ms: float
    wall_ms: float


def spent(pid: int) -> float:
    """Seconds of CPU of a process and its children so far, user and system.

    The living children are read one by one; of those that ended, the kernel keeps the sum with
    their parent. So PostgreSQL's postmaster answers for all of its server processes, and gunicorn
    for its workers. Raises ProcessLookupError if there is no such process.
    """
    own = _times(pid)
    if own is None:
        raise ProcessLookupError(pid)
    ticks = own[1] + sum(used for parent, used in _everybody() if parent == pid)
    return ticks / TICKS_A_SECOND


def cost(call: Callable[[], object], times: int, workers: Sequence[int]) -> Cost:
    """The cost of one ``call``, out of ``times``: CPU on average, because the kernel counts it in
    hundredths of a second, and the median of the time taken. ``workers`` are the processes whose
    children do the work, and the caller is not one of them."""
    taken = []
    before = sum(map(spent, workers))
    for _ in range(times):
        began = perf_counter()
        call()
        taken.append(perf_counter() - began)
    used = sum(map(spent, workers)) - before
    return Cost(used * 1000 / times, median(taken) * 1000)


def yardstick() -> float:
    """Milliseconds of CPU for a fixed piece of Python, to compare figures of two machines, or of
    two hours of a busy one."""
    taken = []
    for _ in range(50):
        began = process_time()
        sum(n * n for n in range(100_000))
        taken.append((process_time() - began) * 1000)
    return median(taken)


def typical(costs: Sequence[Cost]) -> Cost:
    """The medians of several rounds."""
    return Cost(median(c.cpu_ms for c in costs), median(c.wall_ms for c in costs))


def beside(costs: Sequence[Cost]) -> str:
    """What else the rounds tell: their best, which is nearest to a machine with nothing else to
    do (two threads of one core slow each other down by half), and the time on the clock."""
    best = min(c.cpu_ms for c in costs)
    return f"{best:.1f} ms in the best round, {typical(costs).wall_ms:.0f} ms on the clock"


def _everybody() -> Iterator[tuple[int, int]]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            found = _times(int(folder.name))
            if found is not None:
                yield found


def _times(pid: int) -> tuple[int, int] | None:
    """A process's parent, and the ticks that it and its ended children used; see proc(5)."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None  # it has ended, and its parent has its sum
    # The name of the program stands in brackets and may contain anything.
    fields = text[text.rindex(")") + 1 :].split()
    return int(fields[1]), sum(map(int, fields[11:15]))
