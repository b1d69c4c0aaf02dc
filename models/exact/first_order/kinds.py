"""Every kind of scalar equation, each as a function from a block to the kind or None."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...symbolic.first_integral import (
    Way,
    bernoulli,
    exact,
    of_a_line,
    of_a_ratio,
    separated,
    swapped_bernoulli,
)
from ...symbolic.powers import (
    Powers,
    bernoulli_constant,
    bernoulli_formula,
    riccati_constant,
    riccati_formula,
)
from ...symbolic.riccati import riccati
from ..solvable import Block, Recognised, Solved
from .explicit import ByPowers
from .powers import bernoulli_safe, riccati_safe
from .scalar import ByFirstIntegral, scalar

Kind = Callable[[Block], Recognised | None]

_ROOT = (
    "This is Bernoulli's equation: a multiple of the state and a multiple of one of its powers",
    "The inverse of the power, less one, grows linearly: solve for it and go back",
)
_QUADRATIC = (
    "The rate is quadratic in the state, with constant coefficients up to a common factor",
    "Separate the variables, integrate the inverse of the quadratic, and solve for the state",
)


def _by_powers(block: Block, find: Callable[..., Powers | None]) -> ByPowers | None:
    equation = scalar(block)
    powers = find(equation) if equation else None
    if equation is None or powers is None:
        return None
    root = find is bernoulli_constant
    write, safe = (bernoulli_formula, bernoulli_safe) if root else (riccati_formula, riccati_safe)
    return ByPowers(equation, block.notation, powers, write, safe, _ROOT if root else _QUADRATIC)


def constant_bernoulli(block: Block) -> Recognised | None:
    """Return a Bernoulli equation with constant coefficients."""
    return _by_powers(block, bernoulli_constant)


def constant_riccati(block: Block) -> Recognised | None:
    """Return a Riccati equation with constant coefficients."""
    return _by_powers(block, riccati_constant)


def by(ways: tuple[Way, ...], words: str) -> Kind:
    """Return the kind of equations that have a first integral in some ways."""

    def kind(block: Block) -> Recognised | None:
        equation = scalar(block)
        return ByFirstIntegral(equation, block.notation, ways, words) if equation else None

    return kind


variable_bernoulli = by(
    (bernoulli,), "This is Bernoulli's equation, linear in a power of the state"
)
separable = by((separated,), "The variables separate")
substitutable = by(
    (of_a_line, of_a_ratio), "The rate is a function of one combination of both variables"
)
general_riccati = by((riccati,), "This is Riccati's equation, quadratic in the state")
differential = by(
    (exact, swapped_bernoulli), "Write it as a differential that vanishes along solutions"
)
KINDS: tuple[Kind, ...] = (
    constant_bernoulli, constant_riccati, variable_bernoulli, separable, substitutable,
    general_riccati, differential,
)  # fmt: skip


def every(block: Block) -> Iterator[Solved]:
    """Yield the solutions of a scalar equation of whatever kind, the simplest first."""
    for kind in KINDS:
        found = kind(block)
        if found is not None:
            yield from found.solutions()
