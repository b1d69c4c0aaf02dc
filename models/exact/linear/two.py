"""Two linear equations with constant coefficients, or one of second order: what solves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cached_property

from ...symbolic.roots import rational_root
from ...tape import Tape, Value
from ..solvable import Block
from .affine import Affine
from .forcing import Term
from .identity import Identity
from .pair import Oscillation
from .particular import Particular, along, less
from .resolvent import Resolvent

_ROWS = (0, 1)


class Roots(Enum):
    """What the eigenvalues of two equations are."""

    EQUAL = "one twice"
    REAL = "two"
    COMPLEX = "conjugate"
    EITHER = "two or conjugate, as the parameters decide"


class Pair:
    """Two linear equations y' = A*y + b(t), and what their solution is made of.

    Parameters
    ----------
    block
        What is asked for.
    coefficients
        A, b and the start.
    inputs
        b in terms.
    identity
        Tells equal rates.
    """

    def __init__(
        self, block: Block, coefficients: Affine, inputs: Sequence[Sequence[Term]],
        identity: Identity,
    ) -> None:  # fmt: skip
        self.block, self.coefficients, self.inputs = block, coefficients, inputs
        self.identity, self.builder = identity, coefficients.builder
        self.simple = Particular(coefficients, self.builder.constant(0.0), identity).simple
        self.resolvent = Resolvent(coefficients, self.simple, identity)

    @cached_property
    def middle(self) -> Value:
        """Half the trace."""
        return self.simple((self.resolvent.a + self.resolvent.d) / 2)

    @cached_property
    def determinant(self) -> Value:
        """The determinant."""
        r = self.resolvent
        return self.simple(r.a * r.d - r.b * r.c)

    @cached_property
    def square(self) -> Value:
        """The square of half the gap between the eigenvalues, d = m^2 - det(A)."""
        r = self.resolvent
        return self.simple((r.a - r.d) ** 2 / 4 + r.b * r.c)

    @cached_property
    def steady(self) -> list[Value] | None:
        """A particular solution, None where an exponential is in resonance."""
        return self.resolvent.steady((i, t) for i in _ROWS for t in self.inputs[i])

    @cached_property
    def left(self) -> list[Value]:
        """Start less the particular solution there."""
        assert self.steady is not None
        a = self.coefficients
        return [less(y, a.at_start(p)) for y, p in zip(a.start, self.steady, strict=True)]

    @cached_property
    def moved(self) -> list[Value]:
        """(A - m) times that."""
        r, (x, y) = self.resolvent, self.left
        half = self.simple((r.a - r.d) / 2)
        return [half * x + r.b * y, r.c * x - half * y]

    def formula(self) -> Tape | Oscillation:
        """Return the solution as it is printed."""
        match self.roots:
            case Roots.EQUAL, _:
                return self._written([u + v * self.coefficients.elapsed for u, v in self.rows()])
            case Roots.REAL, w:
                return self._exponentials(w)
            case Roots.COMPLEX, w:
                return self._waves(w)
            case _:
                return self._oscillation()

    @cached_property
    def roots(self) -> tuple[Roots, Value]:
        """Which eigenvalues m + w, m - w or m + i*w, m - i*w there are, and w or its square."""
        if self.identity.is_zero(self.square):
            return Roots.EQUAL, self.square
        for kind, square in ((Roots.REAL, self.square), (Roots.COMPLEX, -self.square)):
            root, number = self._root(square), square.constant
            if root is None and number is not None and number > 0:
                root = square.apply("sqrt")
            if root is not None:
                return kind, root
        return Roots.EITHER, self.square

    def rows(self) -> Iterator[tuple[Value, Value]]:
        """Yield for each state what goes with C and what goes with S."""
        return zip(self.left, self.moved, strict=True)

    def _root(self, square: Value) -> Value | None:
        parameters = self.coefficients.system.parameters
        root = rational_root(self.builder.finish([square], parameters))
        if root is None:
            return None
        return self.builder.inline(root, [self.builder.input(n) for n in parameters])[0]

    def _written(self, rows: Sequence[Value]) -> Tape:
        """Return particular solution plus rows that grow with m."""
        assert self.steady is not None
        grown = along(self.middle, self.coefficients.elapsed).apply("exp")
        return self.coefficients.on_time(
            p + r * grown for p, r in zip(self.steady, rows, strict=True)
        )

    def _waves(self, w: Value) -> Tape:
        angle = along(w, self.coefficients.elapsed)
        cosine, sine = angle.apply("cos"), angle.apply("sin")
        return self._written([u * cosine + self.simple(v / w) * sine for u, v in self.rows()])

    def _exponentials(self, w: Value) -> Tape:
        assert self.steady is not None
        values: list[Value] = []
        for p, (u, v) in zip(self.steady, self.rows(), strict=True):
            total = p
            for side in (1.0, -1.0):
                rate = self.simple(self.middle + side * w)
                share = self.simple((u + side * v / w) / 2)
                total = total + share * along(rate, self.coefficients.elapsed).apply("exp")
            values.append(total)
        return self.coefficients.on_time(values)

    def _oscillation(self) -> Oscillation:
        a = self.coefficients
        shares = [part for row in self.rows() for part in row]
        values = [*shares, self.middle, self.square, self.simple(-self.square)]
        assert self.steady is not None
        shared = self.builder.finish(values, a.system.parameters)
        return Oscillation(a.system, a.on_time(self.steady), shared)
