"""What is to be known of a solution that its numbers do not show; looked for when it is asked why.

A tolerance may be larger than a whole state; and several solutions may begin at a start at which a
root of zero has no slope: x' = 3*abs(x)^(2/3) from x = 0 has x = 0 and x = t^3 (Peano 1890; see
Hairer, Norsett and Wanner 1993, *Solving Ordinary Differential Equations I*, section I.7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...models.errors import listing
from ...models.jumps import Search
from ...models.once import once
from ...models.system import FirstOrderSystem
from ...models.tape import Builder
from ..arrays import Float, ParameterBatch, StateBatch
from ..evaluate import RowsFunction, rows_function, system_arguments
from ..problem import InitialValueProblem
from ..row_bounds import own_system

_AWAY = (2.0**-40, 2.0**-20)  # how far a start is left: of one at zero, and of another's size
_NEARER = (2.0**-40, 2.0**-25)  # and how much nearer again
_STEEPER = 2.0  # times as steep nearer to the start: no bound of the slope would do it
_MOST = 64  # trajectories of a batch whose starts are looked at
_MANY = 50  # states: of a larger system no start is looked at


def notices(problem: InitialValueProblem, y: Float, *, by_steps: bool) -> Iterator[str]:
    """Yield sentences about a solution.

    Parameters
    ----------
    problem
        What was solved.
    y
        The states at the output times, (state, batch, time).
    by_steps
        Whether tolerances were used.
    """
    if by_steps and problem.step is None:
        yield from _too_small(problem, y)
    yield from _not_alone(problem)


def _too_small(problem: InitialValueProblem, y: Float) -> Iterator[str]:
    n = len(y)
    begun = np.abs(problem.y0[:n]).max(axis=1, initial=0.0)
    size = np.maximum(begun, np.nanmax(np.abs(y), axis=(1, 2), initial=0.0))
    atol = problem.atol[:n].max(axis=1)
    small = np.flatnonzero((size < atol) & (size > 0.0) & np.isfinite(atol))
    if small.size:
        names = [problem.states[i] for i in small]
        one, least = names[0], float(size[small[0]])
        verb = "is" if len(names) == 1 else "are"
        yield (
            f"{listing(names)} {verb} below the absolute tolerance at all of these times, and may "
            f"have no right digit: give one for each state, atol={{{one!r}: {least * 1e-6:.0e}}}"
        )


def _not_alone(problem: InitialValueProblem) -> Iterator[str]:
    system = own_system(problem)
    roots = _roots(system) if system.n_states <= _MANY else None
    if roots is None:
        return
    y0, p = problem.y0[: system.n_states, :_MOST], problem.p[:, :_MOST]
    arguments, powers = np.split(roots(problem.t0, y0, p), 2)
    if not np.any((arguments == 0.0) & (0.0 < powers) & (powers < 1.0)):
        return
    start = _Start(_rates(system), problem, y0, p)
    names = [name for j, name in enumerate(system.states) if start.is_left_by(j)]
    if names:
        yield (
            "it starts where a root of zero has no slope: several solutions begin there, and this "
            f"is one; in others {listing(names)} may leave the start at another time. A start a "
            "little beside it decides"
        )


class _Start:
    """The start of a problem, and where rates lead from beside it."""

    def __init__(
        self, rates: RowsFunction, problem: InitialValueProblem, y: StateBatch, p: ParameterBatch
    ) -> None:
        self.rates, self.t, self.direction = rates, problem.t0, problem.direction
        self.y, self.p = y, p
        self.rests = rates(self.t, y, p) == 0.0

    def is_left_by(self, j: int) -> bool:
        """Tell whether a state at rest is driven away from there, itself or through another one."""
        return any(self._steepens(j, i, side) for side in (1.0, -1.0) for i in range(len(self.y)))

    def _steepens(self, j: int, i: int, side: float) -> bool:
        """Tell whether a rate leaves the start the steeper, the nearer a state is beside it."""
        at_zero = self.y[j] == 0.0
        size = np.where(at_zero, 1.0, np.abs(self.y[j]))
        far = np.where(at_zero, *_AWAY) * size
        near = far * np.where(at_zero, *_NEARER)
        steep = [self._beside(j, side * way)[i] / way for way in (far, near)]
        steeper = np.abs(steep[1]) > _STEEPER * np.abs(steep[0])
        steeper &= self.rests[j] & self.rests[i] & (steep[0] * steep[1] > 0.0)
        if i == j:
            return bool(np.any(steeper & (side * steep[1] > 0.0)))
        back = self._beside(i, np.sign(steep[1]) * far)[j]
        return bool(np.any(steeper & (side * back > 0.0)))

    def _beside(self, j: int, way: Float) -> Float:
        """Return the rates where one state is some way off the start."""
        moved = self.y.copy()
        moved[j] += way
        return self.direction * self.rates(self.t, moved, self.p)


@once
def _rates(system: FirstOrderSystem) -> RowsFunction:
    arguments = system_arguments(system.n_states, system.n_parameters)
    return rows_function(system.vector_field, "rates", arguments)


@once
def _roots(system: FirstOrderSystem) -> RowsFunction | None:
    """Return (t, y, p) to what roots are of, and then their powers; None if states have none."""
    tape = system.vector_field
    if {"sqrt", "pow"}.isdisjoint(tape.operations):
        return None
    moving = Search.reached(tape, range(1, 1 + system.n_states))
    found = [node for node in tape.nodes if node.op in {"sqrt", "pow"} and moving[node.args[0]]]
    if not found:
        return None
    builder = Builder(tape.inputs)
    values = builder.inline(replace(tape, outputs=tuple(n.args[0] for n in found)), builder.inputs)
    last = tuple(n.args[-1] for n in found)
    powers = builder.inline(replace(tape, outputs=last), builder.inputs)
    both = [*values, *(builder.value(0.5) if n.op == "sqrt" else p
                       for n, p in zip(found, powers, strict=True))]  # fmt: skip
    arguments = system_arguments(system.n_states, system.n_parameters)
    return rows_function(builder.finish(both), "roots", arguments)
