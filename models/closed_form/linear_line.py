"""Equal places in a row or ring, each coupled to the next: the heat equation along a line.

dy_i/dt = p*y_i + q*(y_(i-1) + y_(i+1)) + b_i, of any number of places: with ends that are held, or
that nothing passes, the modes are sines or cosines, and the solution is their sum, as the series of
Fourier is for a rod (Strang 2007, *Computational Science and Engineering*, sections 1.5 and 6.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..exact.derivation import Claim, Step
from ..exact.linear.affine import Affine, affine
from ..exact.linear.identity import Identity
from ..exact.linear.waves_on_line import Ends, Waves, by_waves, modes_of
from ..exact.solvable import Block, Solved
from ..notation import chain
from ..symbolic.rational import simplified
from ..tape import Builder, Tape, Value

_FEWEST, _MOST = 4, 64  # states


@dataclass(frozen=True)
class LinearLineClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equal places along a line, each coupled to the next (heat equation), by its modes"

    @property
    def order(self) -> int:
        """Before any linear system: its modes are known."""
        return 7

    def recognise(self, block: Block) -> LinearLine | None:
        """Return the system, or None if its matrix is another."""
        if not _FEWEST <= block.system.n_states <= _MOST:
            return None
        if block.system.time in block.system.vector_field.used():
            return None
        found = affine(block.system)
        return None if found is None else _line(block, found)


SOLVABLE = LinearLineClass()


def _line(block: Block, found: Affine) -> LinearLine | None:
    """Return what stands on the diagonal, beside it, and at the ends."""
    matrix, n = found.matrix, found.size
    corners = (0, n - 1), (n - 1, 0)
    ring = all(place in matrix for place in corners)
    beside = [(i, j) for i in range(n) for j in (i - 1, i + 1) if 0 <= j < n]
    beside += corners if ring else ()
    diagonal = [(i, i) for i in range(n)]
    if matrix.keys() - {*beside, *diagonal} or not all(place in matrix for place in beside):
        return None
    identity = Identity(found.builder)
    p, q = matrix.get((1, 1), found.builder.constant(0.0)), matrix[0, 1]
    if not all(identity.same(matrix[place], q) for place in beside):
        return None
    if not all(identity.same(_at(found, matrix, i), p) for i in range(1, n - 1)):
        return None
    closed = [_end(identity, _at(found, matrix, i), p, q) for i in (0, n - 1)]
    if None in closed or (ring and any(closed)):
        return None
    base = found.builder.constant(0.0) if identity.is_zero(p + 2.0 * q) else p + 2.0 * q
    return LinearLine(block, found, base, q, Ends(bool(closed[0]), bool(closed[1]), ring))


def _at(found: Affine, matrix: Mapping[tuple[int, int], Value], i: int) -> Value:
    return matrix.get((i, i), found.builder.constant(0.0))


def _end(identity: Identity, here: Value, p: Value, q: Value) -> bool | None:
    """Tell whether nothing passes an end; None if it is neither closed nor held."""
    if identity.same(here, p):
        return False
    return True if identity.same(here, p + q) else None


@dataclass(frozen=True)
class LinearLine:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    coefficients
        Its matrix, source and start.
    base, coupling
        p + 2*q and q.
    ends
        Of the row, or none.
    """

    block: Block
    coefficients: Affine
    base: Value
    coupling: Value
    ends: Ends

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        a = self.coefficients
        modes = modes_of(a.size, self.ends)
        values = by_waves(modes, self.base, self.coupling, a.elapsed, a.start, a.source)
        values = [self.base, self.coupling, *a.start, *a.source, *values]
        known = self._short(a.builder.finish(values[:2], a.system.parameters))
        whole = Builder(a.system.parameters)
        first = whole.inline(known, whole.inputs)
        others = whole.inline(
            a.builder.finish([*a.start, *a.source], a.system.parameters), whole.inputs
        )
        written = Waves(a.system, tuple(modes), self.ends, whole.finish([*first, *others]))
        tape = a.on_time(values[-a.size :])
        domain = (f"valid for all {a.system.time}",)
        yield Solved(written, tape, domain, tuple(self._steps(written)))

    def _short(self, both: Tape) -> Tape:
        """Return p + 2*q and q as they are written."""
        builder = Builder(both.inputs)
        short = (simplified(both.select([i])) for i in (0, 1))
        return builder.finish(builder.inline(t, builder.inputs)[0] for t in short)

    def _steps(self, written: Waves) -> Iterator[Step]:
        """Yield what the rates are, the modes, and the sum over them."""
        notation, system = self.block.notation, self.block.system
        i = system.n_states // 2
        shown = written.shown(notation)
        yield Step(
            "The rates couple each place to the next on either side by one constant",
            chain(
                notation.rate(system.states[i]),
                notation.formula(system.vector_field.select([i])),
            ), tuple(self._rows()),
        )  # fmt: skip
        builder = Builder(("i", "theta", "p", "q"))
        place, theta, p, q = builder.inputs
        here, before, after = (((place + d) * theta).apply("sin") for d in (0.0, -1.0, 1.0))
        rate = p + 2.0 * q - 4.0 * q * (theta / 2.0).apply("sin") ** 2.0
        left, right = p * here + q * (before + after), rate * here
        yield Step(
            "A wave along the line, sin(i*theta) or cos(i*theta), keeps its form, since those of "
            "both neighbours add up to a multiple of it; the ends say which angles there are",
            chain(*shown[1:3], sign=", "), (Claim(builder.formula(left), builder.formula(right)),),
        )  # fmt: skip
        yield Step("The solution is the sum of all modes", shown[0], solution=True)

    def _rows(self) -> Iterator[Claim]:
        """Claim that each rate is that of its place."""
        a, system = self.coefficients, self.block.system
        both = a.builder.finish([self.base, self.coupling, *a.source], system.parameters)
        builder = Builder(system.vector_field.inputs)
        _, *states = builder.inputs[: a.size + 1]
        base, q, *source = builder.inline(both, builder.inputs[a.size + 1 :])
        rates = builder.inline(system.vector_field, builder.inputs)
        for i, (rate, b) in enumerate(zip(rates, source, strict=True)):
            row = (base - 2.0 * q) * states[i] + b
            for j, closed in ((i - 1, self.ends.left), (i + 1, self.ends.right)):
                if 0 <= j < a.size or self.ends.ring:
                    row = row + q * states[j % a.size]
                elif closed:
                    row = row + q * states[i]
            yield Claim(builder.formula(rate), builder.formula(row))
