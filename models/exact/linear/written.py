"""The solution of a linear system as a matrix exponential: printed so, and evaluated so.

exp(A*t)*y_0 is a formula in its own right; written out in elementary functions it is short only for
a few states. Its value with many digits is computed in whole numbers of a small unit, which is
exact but for the last of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...notation import Notation, Shown, chain
from ...system import FirstOrderSystem
from ...tape import Builder, Tape
from ...tape.precise import Precise

_GUARD = 160  # binary digits beyond those asked for, for quotients of differences
_STEP = 70  # binary digits after the point of the small difference
_TERMS_BELOW = 0.0625  # norm below which the series is summed
_LARGEST = 50.0  # norm beyond which nothing is said
Numbers = list[list[int]]


@dataclass(frozen=True)
class Piece:
    """One matrix exponential, in numbers of parameters.

    Parameters
    ----------
    places
        Row and column of each entry of the matrix that is not zero.
    values
        The entries, then the inputs at the beginning, then the time since the start at which it
        begins; the tape's inputs are the parameters.
    """

    places: tuple[tuple[int, int], ...]
    values: Tape


@dataclass(frozen=True)
class MatrixExponential:
    """exp(A*t)*y_0, with the integral over an input if there is one.

    Parameters
    ----------
    system
        What is solved; the last states are those asked for.
    own
        How many these are.
    pieces
        Which follow one another.
    matrix, source
        A by rows, and b as a function of time; both over time and parameters.
    """

    system: FirstOrderSystem
    own: int
    pieces: tuple[Piece, ...]
    matrix: Tape
    source: Tape

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the equations."""
        n, time = self.system.n_states, notation.name(notation.time)
        names = [notation.name(s) for s in self.system.states]
        rows = [notation.answer(self.matrix.select([k])) for k in range(n * n)]
        a = _matrix([rows[i * n : (i + 1) * n] for i in range(n)])
        start = _column([notation.answer(self.system.start.select([i])) for i in range(n)])
        since = notation.answer(_since(self.system))
        left = _column(names)
        state = Shown(f"{left.text}({time.text})", f"{left.latex}({time.latex})")
        gone = f"{since.text}" if since.text == time.text else f"({since.text})"
        solution = Shown(
            f"exp(A*{gone})*{start.text}", rf"e^{{A \, {since.latex}}} \, {start.latex}"
        )
        rules = [chain(Shown("A", "A"), a)]
        if any(self.source.select([i]) != _zero(self.source) for i in range(n)):
            solution, rule = self._with_integral(notation, solution)
            rules.append(rule)
        return (chain(state, solution), *rules)

    def _with_integral(self, notation: Notation, solution: Shown) -> tuple[Shown, Shown]:
        inner = notation.fresh("s", "u", "w")
        time = notation.name(notation.time)
        b = _column(
            [
                notation.answer(self.source.select([i]).rename({self.system.time: inner}))
                for i in range(self.system.n_states)
            ]
        )
        begin = notation.answer(_begin(self.system))
        whole = Shown(
            f"{solution.text} + integral(exp(A*({time.text} - {inner}))*b({inner}), "
            f"{inner} = {begin.text}..{time.text})",
            rf"{solution.latex} + \int_{{{begin.latex}}}^{{{time.latex}}} "
            rf"e^{{A \, ({time.latex} - {inner})}} \, b({inner}) \, \mathrm{{d}}{inner}",
        )
        return whole, chain(Shown(f"b({inner})", f"b({inner})"), b)

    def values(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return every state with many digits."""
        elapsed = precise.context.mpf(point[self.system.time]) - self.system.t0
        return self._at(precise, point, elapsed)

    def slopes(self, precise: Precise, point: Mapping[str, Any]) -> Sequence[Any]:
        """Return the derivative of every state by time, a quotient of small differences.

        A*y would be no test of the exponential.
        """
        context = precise.context
        elapsed, step = (
            context.mpf(point[self.system.time]) - self.system.t0,
            context.ldexp(1, -_STEP),
        )
        after = self._at(precise, point, elapsed + step)
        before = self._at(precise, point, elapsed - step)
        return [(a - b) / (2 * step) for a, b in zip(after, before, strict=True)]

    def _at(self, precise: Precise, point: Mapping[str, Any], elapsed: Any) -> list[Any]:
        n, context = self.system.n_states, precise.context
        y = list(precise(self.system.start, point))
        numbers = [precise(piece.values, point) for piece in self.pieces]
        ends = [*(n[-1] for n in numbers[1:]), elapsed]
        for piece, (*values, begin), end in zip(self.pieces, numbers, ends, strict=True):
            until = min(end, elapsed)
            if until > begin or len(self.pieces) == 1:
                y = _moved(context, piece.places, values, y, until - begin)
        return y[n - self.own :]


def _moved(
    context: Any,
    places: Sequence[tuple[int, int]],
    numbers: Sequence[Any],
    states: Sequence[Any],
    time: Any,
) -> list[Any]:
    """Return the states after a time."""
    entries, start = numbers[: len(places)], [*states, *numbers[len(places) :]]
    n, nowhere = len(start), [context.nan] * len(states)
    if not all(map(context.isfinite, (*numbers, *states))):
        return nowhere
    scaled = {p: v * time for p, v in zip(places, entries, strict=True)}
    norm = max([sum(abs(v) for (_, j), v in scaled.items() if j == k) for k in range(n)], default=0)
    if norm > _LARGEST:
        return nowhere
    unit = context.prec + _GUARD + 3 * int(norm)
    power = _exponential(context, scaled, n, float(norm), unit)
    with context.workprec(unit):
        rows = [
            sum(context.ldexp(power[i][j], -unit) * start[j] for j in range(n))
            for i in range(len(states))
        ]
    return rows


def _exponential(
    context: Any, matrix: Mapping[tuple[int, int], Any], n: int, norm: float, unit: int
) -> Numbers:
    """Return exp of a matrix in units of 2^-unit."""
    halvings = 0
    while norm / 2**halvings > _TERMS_BELOW:
        halvings += 1
    unit_matrix = [[int(i == j) << unit for j in range(n)] for i in range(n)]
    small = [[0] * n for _ in range(n)]
    for (i, j), v in matrix.items():
        small[i][j] = int(context.ldexp(v, unit - halvings))
    total, term, k = unit_matrix, unit_matrix, 0
    while any(map(any, term)):
        k += 1
        term = [[x // k for x in row] for row in _times(term, small, unit)]
        term = [[x if abs(x) > 1 else 0 for x in row] for row in term]
        total = [
            [a + b for a, b in zip(r, s, strict=True)] for r, s in zip(total, term, strict=True)
        ]
    for _ in range(halvings):
        total = _times(total, total, unit)
    return total


def _times(left: Numbers, right: Numbers, unit: int) -> Numbers:
    columns = list(zip(*right, strict=True))
    return [
        [
            sum(a * b for a, b in zip(row, column, strict=True) if a and b) >> unit
            for column in columns
        ]
        for row in left
    ]


def _since(system: FirstOrderSystem) -> Tape:

    builder = Builder((system.time,))
    return builder.finish([builder.inputs[0] - system.t0])


def _begin(system: FirstOrderSystem) -> Tape:

    return Builder().finish([system.t0])


def _zero(like: Tape) -> Tape:

    return Builder(like.inputs).finish([0.0])


def _column(entries: Sequence[Shown]) -> Shown:
    if len(entries) == 1:
        return entries[0]
    text = f"[{', '.join(e.text for e in entries)}]"
    rows = r" \\ ".join(e.latex for e in entries)
    return Shown(text, rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}")


def _matrix(rows: Sequence[Sequence[Shown]]) -> Shown:
    text = "[" + ", ".join(f"[{', '.join(e.text for e in row)}]" for row in rows) + "]"
    latex = r" \\ ".join(" & ".join(e.latex for e in row) for row in rows)
    return Shown(text, rf"\begin{{pmatrix}} {latex} \end{{pmatrix}}")
