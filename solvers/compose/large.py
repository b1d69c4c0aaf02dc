"""The integrator of a large stiff system, in parts: nothing in it is written out state by state.

The rates and their derivatives are programs, Newton's iterations are programs of one state, and
elimination is a list of places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ...models.system import FirstOrderSystem
from ...models.tape.differentiate import jacobian
from ...models.tape.elimination import Elimination, Pattern, eliminated, products
from ..evaluate import system_arguments
from ..method import Method
from .implicit import interpolate
from .newton import Newton, iterations, newton
from .program import Program
from .stages import ELEMENT, Common, common


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
    field, n = system.vector_field, system.n_states
    found = jacobian(field, field.inputs[: 1 + n])
    places = list(zip(found.rows, found.columns, strict=True))
    states = [at for at, (_, j) in enumerate(places) if j > 0]
    times = [at for at, (_, j) in enumerate(places) if j == 0]
    tape = found.tape.select([*states, *times])
    return _Derivatives(
        Program("derivatives", tape, system_arguments(n, system.n_parameters)),
        tuple((places[at][0], places[at][1] - 1) for at in states),
        tuple(places[at][0] for at in times),
    )


def entangled(system: FirstOrderSystem) -> int:
    """Return how many products one elimination of the system's matrices takes."""
    return products(_derivatives(system).entries, system.n_states)


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
