"""Two linear equations of second order that sums and differences of the states take apart.

With u = x + k*y the forces may depend on u and u' alone, whatever the coefficients do in time: two
such k give two equations of their own, the normal coordinates (Goldstein, Poole and Safko 2002,
*Classical Mechanics*, section 6.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from ..exact.linear.affine import Affine, varying
from ..exact.linear.identity import Identity
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page
from ..exact.solvable import Block
from ..notation import Shown, chain
from ..symbolic.rational import simplified
from ..tape import Tape, Value

_LONGEST = 120  # operations of the rates
_MOST, _SAME = 12, 1e-9  # of numerator and denominator of k, and how well a root is one


@dataclass(frozen=True)
class CoupledPairsClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "two linear equations of second order that normal coordinates take apart"

    @property
    def order(self) -> int:
        """After systems with constant coefficients."""
        return 16

    def recognise(self, block: Block) -> Change | None:
        """Return the equations of the normal coordinates, None if there are none."""
        system = block.system
        field, names = system.vector_field, system.states
        if system.n_states != 4 or len(field.nodes) - len(field.inputs) > _LONGEST:
            return None
        places = [i for i, s in enumerate(names) if f"{s}'" in names]
        if len(places) != 2 or any(
            field.outputs[i] != field.inputs.index(f"{names[i]}'") for i in places
        ):
            return None
        found = varying(system)
        if found is None:
            return None
        pairs = _Pairs(block, found, (places[0], places[1]))
        return pairs.change(pairs.weights) if len(pairs.weights) == 2 else None


SOLVABLE = CoupledPairsClass()


@dataclass(frozen=True)
class _Pairs:
    """Two equations of second order.

    Parameters
    ----------
    block
        What is asked for.
    coefficients
        Their matrix and input.
    places
        Positions of the two states that are no slopes.
    """

    block: Block
    coefficients: Affine
    places: tuple[int, int]

    @cached_property
    def slopes(self) -> tuple[int, int]:
        """Positions of their slopes."""
        names = self.block.system.states
        one, two = (names.index(f"{names[i]}'") for i in self.places)
        return one, two

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """What the second state counts in such combinations, two numbers if there are any."""
        builder = self.coefficients.builder
        identity, zero = Identity(builder), builder.constant(0.0)
        conditions: list[tuple[Value, Value, Value]] = []
        for columns in (self.places, self.slopes):
            (a, b), (c, d) = (
                [self.coefficients.matrix.get((i, j), zero) for j in columns] for i in self.slopes
            )
            conditions.append((c, a - d, -b))
        tests = [
            k for k in _candidates(self.coefficients, conditions)
            if all(identity.is_zero((c * k + b) * k + a) for c, b, a in conditions)
        ]  # fmt: skip
        return tuple(tests)

    def change(self, weights: tuple[float, ...]) -> Change:
        """Return the equations of the combinations."""
        system, fresh = self.block.system, self.block.notation.fresh
        x, y = (system.states[i] for i in self.places)
        one, two = fresh("u", "p", "u_1"), fresh("v", "q", "v_1")
        names = one, f"{one}'", two, f"{two}'"
        inner = Page((system.time, *names, *system.parameters))
        start = Page(system.parameters)
        begun = dict(zip(system.states, start.every(system.start), strict=True))
        rates, first = list[Value](), list[Value]()
        for k, (u, du) in zip(weights, (names[:2], names[2:]), strict=True):
            at = {x: inner[u], y: 0.0, f"{x}'": inner[du], f"{y}'": 0.0}
            force = inner.every(system.vector_field, at)
            whole = force[self.slopes[0]] + k * force[self.slopes[1]]
            rates += [inner[du], inner.put(simplified(inner.of(whole)))]
            first += [begun[x] + k * begun[y], begun[f"{x}'"] + k * begun[f"{y}'"]]
        return Change(
            self.block,
            replace(
                system, states=names, vector_field=inner.of(*rates), start=start.of(*first),
                events=(),
            ),
            self._back(weights, names),
            "Combinations of both states have equations of their own",
            tuple(
                chain(self.block.notation.name(u), self._told(x, y, k))
                for u, k in zip((one, two), weights, strict=True)
            ),
        )  # fmt: skip

    def _told(self, x: str, y: str, k: float) -> Shown:
        page = Page((x, y))
        value = page[x] - page[y] if k == -1 else page[x] + k * page[y]
        return self.block.notation.formula(page.builder.formula(value))

    def _back(self, weights: tuple[float, ...], names: tuple[str, ...]) -> Tape:
        """Return the states by the combinations."""
        system = self.block.system
        page, (k, other) = Page((system.time, *system.parameters, *names)), weights
        values: dict[int, Value] = {}
        for at, (u, v) in ((0, names[::2]), (1, names[1::2])):
            row = self.slopes if at else self.places
            values[row[0]] = (k * page[v] - other * page[u]) / (k - other)
            values[row[1]] = (page[u] - page[v]) / (k - other)
        return page.of(*(values[i] for i in range(system.n_states)))


def _candidates(
    coefficients: Affine, conditions: Sequence[tuple[Value, Value, Value]]
) -> Iterator[float]:
    """Yield fractions of small numbers that fulfil one condition somewhere."""
    system = coefficients.system
    trial = [system.t0 + 0.7, *(1.3 + 0.17 * i for i in range(system.n_parameters))]
    for condition in conditions:
        a, b, c = coefficients.on_time(condition)(*trial)
        inside = b * b - 4.0 * a * c
        if a == 0.0 or not inside >= 0.0:
            continue
        for sign in (1.0, -1.0):
            root = (-b + sign * math.sqrt(inside)) / (2.0 * a)
            near = Fraction(root).limit_denominator(_MOST)
            if near and abs(float(near) - root) <= _SAME * abs(root):
                yield float(near)
        return
