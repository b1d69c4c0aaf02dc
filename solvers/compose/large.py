"""The integrator of a large stiff system, in parts: nothing in it is written out state by state.

The rates and their derivatives are programs, Newton's iterations are programs of one state, and
elimination is a list of places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ...models.structure.dependencies import dependencies, state_jacobian
from ...models.system import FirstOrderSystem
from ...models.tape import Builder
from ...models.tape.differentiate import SparseJacobian, derivative
from ...models.tape.elimination import Elimination, Pattern, eliminated, products
from ..evaluate import system_arguments
from ..kernels.listing import is_long
from ..method import Method
from .implicit import interpolate
from .newton import Newton, iterations, newton
from .program import Program
from .stages import ELEMENT, Common, common

FULL = 0.9  # of a matrix, from which on elimination fills it up


@dataclass(frozen=True, eq=False)
class Large(Common):
    """A step of a fully implicit method in parts.

    Parameters
    ----------
    newton
        What its iterations do to each state.
    repeats
        How many more of them there are after the first.
    derivatives
        (t, y, p) to the entries of df/dy, then those of df/dt.
    entries
        Row and column of each entry of df/dy.
    turning
        States whose rates depend on time: the rows of df/dt.
    elimination
        Of matrices with these entries.
    """

    newton: Newton
    repeats: int
    derivatives: Program
    entries: Pattern
    turning: tuple[int, ...]
    elimination: Elimination


@dataclass(frozen=True)
class _Derivatives:
    program: Program
    entries: Pattern
    turning: tuple[int, ...]


@lru_cache(maxsize=64)
def _derivatives(system: FirstOrderSystem) -> _Derivatives:
    field, found = system.vector_field, state_jacobian(system)
    builder = Builder(field.inputs)
    states = builder.inline(found.tape, builder.inputs)
    moving = builder.inline(derivative(field, system.time), builder.inputs)
    turning = tuple(i for i, slope in enumerate(moving) if slope.constant != 0)
    tape = builder.finish([*states, *(moving[i] for i in turning)])
    return _Derivatives(
        Program("derivatives", tape, system_arguments(system.n_states, system.n_parameters)),
        _entries(found),
        turning,
    )


def _entries(found: SparseJacobian) -> Pattern:
    return tuple(zip(found.rows, found.columns, strict=True))


def entangled(system: FirstOrderSystem) -> int:
    """Return how many products one elimination of the system's matrices takes.

    Of long rates what they depend on stands for their derivatives, which take seconds.
    """
    n = system.n_states
    if not is_long(system.vector_field):
        return products(_entries(state_jacobian(system)), n)
    rows = dependencies(system)
    if sum(map(len, rows)) > FULL * n * n:
        return (n**3 - n) // 3
    return products(tuple((i, j) for i, row in enumerate(rows) for j in sorted(row)), n)


@lru_cache(maxsize=64)
def compose_large(system: FirstOrderSystem, method: Method) -> Large:
    """Return a step of a fully implicit method, in parts."""
    parts, found = newton(method), _derivatives(system)
    output, inner = interpolate(ELEMENT, method), range(parts.count - 1)
    repeats = iterations(system) - 1
    return Large(
        **vars(common(system, method, output, inner, repeats * parts.count + 1)),
        newton=parts,
        repeats=repeats,
        derivatives=found.program,
        entries=found.entries,
        turning=found.turning,
        elimination=eliminated(found.entries, system.n_states),
    )
