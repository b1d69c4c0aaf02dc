"""Two linear equations with constant coefficients that act on each other, or one of second order.

A damped oscillator is one, two tanks that exchange are another; driven by constants, polynomials,
exponentials and waves, in terms of elementary functions (Boyce and DiPrima 2012, *Elementary
Differential Equations*, sections 3.3 to 3.8, 7.5 to 7.9). An input in resonance, or one that is
switched, is left to the exponential of the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..exact.derivation import Claim, Step
from ..exact.linear.affine import ELAPSED, Affine
from ..exact.linear.forcing import Term
from ..exact.linear.identity import Identity
from ..exact.linear.pair import Oscillation, basis
from ..exact.linear.particular import Particular, less
from ..exact.linear.resolvent import Resolvent
from ..exact.linear.safe import constant, safe_values
from ..exact.solvable import Block, Solved, Written
from ..notation import Shown, chain
from ..symbolic.roots import rational_root
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative

_ROWS = (0, 1)


@dataclass(frozen=True)
class LinearPairClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "two linear equations with constant coefficients, or one of second order"

    @property
    def order(self) -> int:
        """Before larger systems."""
        return 3

    def recognise(self, block: Block) -> LinearPair | None:
        """Return the two equations, None if they are others."""
        if block.system.n_states != len(_ROWS):
            return None
        found = constant(block.system)
        if found is None:
            return None
        switched = any(term.begin is not None for terms in found[1] for term in terms)
        return None if switched else LinearPair(block, *found)


SOLVABLE = LinearPairClass()


class LinearPair:
    """Two such equations.

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
        """A particular solution, None at resonance."""
        return self.resolvent.steady((i, t) for i in _ROWS for t in self.inputs[i])

    @cached_property
    def left(self) -> list[Value]:
        """Start less the particular solution there."""
        assert self.steady is not None
        pairs = zip(self.coefficients.start, map(self._at_start, self.steady), strict=True)
        return [less(y, p) for y, p in pairs]

    @cached_property
    def moved(self) -> list[Value]:
        """(A - m) times that."""
        r, (x, y) = self.resolvent, self.left
        half = self.simple((r.a - r.d) / 2)
        return [half * x + r.b * y, r.c * x - half * y]

    def _at_start(self, value: Value) -> Value:
        tape = self.builder.formula(value)
        zero = self.builder.constant(0.0)
        bindings = [zero if n == ELAPSED else self.builder.input(n) for n in tape.inputs]
        return self.builder.inline(tape, bindings)[0]

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        if self.steady is None:
            return
        tape = self._safe()
        if tape is not None:
            domain = (f"valid for all {self.block.notation.time}",)
            formula = self._formula()
            yield Solved(formula, tape, domain, self._steps(formula))

    def _safe(self) -> Tape | None:
        a = self.coefficients
        if any(self.inputs) or self.block.closure.n_states > len(_ROWS):
            return safe_values(self.block, a, self.inputs, self.identity)
        even, odd = basis(self.middle, self.square, self.determinant, a.elapsed)
        rows = zip(self.left, self.moved, strict=True)
        return a.on_time([u * even + v * odd for u, v in rows])

    def _formula(self) -> Tape | Written:
        if self.identity.is_zero(self.square):
            return self._written([u + v * self.coefficients.elapsed for u, v in self._rows()])
        number = self.square.constant
        root = self._root(self.square)
        if root is None and number is not None and number > 0:
            root = self.square.apply("sqrt")
        if root is not None:
            return self._exponentials(root)
        root = self._root(-self.square)
        if root is None and number is not None:
            root = (-self.square).apply("sqrt")
        if root is not None:
            return self._waves(root)
        return self._oscillation()

    def _rows(self) -> Iterator[tuple[Value, Value]]:
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
        grown = (self.middle * self.coefficients.elapsed).apply("exp")
        return self.coefficients.on_time(
            p + r * grown for p, r in zip(self.steady, rows, strict=True)
        )

    def _waves(self, w: Value) -> Tape:
        angle = w * self.coefficients.elapsed
        cosine, sine = angle.apply("cos"), angle.apply("sin")
        return self._written([u * cosine + self.simple(v / w) * sine for u, v in self._rows()])

    def _exponentials(self, w: Value) -> Tape:
        assert self.steady is not None
        values: list[Value] = []
        for p, (u, v) in zip(self.steady, self._rows(), strict=True):
            total = p
            for side in (1.0, -1.0):
                rate = self.simple(self.middle + side * w)
                share = self.simple((u + side * v / w) / 2)
                total = total + share * (rate * self.coefficients.elapsed).apply("exp")
            values.append(total)
        return self.coefficients.on_time(values)

    def _oscillation(self) -> Oscillation:
        a = self.coefficients
        shares = [part for row in self._rows() for part in row]
        values = [*shares, self.middle, self.square, self.simple(-self.square)]
        assert self.steady is not None
        shared = self.builder.finish(values, a.system.parameters)
        return Oscillation(a.system, a.on_time(self.steady), shared)

    def _steps(self, formula: Tape | Written) -> tuple[Step, ...]:
        return _Account(self).steps(formula)


class _Account:
    """The way to the solution of two equations."""

    def __init__(self, pair: LinearPair) -> None:
        self.pair, self.notation, self.system = pair, pair.block.notation, pair.block.system

    def steps(self, formula: Tape | Written) -> tuple[Step, ...]:
        """Return all steps."""
        pair = self.pair
        steps = [self._characteristic()]
        if any(pair.inputs):
            steps.append(self._particular())
        if isinstance(formula, Tape):
            parts = (
                chain(self.notation.in_time(s), self.notation.formula(formula.select([i])))
                for i, s in enumerate(self.system.states)
            )
            shown = chain(*parts, sign=", ")
        else:
            shown = chain(*formula.shown(self.notation), sign=", ")
        words = "Combine the two solutions so that the start values are met"
        return (*steps, Step(words, shown, is_solution=True))

    def _characteristic(self) -> Step:
        """State the characteristic equation; by Cayley and Hamilton the matrix fulfils it."""
        pair, r = self.pair, self.pair.resolvent
        builder = Builder((self.notation.fresh("lambda", "r"), *self.system.parameters))
        root, *parameters = builder.inputs
        names = pair.coefficients.system.parameters
        inner = pair.builder.finish(
            [r.a, r.b, r.c, r.d, pair.simple(r.a + r.d), pair.determinant], names
        )
        a, b, c, d, trace, determinant = builder.inline(inner, parameters)
        polynomial = root**2 - trace * root + determinant
        product = (root - a) * (root - d) - b * c
        claim = Claim(builder.formula(polynomial), builder.formula(product))
        shown = chain(self.notation.formula(builder.formula(polynomial)), Shown("0", "0"))
        words = "Exponentials exp(lambda*t) solve the equations without input if"
        return Step(words, shown, (claim,))

    def _particular(self) -> Step:
        """State a particular solution; that it fulfils the equations is claimed."""
        pair, system = self.pair, self.system
        assert pair.steady is not None
        steady = pair.coefficients.on_time(pair.steady)
        builder = Builder((system.time, *system.parameters))
        p = builder.inline(steady, builder.inputs)
        at = dict(zip(builder.names, builder.inputs, strict=True)) | dict(
            zip(system.states, p, strict=True)
        )
        rates = builder.inline(system.vector_field, [at[n] for n in system.vector_field.inputs])
        slopes = builder.inline(derivative(steady, system.time), builder.inputs)
        claims = tuple(
            Claim(builder.formula(s), builder.formula(r))
            for s, r in zip(slopes, rates, strict=True)
        )
        shown = chain(
            *(
                chain(self.notation.in_time(f"{s}_p"), self.notation.formula(builder.formula(v)))
                for s, v in zip(system.states, p, strict=True)
            ),
            sign=", ",
        )
        words = "A particular solution has the shape of the input (undetermined coefficients)"
        return Step(words, shown, claims)
