"""Modes of equal places in a row or ring, each coupled to the next: sines and cosines.

A tridiagonal matrix with p on its diagonal and q beside it has sines for eigenvectors, cosines
where nothing passes an end, and both on a ring; the eigenvalue is p + 2*q*cos(theta)
(Strang 1999, *The discrete cosine transform*, SIAM Review 41, 135-147,
doi:10.1137/S0036144598336745).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple

from ...notation import Notation, Shown, chain
from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.composed.confluent import relative_growth
from ...tape.precise import Precise
from ..solvable import Point


class Mode(NamedTuple):
    """One mode: wave((i + shift)*pi*turn) at the places i = 1, 2, ….

    Parameters
    ----------
    wave
        ``"sin"`` or ``"cos"``.
    turn
        From one place to the next, as a share of pi.
    shift
        Of the places.
    weight
        One over the sum of its squares.
    """

    wave: str
    turn: Fraction
    shift: Fraction
    weight: Fraction

    def height(self, i: int) -> float:
        """Return it at a place, in doubles."""
        angle = (i + self.shift) * self.turn % 2
        return getattr(math, self.wave)(math.pi * float(angle))


class Ends(NamedTuple):
    """What is at both ends: whether nothing passes there; or that there is none, on a ring."""

    left: bool = False
    right: bool = False
    ring: bool = False


_HALF = Fraction(1, 2)


def modes_of(size: int, ends: Ends) -> list[Mode]:
    """Return the modes of so many places."""
    n = size
    if ends.ring:
        return list(_around(n))
    if ends.left and ends.right:
        return [Mode("cos", Fraction(k, n), -_HALF, Fraction(1 + (k > 0), n)) for k in range(n)]
    if ends.left:
        turns = (Fraction(2 * k + 1, 2 * n + 1) for k in range(n))
        return [Mode("cos", turn, -_HALF, Fraction(4, 2 * n + 1)) for turn in turns]
    if ends.right:
        turns = (Fraction(2 * k - 1, 2 * n + 1) for k in range(1, n + 1))
        return [Mode("sin", turn, Fraction(0), Fraction(4, 2 * n + 1)) for turn in turns]
    turns = (Fraction(k, n + 1) for k in range(1, n + 1))
    return [Mode("sin", turn, Fraction(0), Fraction(2, n + 1)) for turn in turns]


def _around(n: int) -> Iterator[Mode]:
    for k in range(n // 2 + 1):
        alone = k == 0 or 2 * k == n
        weight = Fraction(1 if alone else 2, n)
        yield Mode("cos", Fraction(2 * k, n), Fraction(0), weight)
        if not alone:
            yield Mode("sin", Fraction(2 * k, n), Fraction(0), weight)


def by_waves(
    modes: Sequence[Mode], base: Value, coupling: Value, time: Value,
    start: Sequence[Value], source: Sequence[Value],
) -> list[Value]:  # fmt: skip
    """Return all states after a time.

    Parameters
    ----------
    modes
        Of the matrix.
    base, coupling
        p + 2*q, and q.
    time
        Since the start.
    start, source
        Of each state.
    """
    places = range(1, len(start) + 1)
    forced = any(b.constant != 0.0 for b in source)
    parts: list[Value] = []
    for mode in modes:
        heights = [float(mode.weight) * mode.height(i) for i in places]
        half = math.sin(math.pi * float(mode.turn) / 2)
        rate = base - 4.0 * half * half * coupling
        part = (rate * time).apply("exp") * _weighted(heights, start)
        if forced:
            part = part + time * relative_growth(rate * time) * _weighted(heights, source)
        parts.append(part)
    return [_weighted([mode.height(i) for mode in modes], parts) for i in places]


def _weighted(weights: Sequence[float], values: Sequence[Value]) -> Value:
    return reduce(lambda a, b: a + b, (w * v for w, v in zip(weights, values, strict=True)))


@dataclass(frozen=True)
class Waves:
    """The sum over all modes.

    Parameters
    ----------
    system
        What is solved.
    modes, ends
        Of its matrix.
    coefficients
        p + 2*q and q, then the start and the source of each state, from the parameters.
    """

    system: FirstOrderSystem
    modes: tuple[Mode, ...]
    ends: Ends
    coefficients: Tape
    _heights: dict[int, Any] = field(default_factory=dict[int, Any], repr=False, compare=False)

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        return self._motion(precise, point, slopes=False)

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time."""
        return self._motion(precise, point, slopes=True)

    def _motion(self, precise: Precise, point: Point, *, slopes: bool) -> list[Any]:
        context, n = precise.context, self.system.n_states
        base, coupling, *rest = precise(self.coefficients, point)
        time = context.mpf(point[self.system.time]) - self.system.t0
        heights, parts = self._at(precise), list[Any]()
        for mode, row in zip(self.modes, heights, strict=True):
            weight = context.mpf(mode.weight.numerator) / mode.weight.denominator
            begun, fed = (weight * context.fdot(row, v) for v in (rest[:n], rest[n:]))
            half = context.sinpi(_number(context, mode.turn) / 2)
            rate = base - 4 * half * half * coupling
            grown = context.exp(rate * time)
            growth = context.expm1(rate * time) / rate if rate else time
            parts.append(grown * (rate * begun + fed) if slopes else grown * begun + growth * fed)
        return [context.fdot((row[i] for row in heights), parts) for i in range(n)]

    def _at(self, precise: Precise) -> list[list[Any]]:
        """Return each mode at all places, found once."""
        if precise.digits not in self._heights:
            context, places = precise.context, range(1, self.system.n_states + 1)
            waves: Mapping[str, Any] = {"sin": context.sinpi, "cos": context.cospi}
            self._heights[precise.digits] = [
                [waves[m.wave](_number(context, (i + m.shift) * m.turn % 2)) for i in places]
                for m in self.modes
            ]
        return self._heights[precise.digits]

    # ---- in writing -----------------------------------------------------------------------

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the sum over modes, their rates and angles, and their shares."""
        system, n = self.system, self.system.n_states
        since = notation.answer(_since(system))
        grown = Shown(f"exp(r_k*{_bracketed(since.text)})", rf"e^{{r_k ({since.latex})}}")
        low, high = (0, n // 2) if self.ends.ring else (0, n - 1) if self._is_closed else (1, n)
        term, latex = f"c_k*{grown.text}", rf"c_k {grown.latex}"
        if self._is_fed:
            term = f"({term} + b_k*({grown.text} - 1)/r_k)"
            latex = rf"({latex} + b_k ({grown.latex} - 1) / r_k)"
        wave = self._wave
        total = Shown(
            f"sum({term}*{wave.text}, k = {low}..{high})",
            rf"\sum_{{k={low}}}^{{{high}}} {latex} {wave.latex}",
        )
        rows = [
            chain(_ends_of([notation.in_time(s) for s in system.states]), total),
            chain(Shown("r_k", "r_k"), self._rate(notation)),
            chain(Shown("theta_k", r"\theta_k"), self._angle(n)),
            self._share("c_k", [system.start.select([i]) for i in range(n)], notation),
        ]
        if self._is_fed:
            fed = [self.coefficients.select([2 + n + i]) for i in range(n)]
            rows.append(self._share("b_k", fed, notation))
            rows.append(_told("where r_k = 0, the time itself is what b_k is multiplied by"))
        if self.ends.ring:
            rows.append(_told("wave = cos and, but for theta_k = 0 and pi, sin"))
        if self.ends.ring or self._is_closed:
            rows.append(_told("half these shares for theta_k = 0" + " and pi" * self.ends.ring))
        return tuple(rows)

    @property
    def _is_closed(self) -> bool:
        return self.ends.left and self.ends.right

    @property
    def _is_fed(self) -> bool:
        """Whether something is free of the states."""
        tape, first = self.coefficients, 2 + self.system.n_states
        nodes = (tape.nodes[o] for o in tape.outputs[first:])
        return any(node.op != "const" or node.value != 0.0 for node in nodes)

    @property
    def _wave(self) -> Shown:
        if self.ends.ring:
            return Shown("wave(i*theta_k)", r"\mathrm{wave}(i \theta_k)")
        if self.ends.left:
            return Shown("cos((i - 1/2)*theta_k)", r"\cos((i - \frac{1}{2}) \theta_k)")
        return Shown("sin(i*theta_k)", r"\sin(i \theta_k)")

    def _rate(self, notation: Notation) -> Shown:
        builder = Builder((*self.coefficients.inputs, "theta_k"))
        *parameters, angle = builder.inputs
        base, coupling, *_ = builder.inline(self.coefficients, parameters)
        return notation.answer(
            builder.formula(base - 4.0 * coupling * (angle / 2.0).apply("sin") ** 2.0)
        )

    def _angle(self, n: int) -> Shown:
        if self.ends.ring:
            top, below = "2*k*pi", n
        elif self._is_closed:
            top, below = "k*pi", n
        elif self.ends.left:
            top, below = "(2*k - 1)*pi", 2 * n + 1
        elif self.ends.right:
            top, below = "(2*k - 1)*pi", 2 * n + 1
        else:
            top, below = "k*pi", n + 1
        latex = top.replace("*pi", r" \pi").replace("*", " ")
        return Shown(f"{top}/{below}", rf"\frac{{{latex}}}{{{below}}}")

    def _share(self, name: str, values: Sequence[Tape], notation: Notation) -> Shown:
        """Return what a mode's share is of values along the line."""
        n, wave = self.system.n_states, self._wave
        whole = max(mode.weight for mode in self.modes)
        column = _ends_of([notation.answer(v) for v in values])
        text = f"{whole}*sum({column.text}_i*{wave.text}, i = 1..{n})"
        latex = rf"\frac{{{whole.numerator}}}{{{whole.denominator}}} \sum_{{i=1}}^{{{n}}} "
        latex += rf"{column.latex}_i {wave.latex}"
        return chain(Shown(name, name), Shown(text, latex))


def _since(system: FirstOrderSystem) -> Tape:
    builder = Builder((system.time,))
    return builder.finish([builder.inputs[0] - system.t0])


def _told(words: str) -> Shown:
    """Return words as a row of their own."""
    latex = words.replace("theta_k", r"}\theta_k\mathrm{").replace(" ", r"\ ")
    return Shown(words, rf"\mathrm{{{latex}}}")


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text else text


def _ends_of(column: Sequence[Shown]) -> Shown:
    """Return the first and the last of many."""
    text, latex = ([getattr(column[i], kind) for i in (0, -1)] for kind in ("text", "latex"))
    return Shown(f"[{text[0]}, ..., {text[1]}]", rf"[{latex[0]}, \ldots, {latex[1]}]")


def _number(context: Any, share: Fraction) -> Any:
    return context.mpf(share.numerator) / share.denominator
