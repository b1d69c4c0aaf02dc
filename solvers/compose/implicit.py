"""The step of a fully implicit method on the tape, in parts, and its dense output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ...models.system import FirstOrderSystem
from ...models.tape import Value
from ..method import Method
from ..tableaux.tableau import ButcherTableau
from .blocks import Blocks
from .linearised import linearised
from .newton import Newton, iterations, newton
from .program import (
    Arguments,
    Iterated,
    Program,
    floats,
    inputs,
    slope,
    vector,
    within,
)

Vectors = list[list[Value]]


def attempt(system: FirstOrderSystem, method: Method) -> Iterated:
    """Compose one attempted step.

    Handed on are the ``factor`` of the matrices, the stages ``w`` in the basis of the spectrum, and
    ``moved`` and ``earlier``: what the last iteration and the one before it changed at the end of
    the step.
    """
    parts, n = newton(method), system.n_states
    first = _Part(system, parts, ())
    blocks, w, moved = first.begun()
    numbers = blocks.values()
    handed: Arguments = (
        ("factor", len(numbers)), ("w", n * parts.count), ("moved", n), ("earlier", n),
    )  # fmt: skip
    place = {value.number: i for i, value in enumerate(numbers)}
    again, last = (_Part(system, parts, handed) for _ in range(2))
    return Iterated(
        first.program("prepare", [*numbers, *w, *moved, *moved]),
        again.program("repeat", again.improved(again.bound(blocks, place))),
        last.program("close", last.closed(last.bound(blocks, place))),
        iterations(system) - 1,
        handed,
    )


class _Part:
    """One part of a step under construction."""

    def __init__(self, system: FirstOrderSystem, parts: Newton, handed: Arguments) -> None:
        n, m = system.n_states, system.n_parameters
        self.system, self.parts = system, parts
        self.arguments: Arguments = (
            ("t", None), ("h", None), ("limit", None), ("y", n), ("f", n), ("p", m), *handed,
        )  # fmt: skip
        self.builder = builder = inputs(self.arguments)
        self.t, self.h, self.limit = (builder.input(x) for x in ("t", "h", "limit"))
        self.y, self.f, self.p = (
            vector(builder, name, length) for name, length in (("y", n), ("f", n), ("p", m))
        )

    def program(self, name: str, outputs: Sequence[Value]) -> Program:
        return Program(name, self.builder.finish(outputs), self.arguments)

    def bound(self, blocks: Blocks, place: dict[int, int]) -> Blocks:
        """Return the blocks of another part, their numbers handed on."""

        def handed(value: Value) -> Value:
            known = value.constant
            if known is not None:
                return self.builder.constant(known)
            return self.builder.input(f"factor[{place[value.number]}]")

        return blocks.map(handed)

    def begun(self) -> tuple[Blocks, list[Value], list[Value]]:
        """Return the matrices factored, the stages after one iteration, and what changed."""
        n = self.system.n_states
        partials = linearised(self.builder, self.system, [self.t, *self.y, *self.p])
        blocks = Blocks.of(self.parts.found, partials, n, 1.0 / self.h)
        turning = [row.get(n, self.builder.constant(0.0)) for row in partials]  # df/dt
        rights = self._each(
            self.parts.ahead, ([self.h, f, g] for f, g in zip(self.f, turning, strict=True))
        )
        none = [[self.builder.constant(0.0)] * n] * self.parts.count
        return blocks, *self._improve(none, blocks.solve(rights))

    def improved(self, blocks: Blocks) -> list[Value]:
        """Return what is handed on after one more iteration."""
        w = self._stages()
        pairs = zip(self.y, _states(w), strict=True)
        at = self._each(self.parts.spread, ([y, *v] for y, v in pairs))
        rates = [self._slope(c * self.h, z) for c, z in zip(self.parts.times, at, strict=True)]
        rights = self._each(
            self.parts.misses,
            ([self.h, *v, *f] for v, f in zip(_states(w), _states(rates), strict=True)),
        )
        new, moved = self._improve(w, blocks.solve(rights))
        return [*new, *moved, *vector(self.builder, "moved", self.system.n_states)]

    def closed(self, blocks: Blocks) -> list[Value]:
        """Return what an attempt returns."""
        n = self.system.n_states
        new, right, *inner = self._each(
            self.parts.close,
            ([self.h, y, f, *v]
             for y, f, v in zip(self.y, self.f, _states(self._stages()), strict=True)),
        )  # fmt: skip
        moved, earlier = (vector(self.builder, name, n) for name in ("moved", "earlier"))
        (error,) = self._each(
            self.parts.error, zip(blocks.real.solve(right), moved, earlier, strict=True)
        )
        return [*new, *error, *self._slope(self.h, new), *(x for stage in inner for x in stage)]

    def _each(self, program: Program, states: Iterable[Sequence[Value]]) -> Vectors:
        """Return what a program of one state gives for each: one vector per output."""
        found = [self.builder.inline(program.tape, values) for values in states]
        return _states(found)

    def _improve(self, w: Vectors, change: Vectors) -> tuple[list[Value], list[Value]]:
        rows = ([*a, *b] for a, b in zip(_states(w), _states(change), strict=True))
        *new, moved = self._each(self.parts.improve, rows)
        return [x for stage in new for x in stage], moved

    def _slope(self, time: Value, y: Sequence[Value]) -> list[Value]:
        ahead = within(self.system, self.t + time, self.limit, 0.0 <= self.h)
        return slope(self.builder, self.system, ahead, y, self.p)

    def _stages(self) -> Vectors:
        n, count = self.system.n_states, self.parts.count
        values = vector(self.builder, "w", n * count)
        return [values[i * n : (i + 1) * n] for i in range(count)]


def _states(rows: Sequence[Sequence[Value]]) -> Vectors:
    """Return vectors with states and the other index exchanged."""
    return [list(column) for column in zip(*rows, strict=True)]


def interpolate(system: FirstOrderSystem, method: Method) -> Program:
    """Compose the dense output: the polynomial of the collocation, through all stages."""
    assert isinstance(method.tableau, ButcherTableau)
    n, nodes = system.n_states, floats(method.tableau.c)
    inner = len(nodes) - 2
    arguments: Arguments = (
        ("theta", None), ("h", None), ("y", n), ("z", n), ("k", n * inner),
    )  # fmt: skip
    builder = inputs(arguments)
    theta, y, z = builder.input("theta"), vector(builder, "y", n), vector(builder, "z", n)
    weights = [_hat(theta, nodes, i) for i in range(1, len(nodes))]
    values: list[Value] = []
    for i, (a, b) in enumerate(zip(y, z, strict=True)):
        stages = [*vector(builder, "k", n * inner)[i::n], b - a]
        terms = [w * x for w, x in zip(weights, stages, strict=True)]
        values.append(sum(terms, a))
    return Program("interpolate", builder.finish(values), arguments)


def _hat(theta: Value, nodes: Sequence[float], i: int) -> Value:
    """Return the polynomial that is 1 at one node and 0 at the others."""
    others = [c for j, c in enumerate(nodes) if j != i]
    scale = float(np.prod([nodes[i] - c for c in others]))
    product = (1.0 / scale) * (theta - others[0])
    for c in others[1:]:
        product = product * (theta - c)
    return product
