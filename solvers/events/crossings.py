"""Where conditions turn to hold, looked for along the dense output of accepted steps.

A condition is an expression of time, states and parameters; it holds where that is positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape
from ..arrays import BatchTime, Bool, Float, Int, ParameterBatch, StateBatch
from ..evaluate import RowsFunction, RowsMaker, rows_function, system_arguments
from ..problem import InitialValueProblem
from .boxes import DEPTH, MOST, QUARTERS, around, bend, highest
from .roundings import roundings
from .settle import settle

# Fractions of a step at which a condition is looked at, so that an excursion shorter than the step
# is seen; those next to the ends show a peak that lies before or after the middle ones.
PROBES = (0.0, 1 / 64, 1 / 4, 1 / 2, 3 / 4, 63 / 64, 1.0)
REFINEMENTS = 3  # of a peak that stays below zero between two probes, by parabolas
# A peak is worth a closer look where it is nearer to zero than this many times what it is above its
# neighbours: the parabola through them rises by an eighth of that, or by less than four times at
# the ends, where probes are close.
PROMINENT = 16.0


class Path(Protocol):
    """The dense output of one accepted step of several trajectories."""

    @property
    def i(self) -> Int:
        """Their numbers in the problem, (batch,)."""
        ...

    @property
    def t(self) -> BatchTime:
        """Where the step began."""
        ...

    @property
    def h(self) -> BatchTime:
        """Its length, negative backward in time."""
        ...

    @property
    def z(self) -> StateBatch:
        """The states at its end."""
        ...

    def some(self, which: Bool | Int) -> Path:
        """Return the path of some of them."""
        ...

    def at(self, theta: BatchTime) -> StateBatch:
        """Return the states at a fraction of each step."""
        ...


@dataclass(frozen=True, eq=False)
class Turns:
    """Conditions that turn within a step: which, of which member of the path, between what.

    Parameters
    ----------
    condition, member
        Numbers, (turn,).
    low, high
        Fractions of the step, at which the condition does not hold, and does.
    """

    condition: Int
    member: Int
    low: Float
    high: Float


@dataclass(frozen=True, eq=False)
class Conditions:
    """Conditions of a problem.

    Parameters
    ----------
    function
        (t, y, p) to one row for each.
    p
        Parameters, (parameter, batch).
    noise
        (t, y, p) to how far each may be from zero by rounding; see `roundings`.
    highest
        (t low, y low, t high, y high, p) to upper bounds of each in a box, or None; see `boxes`.
    """

    function: RowsFunction
    p: ParameterBatch
    noise: RowsFunction
    highest: RowsFunction | None = None

    @classmethod
    def of(
        cls, problem: InitialValueProblem, tapes: Sequence[Tape], rows: RowsMaker = rows_function
    ) -> Conditions:
        """Return conditions of a problem, each a tape over the inputs of its system."""
        system = problem.system
        n, tape = system.n_states, together(system, tapes)
        arguments = system_arguments(n, system.n_parameters)
        over = highest(system, tape)
        box = (("t", None), ("y", n), ("s", None), ("z", n), ("p", system.n_parameters))
        look = over and rows(over, "highest", box)
        noise = rows(roundings(tape), "roundings", arguments)
        return cls(rows(tape, "conditions", arguments), problem.p, noise, look)

    def at(self, i: Int, t: BatchTime, y: StateBatch) -> Float:
        """Return the values for some trajectories, (condition, batch)."""
        return self.function(t, y, self.p[:, i])

    def hold(self, i: Int, t: BatchTime, y: StateBatch, held: Bool) -> Bool:
        """Tell which hold, (condition, batch); those that did still do within a rounding."""
        value = self.at(i, t, y)
        if held.any():
            value = value + np.where(held, self.noise(t, y, self.p[:, i]), 0.0)
        return value > 0

    def turns(self, path: Path, held: Bool, probes: Sequence[float] = PROBES) -> Turns:
        """Return which conditions turn to hold, between which fractions of the step they first do.

        Parameters
        ----------
        path
            The step.
        held
            Whether each holds already where the step begins, (condition, batch).
        probes
            Fractions of the step, from 0 to 1.
        """
        shape, width = (len(probes), held.size), len(path.i)
        p = np.take(self.p, path.i, axis=1)
        inner = [self._values(path, p, np.full(width, theta)) for theta in probes[:-1]]
        values = np.stack([*inner, self.function(path.t + path.h, path.z, p)]).reshape(shape)
        thetas: Float = np.repeat(np.array(probes)[:, None], held.size, axis=1)
        noise = self._noise(path, p, held)
        values += noise
        self._climb(path, thetas, values, held.reshape(-1), noise)
        if self.highest is not None:
            self._look_closer(path, thetas, values, held)
        turned = _turned(values, held.reshape(-1))
        column = np.flatnonzero(turned.any(axis=0))
        before = turned[:, column].argmax(axis=0)
        low, high = thetas[before, column], thetas[before + 1, column]
        return Turns(column // width, column % width, low, high)

    def locate(self, path: Path, turns: Turns) -> Float:
        """Return the fraction of the step from which each condition holds, to a few roundings."""
        path = path.some(turns.member)
        p = np.take(self.p, path.i, axis=1)

        def value(which: Int, theta: Float) -> Float:
            part, conditions = path, turns.condition
            if len(which) < len(conditions):
                part, conditions = path.some(which), conditions[which]
            of = p if part is path else np.take(p, which, axis=1)
            return _own(self._values(part, of, theta), conditions)

        return settle(value, turns.low, 0.5 * (turns.low + turns.high), turns.high)

    def _values(self, path: Path, p: ParameterBatch, theta: BatchTime) -> Float:
        return self.function(path.t + theta * path.h, path.at(theta), p)

    def _noise(self, path: Path, p: ParameterBatch, held: Bool) -> Float:
        """Return what is added to conditions that held, (condition * batch,), else zero."""
        if not held.any():
            return np.zeros(held.size)
        begin = self.noise(path.t, path.at(np.zeros(len(path.i))), p)
        end = self.noise(path.t + path.h, path.z, p)
        return np.where(held, np.maximum(begin, end), 0.0).reshape(-1)

    def _climb(self, path: Path, thetas: Float, values: Float, held: Bool, noise: Float) -> None:
        """Move inner probes to the summits of parabolas, where nothing has turned so far.

        They are peaks below zero; or, where a condition holds throughout, dips above it.
        """
        for _ in range(REFINEMENTS):
            quiet = np.flatnonzero(~_turned(values, held).any(axis=0))
            way = np.where((values[:, quiet] > 0).all(axis=0), -1.0, 1.0)
            signed = way * values[:, quiet]
            peak = (signed[1:-1] >= signed[:-2]) & (signed[1:-1] >= signed[2:])
            with np.errstate(invalid="ignore", over="ignore"):  # of infinite gaps none is a peak
                above = signed[1:-1] - np.minimum(signed[:-2], signed[2:])
            peak &= (signed[1:-1] <= 0) & (signed[1:-1] + PROMINENT * above > 0)
            if not peak.any():
                return
            for row in np.flatnonzero(peak.any(axis=1)) + 1:
                which = np.flatnonzero(peak[row - 1])
                around, chosen = slice(row - 1, row + 2), quiet[which]
                summit = _summit(thetas[around, chosen], signed[around, which])
                condition, member = chosen // len(path.i), chosen % len(path.i)
                part = path.some(member)
                height = _own(
                    self._values(part, np.take(self.p, part.i, axis=1), summit), condition
                )
                height = height + noise[chosen]
                higher = way[which] * height > signed[row, which]
                thetas[row, chosen[higher]] = summit[higher]
                values[row, chosen[higher]] = height[higher]

    def _look_closer(self, path: Path, thetas: Float, values: Float, held: Bool) -> None:
        """Move inner probes to where conditions hold for a moment, if nothing has turned so far."""
        assert self.highest is not None
        quiet = ~(_turned(values, held.reshape(-1)).any(axis=0).reshape(held.shape) | held)
        width = len(path.i)
        looks = [path.at(np.full(width, x)) for x in QUARTERS]
        bent = bend(looks)
        member: Int = np.tile(np.arange(width), len(QUARTERS) - 1)
        first = np.repeat(QUARTERS[:-1], width)
        boxes = (np.concatenate(looks[:-1], axis=1), np.concatenate(looks[1:], axis=1))
        last = first + QUARTERS[1]
        for _ in range(DEPTH):
            i, h = path.i[member], path.h[member]
            t, s = path.t[member] + first * h, path.t[member] + last * h
            low, high = around(boxes, 0.125 * (last - first) ** 2 * bent[:, member])
            most = self.highest(np.minimum(t, s), low, np.maximum(t, s), high, self.p[:, i])
            some = np.flatnonzero(((most > 0) & quiet[:, member]).any(axis=0))[:MOST]
            if not some.size:
                return
            member, first, last = member[some], first[some], last[some]
            left, right = (np.take(y, some, axis=1) for y in boxes)
            part, middle = path.some(member), 0.5 * (first + last)
            y = part.at(middle)
            found = self.function(part.t + middle * part.h, y, np.take(self.p, part.i, axis=1))
            for c, k in zip(*np.nonzero((found > 0) & quiet[:, member]), strict=True):
                column = c * width + member[k]
                _put(thetas[:, column], values[:, column], float(middle[k]), float(found[c, k]))
                quiet[c, member[k]] = False
            member = np.tile(member, 2)
            first, last = np.concatenate([first, middle]), np.concatenate([middle, last])
            boxes = np.concatenate([left, y], axis=1), np.concatenate([y, right], axis=1)


def _put(thetas: Float, values: Float, theta: float, value: float) -> None:
    """Put a probe among others, in place of the inner one after it, or else before it."""
    place = min(int(np.searchsorted(thetas, theta)), len(thetas) - 2)
    thetas[place], values[place] = theta, value


def _own(values: Float, condition: Int) -> Float:
    """Return the value of a condition of its own for each member of a path."""
    return values[condition, np.arange(len(condition))]


def together(system: FirstOrderSystem, tapes: Sequence[Tape]) -> Tape:
    """Return tapes over the inputs of a system as one."""
    return _together(system, tuple(tapes))


@lru_cache(maxsize=64)
def _together(system: FirstOrderSystem, tapes: tuple[Tape, ...]) -> Tape:
    builder = Builder(system.vector_field.inputs)
    rows = [row for tape in tapes for row in builder.inline(tape, builder.inputs)]
    return builder.finish(rows)


def _turned(values: Float, held: Bool) -> Bool:
    """Tell between which probes a condition begins to hold; the first is not judged by its value.

    Whether it held when the step before ended is known; what its value says there is rounding.
    """
    holds = values > 0
    holds[0] = held
    return holds[1:] & ~holds[:-1]


def _summit(x: Float, y: Float) -> Float:
    """Return where the parabola through three points has its summit, if between the outer."""
    left, right = (y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1])
    bend = (right - left) / (x[2] - x[0])
    with np.errstate(all="ignore"):
        summit: Float = 0.5 * (x[0] + x[1]) - 0.5 * left / bend
    inside = (summit > x[0]) & (summit < x[2])
    return np.where(inside, summit, x[1])
