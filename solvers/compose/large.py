"""The integrator of a large stiff system, in parts: nothing in it is written out state by state.

The rates and their derivatives are programs, Newton's iterations are programs of one state, and
elimination is a list of places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...models.once import once
from ...models.structure.dependencies import dependencies, state_jacobian
from ...models.system import FirstOrderSystem
from ...models.tape import Builder
from ...models.tape.differentiate import SparseJacobian, derivative
from ...models.tape.elimination import (
    FULL,
    Elimination,
    Pattern,
    eliminated,
    products,
    products_of_full,
)
from ...models.tape.linear import connected_parts
from ...models.tape.squares import Squares, in_squares
from ..evaluate import system_arguments
from ..kernels.listing import is_long
from ..method import Method
from .implicit import interpolate
from .newton import Newton, iterations, newton
from .program import Program
from .stages import ELEMENT, Common, common

# Products of an elimination up to which it is told as lists, which are made in half a second, and
# from which it is not where there are so many of those of full matrices: as measured with 50 states
# a trajectory alone is then three times as fast, and of a crowd, whose lanes do lists together, as
# fast from 75 states on.
MOST_PRODUCTS, MANY, MUCH = 200_000, 60_000, 0.25


@dataclass(frozen=True, eq=False)
class Stiff(Common):
    """What a step with elimination has in parts.

    Parameters
    ----------
    derivatives
        (t, y, p) to the entries of df/dy, then those of df/dt.
    entries
        Row and column of each entry of df/dy.
    turning
        States whose rates depend on time: the rows of df/dt.
    elimination
        Of matrices with these entries.
    """

    derivatives: Program
    entries: Pattern
    turning: tuple[int, ...]
    elimination: Elimination | Squares


@dataclass(frozen=True, eq=False)
class Large(Stiff):
    """A step of a fully implicit method in parts.

    Parameters
    ----------
    newton
        What its iterations do to each state.
    repeats
        How many more of them there are after the first.
    """

    newton: Newton
    repeats: int


@dataclass(frozen=True)
class Derivatives:
    """The derivatives of rates, as `Stiff` has them."""

    program: Program
    entries: Pattern
    turning: tuple[int, ...]


@lru_cache(maxsize=64)
def derivatives(system: FirstOrderSystem) -> Derivatives:
    """Return the derivatives of a system's rates by its states and by time."""
    field, found = system.vector_field, state_jacobian(system)
    builder = Builder(field.inputs)
    states = builder.inline(found.tape, builder.inputs)
    moving = builder.inline(derivative(field, system.time), builder.inputs)
    turning = tuple(i for i, slope in enumerate(moving) if slope.constant != 0)
    tape = builder.finish([*states, *(moving[i] for i in turning)])
    return Derivatives(
        Program("derivatives", tape, system_arguments(system.n_states, system.n_parameters)),
        _entries(found),
        turning,
    )


def stiff(system: FirstOrderSystem) -> dict[str, Any]:
    """Return what every step of a system with elimination has."""
    found = derivatives(system)
    return {
        "derivatives": found.program,
        "entries": found.entries,
        "turning": found.turning,
        "elimination": _elimination(system, found),
    }


def _elimination(system: FirstOrderSystem, found: Derivatives) -> Elimination | Squares:
    """Return how a system's matrices are eliminated: sparse ones as lists, others as full ones."""
    n, outputs = system.n_states, found.program.tape.outputs
    if is_filled(system):
        return in_squares(found.entries, outputs[: len(found.entries)], n)
    return eliminated(found.entries, n)


@once
def is_filled(system: FirstOrderSystem) -> bool:
    """Tell whether a system's matrices are held as full ones, not as lists of their entries."""
    count = entangled(system)
    return count > MOST_PRODUCTS or (count > MANY and is_dense(system))


@once
def is_dense(system: FirstOrderSystem) -> bool:
    """Tell whether an elimination of full matrices takes not many more products than its own."""
    if _is_full(system):
        return True
    parts = connected_parts(_pattern(system), system.n_states)
    return entangled(system) > MUCH * (sum(len(part) ** 3 for part in parts) // 3)


def _entries(found: SparseJacobian) -> Pattern:
    return tuple(zip(found.rows, found.columns, strict=True))


@once
def entangled(system: FirstOrderSystem) -> int:
    """Return how many products one elimination of the system's matrices takes."""
    n = system.n_states
    return products_of_full(n) if _is_full(system) else products(_pattern(system), n)


@once
def largest_part(system: FirstOrderSystem) -> int:
    """Return how many states act on one another, each on any other, at most."""
    n = system.n_states
    return n if _is_full(system) else max(map(len, connected_parts(_pattern(system), n)))


def _is_full(system: FirstOrderSystem) -> bool:
    """Tell whether nearly all states of long rates act on nearly all: nothing need be looked up."""
    if not is_long(system.vector_field):
        return False
    return sum(map(len, dependencies(system))) > FULL * system.n_states**2


@once
def _pattern(system: FirstOrderSystem) -> Pattern:
    """Return row and column of the entries of df/dy.

    Of long rates what they depend on stands for their derivatives, which take seconds.
    """
    if not is_long(system.vector_field):
        return _entries(state_jacobian(system))
    return tuple((i, j) for i, row in enumerate(dependencies(system)) for j in sorted(row))


@lru_cache(maxsize=64)
def compose_large(system: FirstOrderSystem, method: Method) -> Large:
    """Return a step of a fully implicit method, in parts."""
    parts = newton(method)
    output, inner = interpolate(ELEMENT, method), range(parts.count - 1)
    repeats = iterations(system) - 1
    return Large(
        **vars(common(system, method, output, inner, repeats * parts.count + 1)),
        **stiff(system),
        newton=parts,
        repeats=repeats,
    )
