"""Equilibria of a model with numbers, and what happens near them: eigenvalues, and in words.

Newton's method from many starts, on the states that the conserved quantities leave free: those
keep the values they have at the model's start. Several starts go side by side as one batch. What
is not found may still be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..models.errors import InputError, RefusalError, UnknownNameError, did_you_mean, listing
from ..models.model import Model
from ..models.structure.conserved import conserved
from ..models.structure.dependencies import is_autonomous
from ..models.tape.differentiate import jacobian
from .arrays import Bool, Float, StateBatch
from .evaluate import rows_function
from .problem import InitialValueProblem, initial_value_problem
from .row_bounds import jacobian_function
from .stability import eigenvalues_of, kind_of

FAMILY = "one of a curve of equilibria"  # or of a surface
_MOST = 12  # equilibria that are returned, those nearest to the start
_WORK = 20_000  # starts times states squared
_ROUNDS = 80
_LARGEST = 100  # states
_LENGTHS = (1.0, 0.5, 0.2, 0.05)  # of Newton's step; the best is taken
_CLOSE, _SAME, _TINY = 1e-10, 1e-6, 1e-5  # of the scale of each state
_REST = 1e-14  # of the terms of a rate: no more than rounding
_VANISHED = 1e-200  # a Jacobian without larger entries
_ZERO = 1e-9  # a singular value this small, relative to the largest


@dataclass(frozen=True)
class Equilibrium:
    """A point where every rate is zero.

    Parameters
    ----------
    place
        Name and value of every state.
    eigenvalues
        Of the Jacobian there, the largest real part first; without the zeros that belong to
        conserved quantities.
    kind
        What the eigenvalues say, to first order: ``stable node``, ``saddle``, ``centre``, ….
    """

    place: tuple[tuple[str, float], ...]
    eigenvalues: tuple[complex, ...]
    kind: str

    def __getitem__(self, state: str) -> float:
        return dict(self.place)[state]

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {value:.6g}" for name, value in self.place)
        return f"{self.kind} at {at}; eigenvalues {', '.join(map(_written, self.eigenvalues))}"

    __repr__ = __str__


@dataclass(frozen=True)
class Equilibria(Sequence[Equilibrium]):
    """The equilibria that were found, as a table: place, eigenvalues, kind."""

    states: tuple[str, ...]
    members: tuple[Equilibrium, ...]
    more: int = 0

    def __getitem__(self, position: int) -> Equilibrium:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self.members[position]

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.members)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The table in writing: one value per state, the eigenvalues, the kind."""
        return tuple(
            (*(f"{v:.6g}" for _, v in e.place), ", ".join(map(_written, e.eigenvalues)), e.kind)
            for e in self.members
        )

    def __str__(self) -> str:
        if not self.members:
            return "no equilibrium was found"
        table = [(*self.states, "eigenvalues", "kind"), *self.rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in table]
        lines += [f"… and {self.more} more, further away"] if self.more else []
        return "\n".join(line.rstrip() for line in lines)

    __repr__ = __str__


def _written(value: complex) -> str:
    if value.imag == 0:
        return f"{value.real:.4g}"
    return f"{value.imag:.4g}i" if value.real == 0 else f"{value.real:.4g}{value.imag:+.4g}i"


def equilibria(
    model: Model, within: Mapping[str, tuple[float, float]] | None = None, *, seed: int = 0
) -> Equilibria:
    """Return the equilibria of a model that a search finds, those near its start first.

    Parameters
    ----------
    model
        Autonomous, with one value for every parameter and start value.
    within
        For some states the range in which equilibria are wanted, as ``{"hare": (0, 60)}``.
    seed
        Of the random points at which the search starts.

    Raises
    ------
    RefusalError
        If rates depend on time, or there are too many states.
    InputError
        If a value is missing or varies, or a range is none.
    """
    problem = _problem(model)
    box = _ranges(problem.system.states, within or {})
    search = _Search(problem, box)
    with np.errstate(all="ignore"):  # a step may lead out of the domain, and is dropped then
        found = search.distinct(search.newton(search.starts(np.random.default_rng(seed))))
        members = tuple(search.described(y) for y in found[:_MOST])
    return Equilibria(problem.system.states, members, max(0, len(found) - _MOST))


def _problem(model: Model) -> InitialValueProblem:
    if model.dimensions:
        names = listing(d.name for d in model.dimensions)
        raise InputError(f"{names}: equilibria are those of one model; give a single value")
    missing = {model.start_name(s.name): 0.0 for s in model.states if s.start is None}
    problem = initial_value_problem(model(missing), model.t0 + 1.0)
    if not is_autonomous(problem.system):
        raise RefusalError(f"rates depend on {model.time}: there is no state at which all rest")
    if problem.system.n_states > _LARGEST:
        raise RefusalError(f"equilibria are searched for in up to {_LARGEST} states")
    return problem


def _ranges(states: Sequence[str], within: Mapping[str, tuple[float, float]]) -> Float:
    """Return lowest and highest value of each state, (state, 2)."""
    box = np.tile([-np.inf, np.inf], (len(states), 1))
    for name, (low, high) in within.items():
        if name not in states:
            problem = f"within: no state is called {name}; there are {listing(states)}."
            raise UnknownNameError(problem + did_you_mean(name, states))
        if not -np.inf < low < high < np.inf:
            raise InputError(f"within: {name}: got {(low, high)}; expected low and high, as (0, 1)")
        box[states.index(name)] = low, high
    return box


class _Search:
    """Newton's method on one model, in the coordinates that conserved quantities leave free."""

    def __init__(self, problem: InitialValueProblem, box: Float) -> None:
        system = problem.system
        self.problem, self.box, self.n = problem, box, system.n_states
        self.y0 = problem.y0[:, 0]
        self.arguments = (("t", None), ("y", self.n), ("p", system.n_parameters))
        self.field = rows_function(system.vector_field, "vector_field", self.arguments)
        self.pattern, self.entries = jacobian_function(system)
        finite = np.where(_all(np.isfinite(box), 1), np.abs(box).max(axis=1), 0.0)
        self.scale = np.maximum(np.maximum(np.abs(self.y0), finite), 1e-300)
        self.scale = np.where(self.scale < 1e-12, 1.0, self.scale)
        self.free = self._free()

    def _free(self) -> Float:
        """Return an orthonormal basis of the directions that change nothing conserved."""
        kept = conserved(self.problem.system)
        if not kept:
            return np.eye(self.n)
        weights = np.zeros((len(kept), self.n))
        values = dict(zip(self.problem.system.parameters, self.problem.p[:, 0], strict=True))
        for row, quantity in enumerate(kept):
            slopes = jacobian(quantity.formula, self.problem.system.states)
            numbers = slopes.tape(*(float(values.get(n, 0.0)) for n in slopes.tape.inputs))
            weights[row, list(slopes.columns)] = numbers
        return np.linalg.svd(weights)[2][len(kept) :].T

    def starts(self, rng: np.random.Generator) -> StateBatch:
        """Return the start, the origin, and random points of all sizes and signs, or of the box."""
        count = int(np.clip(_WORK // self.n**2, 2, 200))
        sizes = 10.0 ** rng.uniform(-2, 4, (self.n, count))
        signs = np.where(np.arange(count) % 2, 1.0, rng.choice([-1.0, 1.0], (self.n, count)))
        points = self.scale[:, None] * sizes * signs
        low, high = self.box.T[:, :, None]
        boxed = _all(np.isfinite(self.box), 1)
        points[boxed] = rng.uniform(low[boxed], high[boxed], (int(boxed.sum()), count))
        points[:, 0], points[:, 1] = self.y0, 0.0
        return self._returned(points)

    def _returned(self, y: StateBatch) -> StateBatch:
        """Return points moved to where the conserved quantities have their values."""
        return self.y0[:, None] + self.free @ (self.free.T @ (y - self.y0[:, None]))

    def rates(self, y: StateBatch) -> Float:
        """Return the rates in free directions, (free, batch)."""
        return self.free.T @ self.field(0.0, y, self.problem.p)

    def slopes(self, y: StateBatch) -> Float:
        """Return the Jacobian in free directions, (batch, free, free)."""
        full = np.zeros((y.shape[1], self.n, self.n))
        if self.pattern.rows:
            entries = self.entries(0.0, y, self.problem.p)
            full[:, list(self.pattern.rows), list(self.pattern.columns)] = entries.T
        return self.free.T @ full @ self.free

    def newton(self, y: StateBatch) -> StateBatch:
        """Return the points to which Newton's method converges."""
        done: list[Float] = []
        for _ in range(_ROUNDS):
            steps, usable = self._steps(y)
            y, steps = y[:, usable], steps[:, usable]
            small = _all(np.abs(steps) <= _CLOSE * (np.abs(y) + self.scale[:, None]), 0)
            done += list((y + steps)[:, small].T)
            y, steps = y[:, ~small], steps[:, ~small]
            if not y.shape[1]:
                break
            y = self._moved(y, steps)
        points = np.array(done).T if done else np.empty((self.n, 0))
        return points[:, self._at_rest(points)]

    def _steps(self, y: StateBatch) -> tuple[Float, Bool]:
        """Return Newton's steps, and which of them are numbers."""
        rates, slopes = self.rates(y), self.slopes(y)
        usable = _all(np.isfinite(rates), 0) & _all(np.isfinite(slopes), (1, 2))
        # What has decayed below all numbers, such as exp(-x) far out, only seems to be at rest.
        usable &= (np.abs(slopes).max(axis=(1, 2), initial=0.0) > _VANISHED) | (rates.size == 0)
        steps = np.zeros_like(rates)
        if usable.any():
            inverse = np.linalg.pinv(slopes[usable], rcond=1e-14)
            steps[:, usable] = -(inverse @ rates.T[usable][:, :, None])[:, :, 0].T
        return self.free @ steps, usable

    def _moved(self, y: StateBatch, steps: StateBatch) -> StateBatch:
        tried = [y + length * steps for length in _LENGTHS]
        sizes = np.array([np.linalg.norm(self.rates(t), axis=0) for t in tried])
        best = np.where(np.isfinite(sizes), sizes, np.inf).argmin(axis=0)
        return np.take_along_axis(np.array(tried), best[None, None, :], axis=0)[0]

    def _at_rest(self, y: StateBatch) -> Bool:
        """Tell where rates are zero as far as rounding lets one see."""
        size = np.abs(y) + self.scale[:, None]
        seen = np.abs(self.slopes(y)) @ (np.abs(self.free.T) @ size).T[:, :, None]
        return _all(np.abs(self.rates(y)) <= _REST * self.n * seen[:, :, 0].T, 0)

    def distinct(self, y: StateBatch) -> list[Float]:
        """Return different points inside the box, the nearest to the start first."""
        y = self._rounded(y)
        low, high = self.box.T
        found: list[Float] = []
        families = 0
        distance = np.abs((y - self.y0[:, None]) / self.scale[:, None]).max(axis=0, initial=0.0)
        for point in y.T[np.argsort(distance, kind="stable")]:
            inside = bool(((point >= low) & (point <= high)).all())
            if not inside or any(self._alike(point, other) for other in found):
                continue
            family = self.is_one_of_many(point)
            families += family
            if not (family and families > 1):  # one stands for all
                found.append(point)
        return found

    def _rounded(self, y: StateBatch) -> StateBatch:
        """Return points with small values made 0 where that leaves the rates no larger."""
        rounded = np.where(np.abs(y) <= _TINY * self.scale[:, None], 0.0, y)
        before, after = (np.abs(self.rates(z)).max(axis=0, initial=0.0) for z in (y, rounded))
        return np.where(after <= before, rounded, y)

    def _alike(self, a: Float, b: Float) -> bool:
        return bool((np.abs(a - b) <= _SAME * (np.abs(a) + self.scale)).all())

    def is_one_of_many(self, point: Float) -> bool:
        """Tell whether there are equilibria as near as one likes."""
        _, sizes, directions = np.linalg.svd(self.slopes(point[:, None])[0])
        if not sizes.size or sizes[-1] > _ZERO * sizes[0]:
            return False
        along = self.free @ directions[-1]
        along *= 1e-2 / np.abs(along / (np.abs(point) + self.scale)).max()
        beside = self.newton((point + along)[:, None])
        gap = np.abs(beside - point[:, None]) / np.abs(along).max()
        return bool((gap.max(axis=0, initial=0.0) > 0.5).any())

    def described(self, point: Float) -> Equilibrium:
        """Return an equilibrium with its eigenvalues and kind."""
        values = eigenvalues_of(self.slopes(point[:, None])[0])
        kind = FAMILY if self.is_one_of_many(point) else kind_of(values)
        names = self.problem.system.states
        return Equilibrium(tuple(zip(names, map(float, point), strict=True)), values, kind)


def _all(holds: Bool, axis: int | tuple[int, ...]) -> Bool:
    return np.asarray(holds.all(axis=axis), dtype=np.bool_)
