"""Making the PDF of a certificate, in process."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from statistics import median
from time import perf_counter, process_time
from typing import Final

from bench.report import Line
from certificates.models import Certificate
from certificates.pdf.certificate import full, overprint
from certificates.pdf.face import Face, Marking
from certificates.pdf.record import face_of
from certificates.states import FILLED

BUDGET_MS: Final = 10.0
FACES: Final = 50  # different certificates


def papers(*, rounds: int) -> Iterator[Line]:
    """The complete certificate, and the text alone for a pre-printed form."""
    rows = Certificate.objects.filter(status__in=FILLED).order_by("-number")[:FACES]
    faces = [face_of(row) for row in rows]
    shift = Decimal("0.5")
    yield _line("PDF, complete", lambda face: full(face, Marking.COPY), faces, rounds)
    yield _line(
        "PDF, to print on a form",
        lambda face: overprint(face, right_mm=shift, down_mm=shift),
        faces,
        rounds,
    )


def _line(what: str, make: Callable[[Face], bytes], faces: list[Face], rounds: int) -> Line:
    size = len(make(faces[0]))  # reads the fonts and draws the background, once per process
    used, taken = [], []
    for _ in range(rounds):
        for face in faces:
            began, clock = process_time(), perf_counter()
            make(face)
            used.append((process_time() - began) * 1000)
            taken.append((perf_counter() - clock) * 1000)
    return Line(
        what,
        median(used),
        "ms CPU",
        BUDGET_MS,
        beside=f"{median(taken):.1f} ms on the clock, {size / 1024:.0f} kB",
    )
