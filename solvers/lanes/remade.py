"""A step of a large stiff system in numpy, by the parts that compiled lanes step by.

Where several events meet, a step is made again up to one of them. Written out in full, as it is of
small systems, it would be a program of as many operations as an elimination has.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...models.system import FirstOrderSystem
from ..arrays import BatchTime, Float, StateBatch
from ..compose.large import Large, Stiff, compose_large
from ..compose.large_rosenbrock import OneMatrix, compose_one_matrix
from ..compose.program import Program
from ..evaluate import RowsFunction, rows_function
from ..method import Method
from ..tableaux.rosenbrock import RosenbrockTableau

ROOM = 1 << 22  # numbers of matrices that are in memory together
Complexes: TypeAlias = NDArray[np.complex128]


def remade(
    system: FirstOrderSystem, method: Method, t: BatchTime, h: BatchTime, limit: BatchTime,
    y: StateBatch, p: Float,
) -> tuple[StateBatch, StateBatch, Float]:  # fmt: skip
    """Return the states after steps, the slopes there, and what dense output needs, (row, batch).

    Rates are asked for at no time past the limit.
    """
    parts = _parts(system, method)
    size = max(1, ROOM // len(y) ** 2)
    made = [
        _Step(parts, bool(system.events), *(x[..., some] for x in (t, h, limit, y, p))).made()
        for some in (slice(i, i + size) for i in range(0, len(t), size))
    ]
    new, slope, kept = (np.concatenate(rows, axis=1) for rows in zip(*made, strict=True))
    return new, slope, kept


def _parts(system: FirstOrderSystem, method: Method) -> Large | OneMatrix:
    if isinstance(method.tableau, RosenbrockTableau):
        return compose_one_matrix(system, method)
    return compose_large(system, method)


class _Step:
    """A step of some trajectories on its way."""

    def __init__(
        self, parts: Large | OneMatrix, limited: bool, t: BatchTime, h: BatchTime,
        limit: BatchTime, y: StateBatch, p: Float,
    ) -> None:  # fmt: skip
        self.parts, self.t, self.h, self.y, self.p = parts, t, h, np.ascontiguousarray(y), p
        self.limit: BatchTime = limit if limited else np.where(h >= 0, np.inf, -np.inf)
        self.f = self._rates(0.0, self.y)
        self.jacobian, self.turn = self._linear(parts)

    def made(self) -> tuple[StateBatch, StateBatch, Float]:
        """Return the new states, the slopes there, and the kept vectors, one on another."""
        parts = self.parts
        new, kept = self._newton(parts) if isinstance(parts, Large) else self._stages(parts)
        return new, self._rates(1.0, new), kept

    def _rates(self, c: float, y: StateBatch) -> StateBatch:
        time = self.t + c * self.h
        within = np.where(self.h >= 0, np.minimum(time, self.limit), np.maximum(time, self.limit))
        return _function(self.parts.rates)(within, np.ascontiguousarray(y), self.p)

    def _linear(self, parts: Stiff) -> tuple[Float, StateBatch]:
        """Return df/dy, (batch, row, column), and df/dt."""
        n, batch = self.y.shape
        found = _function(parts.derivatives)(self.t, self.y, self.p)
        count = len(parts.entries)
        jacobian, turn = np.zeros((batch, n, n)), np.zeros((n, batch))
        if count:
            rows, columns = np.array(parts.entries).T
            jacobian[:, rows, columns] = found[:count].T
        turn[list(parts.turning)] = found[count:]
        return jacobian, turn

    def _matrix(self, value: complex) -> Complexes:
        shift = (value / self.h)[:, None, None] * np.eye(len(self.y))
        return np.asarray(shift - self.jacobian, dtype=np.complex128)

    def _newton(self, parts: Large) -> tuple[StateBatch, Float]:
        newton = parts.newton
        matrices = [self._matrix(value) for value in (newton.found.real, *newton.found.pairs)]
        first = self._each(newton.ahead, h=self.h, f=[self.f], g=[self.turn])
        w = _solved(matrices, first)
        for _ in range(parts.repeats):
            at = self._each(newton.spread, y=[self.y], w=w)
            f = [self._rates(c, z) for c, z in zip(newton.times, at, strict=True)]
            rights = self._each(newton.misses, h=self.h, w=w, f=f)
            w = [a + b for a, b in zip(w, _solved(matrices, rights), strict=True)]
        new, _, *inner = self._each(newton.close, h=self.h, y=[self.y], f=[self.f], w=w)
        return new, np.concatenate(inner)

    def _stages(self, parts: OneMatrix) -> tuple[StateBatch, Float]:
        matrix, u = self._matrix(parts.diagonal), list[Float]()
        rows = zip(parts.times, parts.stages, parts.rights, strict=True)
        for i, (c, stage, right) in enumerate(rows):
            (at,) = self._each(stage, y=[self.y], u=u)
            f = self._rates(c, at) if i else self.f
            u += _solved([matrix], self._each(right, h=self.h, f=[f], g=[self.turn], u=u))
        new, _, *kept = self._each(parts.close, y=[self.y], u=u)
        return new, np.concatenate(kept)

    def _each(self, program: Program, **values: BatchTime | Sequence[Float]) -> list[Float]:
        """Return what a program of one state gives for each: one array per output."""
        n, batch = self.y.shape
        given: list[Float] = []
        for name, length in program.arguments:
            value = values[name]
            if isinstance(value, np.ndarray):
                given.append(np.tile(value, n))
            else:
                rows = np.array(value).reshape(-1, n * batch)
                given.append(rows[0] if length is None else rows)
        found = _function(program)(*given)
        return list(np.broadcast_to(found, (len(found), n * batch)).reshape(-1, n, batch))


@lru_cache(maxsize=64)
def _function(program: Program) -> RowsFunction:
    return rows_function(program.tape, program.name, program.arguments)


def _solved(matrices: Sequence[Complexes], rights: Sequence[Float]) -> list[Float]:
    """Return solutions: of the first matrix, which is real, and of the others as two real ones."""
    found = [np.real(_solutions(matrices[0], rights[0]))]
    for k, matrix in enumerate(matrices[1:]):
        x = _solutions(matrix, rights[2 * k + 1] + 1j * rights[2 * k + 2])
        found += [np.real(x), np.imag(x)]
    return found


def _solutions(matrix: Complexes, right: Float | Complexes) -> Complexes:
    """Return the solutions of all trajectories, nan where a matrix is singular."""
    found = np.full(right.shape, np.nan, dtype=np.complex128)
    for i, own in enumerate(matrix):
        with suppress(np.linalg.LinAlgError):
            found[:, i] = np.linalg.solve(own, right[:, i])
    return found
