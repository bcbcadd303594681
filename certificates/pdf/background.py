"""The ornament of the certificate: tint, woven border, rosettes, diamond and ruled frames.

The drawing is the same on every certificate, so it is made once per process, in the PDF's own
operators, and put into each paper as one form. Few curves serve many times: a strand of the border
is repeated along the edge, a petal turned around its centre. Positions count downward from the
upper left corner, as in the table of boxes.
"""

import math
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from certificates.pdf.layout import BAR_CODE, CELLS, PAGE, Cell
from licensees.pdf.fonts import deflated

_FORM: Final = "background"
_W, _H = PAGE
_MIDDLE: Final = _W / 2

_TEAL: Final = "0.13 0.38 0.43 RG"
_SEA: Final = "0.30 0.57 0.55 RG"
_OCHRE: Final = "0.70 0.56 0.30 RG"

_EDGE: Final = 22.0  # from the edge of the sheet to the border
_BAND: Final = 24.0  # the woven band, which also gives the size of its corner pieces
_TILE: Final = 32.0  # the length after which the weave repeats, stretched to a whole number

Point = tuple[float, float]
Curve = Callable[[float], Point]


def draw_background(canvas: Any) -> None:
    """Draw the ornament; the origin of ``canvas`` is the lower left corner of the sheet."""
    canvas.beginForm(_FORM)
    canvas.endForm(Contents=deflated(_drawing()))
    canvas.doForm(_FORM)


@cache
def _drawing() -> bytes:
    steps = [f"1 0 0 -1 0 {_H:g} cm"]
    for part in (_tint, _plates, _underlay, _band, _corners, _rules, _frames, _diamond):
        steps += ["q", *part(), "Q"]
    return zlib.compress("\n".join(steps).encode("ascii"), 9)


def _tint() -> Iterator[str]:
    yield f"0.957 0.976 0.967 rg {_rectangle(_EDGE, _EDGE, _W - 2 * _EDGE, _H - 2 * _EDGE)} f"


def _plates() -> Iterator[str]:
    """The lighter ground of the frames."""
    yield "0.988 0.995 0.992 rg"
    for cell in _framed():
        yield f"{_rectangle(cell.x, cell.y, cell.w, cell.h)} f"


def _underlay() -> Iterator[str]:
    """A large pale rosette behind the writing."""
    petals = _path(_rose(1, 0.30, 6), 0, math.tau, 36)
    for colour, radius, turns in (
        ("0.875 0.925 0.912 RG", 166, 12),
        ("0.935 0.915 0.860 RG", 104, 10),
        ("0.875 0.925 0.912 RG", 56, 8),
    ):
        yield f"{colour} {0.5 / radius:.5f} w"
        for turn in range(turns):
            angle = turn * math.tau / 6 / turns
            yield f"q {_placed(_MIDDLE, 330, radius, angle)} cm {petals} S Q"


def _band() -> Iterator[str]:
    """Four sides of woven strands, between the corner pieces."""
    strands = " ".join(_strands())
    start = _EDGE + _BAND
    centre = _EDGE + _BAND / 2
    yield "0.4 w 1 J"
    for length, other, upright in ((_W, _H, False), (_H, _W, True)):
        tiles = round((length - 2 * start) / _TILE)
        step = (length - 2 * start) / tiles
        stretch = step / _TILE
        for across in (centre, other - centre):
            for tile in range(tiles):
                along = start + tile * step
                if upright:
                    matrix = f"0 {stretch:.4f} 1 0 {across:g} {along:.3f}"
                else:
                    matrix = f"{stretch:.4f} 0 0 1 {along:.3f} {across:g}"
                yield f"q {matrix} cm {strands} Q"


def _strands() -> Iterator[str]:
    """One tile of the weave: waves that begin and end at the same height."""
    for colour, count, reach, waves in (
        (_SEA, 6, 10.5, 1),
        (_OCHRE, 3, 6.0, 2),
        (_TEAL, 2, 10.5, 2),
    ):
        yield colour
        for strand in range(count):
            shift = strand * math.tau / count
            yield _path(_wave(reach, waves, shift), 0, _TILE, 6 * waves) + " S"


def _corners() -> Iterator[str]:
    """A small rosette in each corner of the border."""
    petals = _path(_rose(1, 0.42, 8), 0, math.tau, 48)
    centre = _EDGE + _BAND / 2
    radius = _BAND / 2 / 1.42 - 0.6
    for x in (centre, _W - centre):
        for y in (centre, _H - centre):
            for turn, colour in enumerate((_SEA, _OCHRE, _TEAL)):
                angle = turn * math.tau / 8 / 3
                yield f"q {colour} {_placed(x, y, radius, angle)} cm {0.4 / radius:.4f} w"
                yield f"{petals} S Q"


def _rules() -> Iterator[str]:
    """Double lines along both sides of the band, and the squares of the corners."""
    yield _TEAL
    for inset, weight in ((-3, 1.4), (0, 0.5), (_BAND, 0.5), (_BAND + 2.5, 1.0)):
        edge = _EDGE + inset
        yield f"{weight:g} w {_rectangle(edge, edge, _W - 2 * edge, _H - 2 * edge)} S"
    yield "0.5 w"
    far_x, far_y = _W - _EDGE - _BAND, _H - _EDGE - _BAND
    for x in (_EDGE, far_x):
        for y in (_EDGE, far_y):
            yield f"{_rectangle(x, y, _BAND, _BAND)} S"


def _frames() -> Iterator[str]:
    """The ruled frames, and the white ground that a scanner wants under the bars."""
    yield f"1 g {_rectangle(*BAR_CODE)} f"
    yield "0.36 0.52 0.57 RG 0.6 w"
    for cell in _framed():
        yield f"{_rectangle(cell.x, cell.y, cell.w, cell.h)} S"


def _diamond() -> Iterator[str]:
    """A brilliant seen from its side, in a ring of petals."""
    x, y = _MIDDLE, 86.0
    petals = _path(_rose(1, 0.12, 12), 0, math.tau, 48)
    for turn, colour in enumerate((_SEA, _OCHRE)):
        yield f"q {colour} {_placed(x, y, 30, turn * math.tau / 24)} cm 0.0150 w {petals} S Q"
    top, girdle, tip = y - 15, y - 5, y + 18
    table, broad, facet = 13, 23, 8
    outline = [
        (x - table, top),
        (x + table, top),
        (x + broad, girdle),
        (x, tip),
        (x - broad, girdle),
    ]
    yield f"{_TEAL} 1 1 1 rg 1.1 w 1 j {_line(outline)} b"
    yield "0.6 w"
    crown = [
        (x - broad, girdle),
        (x - table, top),
        (x - facet, girdle),
        (x, top),
        (x + facet, girdle),
        (x + table, top),
        (x + broad, girdle),
    ]
    yield f"{_line(crown)} S {_line([(x - broad, girdle), (x + broad, girdle)])} S"
    yield f"{_line([(x - facet, girdle), (x, tip), (x + facet, girdle)])} S"


def _framed() -> Iterator[Cell]:
    return (cell for cell in CELLS if cell.label)


def _wave(reach: float, waves: int, shift: float) -> Curve:
    return lambda x: (x, reach * math.sin(math.tau * waves * x / _TILE + shift))


def _rose(radius: float, depth: float, petals: int) -> Curve:
    def point(angle: float) -> Point:
        r = radius * (1 + depth * math.cos(petals * angle))
        return r * math.cos(angle), r * math.sin(angle)

    return point


def _path(curve: Curve, start: float, stop: float, pieces: int) -> str:
    """The curve as ``pieces`` Bezier arcs that share its points and its direction there."""
    step = (stop - start) / pieces
    (x, y), (dx, dy) = curve(start), _direction(curve, start, step)
    parts = [f"{x:.3f} {y:.3f} m"]
    for piece in range(1, pieces + 1):
        at = start + piece * step
        (next_x, next_y), (next_dx, next_dy) = curve(at), _direction(curve, at, step)
        parts.append(
            f"{x + dx:.3f} {y + dy:.3f} {next_x - next_dx:.3f} {next_y - next_dy:.3f} "
            f"{next_x:.3f} {next_y:.3f} c"
        )
        x, y, dx, dy = next_x, next_y, next_dx, next_dy
    return " ".join(parts)


def _direction(curve: Curve, at: float, step: float) -> Point:
    """A third of the way the curve would go in one step, straight ahead."""
    near = step / 1000
    (x0, y0), (x1, y1) = curve(at - near), curve(at + near)
    scale = step / (2 * near) / 3
    return (x1 - x0) * scale, (y1 - y0) * scale


def _placed(x: float, y: float, size: float, angle: float) -> str:
    """The matrix that scales, turns and moves a drawing of unit size."""
    cos, sin = size * math.cos(angle), size * math.sin(angle)
    return f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x:g} {y:g}"


def _rectangle(x: float, y: float, w: float, h: float) -> str:
    return f"{x:g} {y:g} {w:g} {h:g} re"


def _line(points: list[Point]) -> str:
    first, *others = points
    return " ".join([f"{first[0]:g} {first[1]:g} m", *(f"{x:g} {y:g} l" for x, y in others)])
