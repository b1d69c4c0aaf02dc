"""Every kind of scalar equation, each as a function from a block to the kind or None."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...symbolic.changes import in_another_variable
from ...symbolic.differential import exact
from ...symbolic.first_integral import (
    Way,
    of_a_line,
    of_a_ratio,
    separated,
)
from ...symbolic.half_angle import half_angle, half_angle_formula, half_angle_stages
from ...symbolic.linear_integral import bernoulli, swapped_bernoulli
from ...symbolic.power_stages import bernoulli_stages, riccati_stages
from ...symbolic.powers import (
    Powers,
    bernoulli_constant,
    bernoulli_formula,
    riccati_constant,
    riccati_formula,
)
from ...symbolic.quadratic import turned
from ...symbolic.riccati import riccati
from ...symbolic.scaled_ratio import of_a_scaled_ratio
from ...symbolic.shifted_ratio import of_a_shifted_ratio
from ..solvable import Block, Recognised, Solved
from .angles import half_angle_safe
from .ending import bernoulli_ending, lasting, riccati_ending
from .explicit import ByPowers
from .powers import bernoulli_safe, riccati_safe
from .scalar import ByFirstIntegral, scalar

Kind = Callable[[Block], Recognised | None]

_ROOT = bernoulli_formula, bernoulli_safe, bernoulli_stages, bernoulli_ending
_QUADRATIC = riccati_formula, riccati_safe, riccati_stages, riccati_ending
_ANGLE = (
    half_angle_formula, half_angle_safe, half_angle_stages,
    lasting,
)  # fmt: skip


def _by_powers(block: Block, find: Callable[..., Powers | None], how: Any) -> ByPowers | None:
    equation = scalar(block)
    powers = find(equation) if equation else None
    if equation is None or powers is None:
        return None
    return ByPowers(equation, block.notation, powers, *how)


def constant_bernoulli(block: Block) -> Recognised | None:
    """Return a Bernoulli equation with constant coefficients."""
    return _by_powers(block, bernoulli_constant, _ROOT)


def constant_riccati(block: Block) -> Recognised | None:
    """Return a Riccati equation with constant coefficients."""
    return _by_powers(block, riccati_constant, _QUADRATIC)


def of_an_angle(block: Block) -> Recognised | None:
    """Return an equation with the sine and cosine of the state, each to the first power."""
    waves = any(node.op in {"sin", "cos"} for node in block.system.vector_field.nodes)
    return _by_powers(block, half_angle, _ANGLE) if waves else None


def by(*ways: Way) -> Kind:
    """Return the kind of equations that have a first integral in some ways."""

    def kind(block: Block) -> Recognised | None:
        equation = scalar(block)
        return ByFirstIntegral(equation, block.notation, ways) if equation else None

    return kind


variable_bernoulli = by(bernoulli)
separable = by(separated)
substitutable = by(of_a_line, of_a_ratio, of_a_shifted_ratio, of_a_scaled_ratio)
general_riccati = by(riccati)
differential = by(swapped_bernoulli, exact, turned)
changed = by(in_another_variable)
KINDS: tuple[Kind, ...] = (
    constant_bernoulli, constant_riccati, of_an_angle, variable_bernoulli, separable, substitutable,
    general_riccati, differential, changed,
)  # fmt: skip


def every(block: Block) -> Iterator[Solved]:
    """Yield the solutions of a scalar equation of whatever kind, the simplest first."""
    for kind in KINDS:
        found = kind(block)
        if found is not None:
            yield from found.solutions()
