"""First integrals of quotients of two lines, measured from where they cross.

See Boyce and DiPrima 2012, *Elementary Differential Equations*, section 2.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..lazy import load
from .first_integral import Integral, Rate, of_a_ratio
from .stage import WITH, Same, Stage, integrated


def of_a_shifted_ratio(rate: Rate) -> Iterator[Integral]:
    """Yield the integral of a quotient of two lines that cross, measured from where they do."""
    sympy = load("sympy")
    t, y = rate.t, rate.y
    lines = [line.expand() for line in sympy.fraction(sympy.together(rate.f))]
    if not all(line.is_polynomial(t, y) and sympy.Poly(line, t, y).total_degree() == 1
               for line in lines):  # fmt: skip
        return
    places = sympy.solve(lines, [t, y], dict=True)
    if not places or not {t, y} <= places[0].keys() or not any(places[0].values()):
        return
    h, k = places[0][t], places[0][y]
    there = {t: t + h, y: y + k}
    moved = sympy.factor(rate.f.subs(there, simultaneous=True))
    begin = None if rate.begin is None else rate.begin - h
    inner = Rate(moved, t, y, rate.clock, moved, begin)
    for integral in of_a_ratio(inner):
        whole = integral.constant.subs({t: t - h, y: y - k}, simultaneous=True)
        yield Integral(whole, tuple(_from_there(rate, lines, (h, k), whole)))


def _from_there(
    rate: Rate, lines: Sequence[Any], place: tuple[Any, Any], whole: Any
) -> Iterator[Stage]:
    t, y, (h, k) = rate.t, rate.y, place
    top, bottom = lines
    yield Stage(
        "The rate is a quotient of two lines that cross in one point",
        (rate.slope, "=", top / bottom, WITH, t, "=", h, WITH, y, "=", k),
        (Same(rate.given, top / bottom),),
    )  # fmt: skip
    yield Stage(
        "Measured from there it is homogeneous: solve that, and go back",
        integrated(whole, 0), (Same(whole, load("sympy").S.Zero, rate.along()),),
    )  # fmt: skip
