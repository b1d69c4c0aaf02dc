"""Famous equations without a closed form, told by name where no class covers a block.

That nothing is known is either proved (Painleve's transcendents, Liouville's Riccati equation) or
what a century of looking has left; in both cases the reader is spared to look on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ..symbolic.singular_points import known_by_places
from ..system import FirstOrderSystem
from ..tape import Tape
from ..tape.differentiate import derivative
from .linear.identity import Identity
from .motions.conservative import is_second_order
from .reduction.page import Page, free_of, is_zero

_LONGEST = 100  # operations of a rate that is looked at
_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())


def famous(system: FirstOrderSystem) -> str:
    """Return what an equation is called and why it has no closed form, empty if it is not known.

    Parameters
    ----------
    system
        The equation, of first or second order.
    """
    field = system.vector_field
    if len(field.nodes) > _LONGEST or any(n.op in _CHOOSING for n in field.nodes):
        return ""
    if system.n_states == 1:
        names = _FIRST
    elif system.n_states == 2 and is_second_order(field, system.states):
        names = _SECOND
    else:
        return ""
    equation = _Equation(system)
    found = next((words for is_it, words in names.items() if is_it(equation)), "")
    return found or (_by_places(equation) if system.n_states == 2 else "")


@dataclass(frozen=True)
class _Equation:
    """One equation, the rate of its highest derivative by time, states and parameters."""

    system: FirstOrderSystem

    @cached_property
    def page(self) -> Page:
        system = self.system
        return Page((system.time, *system.states, *system.parameters))

    @cached_property
    def rate(self) -> Tape:
        return self.page.all(self.system.vector_field.select([self.system.n_states - 1]))

    @property
    def time(self) -> str:
        return self.system.time

    @property
    def y(self) -> str:
        return self.system.states[0]

    @property
    def slope(self) -> str:
        return self.system.states[-1]

    def by(self, tape: Tape, *names: str) -> Tape:
        """Return a derivative, with all inputs."""
        for name in names:
            tape = self.page.all(derivative(tape, name))
        return tape

    def vanishes(self, *tapes: Tape) -> bool:
        """Tell whether functions are zero everywhere."""
        identity = Identity(self.page.builder)
        return all(identity.is_zero(self.page.put(tape)) for tape in tapes)

    def is_constant(self, tape: Tape, *also: str) -> bool:
        """Tell whether a function depends on none of time, states and other names."""
        names = {self.time, *self.system.states, *also}
        return self.vanishes(*(self.by(tape, name) for name in sorted(names)))

    def is_polynomial(self, degree: int) -> bool:
        """Tell whether the rate is a polynomial in the state of just that degree."""
        powers = [self.rate]
        for _ in range(degree + 1):
            powers.append(self.by(powers[-1], self.y))
        return self.vanishes(powers[-1]) and not self.vanishes(powers[-2])

    @cached_property
    def damping(self) -> Tape:
        """The derivative by the slope."""
        return self.by(self.rate, self.slope)


def _by_places(e: _Equation) -> str:
    """Return what a linear equation is by its singular points."""
    names = (e.time, *e.system.parameters)
    page = Page(names)
    strength = e.by(e.rate, e.y)
    parts = [free_of(part, [e.y, e.slope]) for part in (e.damping, strength)]
    if parts[0] is None or parts[1] is None or not e.vanishes(e.by(e.rate, e.y, e.y)):
        return ""
    name = known_by_places(page.all(parts[0]), page.all(parts[1]), e.time)
    return name and f"{name}: of its solutions only series are known, but for special parameters"


def _is_riccati(e: _Equation) -> bool:
    return e.is_polynomial(2)


def _is_abel(e: _Equation) -> bool:
    return e.is_polynomial(3)


def _is_mathieu(e: _Equation) -> bool:
    if not e.vanishes(e.damping, e.by(e.rate, e.y, e.y)):
        return False
    first = e.by(e.rate, e.y, e.time)
    if e.vanishes(first):
        return False
    above, below = e.page.put(e.by(first, e.time, e.time)), e.page.put(first)
    ratio = free_of(e.page.of(above / below), [e.time, e.y, e.slope])
    return ratio is not None and not is_zero(ratio)


def _is_modified_mathieu(e: _Equation) -> bool:
    return not {"cos", "sin"} & {n.op for n in e.rate.nodes} and _is_mathieu(e)


def _is_painleve_one(e: _Equation) -> bool:
    by_time = e.by(e.rate, e.time)
    return (
        e.vanishes(e.damping)
        and e.is_polynomial(2)
        and e.is_constant(by_time)
        and not e.vanishes(by_time)
    )


def _is_painleve_two(e: _Equation) -> bool:
    by_time = e.by(e.rate, e.time)
    growing = e.by(by_time, e.y)
    return (
        e.vanishes(e.damping)
        and e.is_polynomial(3)
        and e.is_constant(growing)
        and not e.vanishes(growing)
    )


def _is_duffing(e: _Equation) -> bool:
    return e.is_constant(e.damping) and e.is_polynomial(3) and _is_moved(e)


def _is_pendulum(e: _Equation) -> bool:
    first = e.by(e.rate, e.y)
    above, below = e.page.put(e.by(first, e.y, e.y)), e.page.put(first)
    if e.vanishes(first) or not e.is_constant(e.damping) or not _is_moved(e):
        return False
    wave = "sin" in {n.op for n in e.rate.nodes}
    ratio = free_of(e.page.of(above / below), [e.time, e.y, e.slope]) if wave else None
    return ratio is not None and not is_zero(ratio)


def _is_moved(e: _Equation) -> bool:
    """Tell whether there is damping or a drive."""
    return not e.vanishes(e.damping) or not e.vanishes(e.by(e.rate, e.time))


def _is_van_der_pol(e: _Equation) -> bool:
    bend = e.by(e.damping, e.y, e.y)
    return (
        e.vanishes(e.by(e.damping, e.slope))
        and e.is_constant(bend)
        and not e.vanishes(bend)
        and e.vanishes(e.by(e.page.of(e.page.put(e.rate, {e.slope: 0.0})), e.y, e.y))
    )


_FIRST: dict[Callable[[_Equation], bool], str] = {
    _is_riccati: "Riccati's equation: it is as good as the linear equation of second order for u "
    "in y = -u'/(q*u), of which no solution is known for these coefficients",
    _is_abel: "Abel's equation of the first kind: it is solved only where its coefficients suit "
    "each other",
}
_SECOND: dict[Callable[[_Equation], bool], str] = {
    _is_modified_mathieu: "Mathieu's modified equation: its solutions are Mathieu functions, which "
    "no formula of the functions known here gives",
    _is_mathieu: "Mathieu's equation: its solutions are Mathieu functions, which no formula of the "
    "functions known here gives",
    _is_painleve_one: "Painleve's first equation: its solutions are new functions, proved not to "
    "be made of older ones",
    _is_painleve_two: "Painleve's second equation: its solutions are new functions, proved not to "
    "be made of older ones but for special constants",
    _is_duffing: "Duffing's equation with damping or a drive: solved only where the damping suits "
    "the spring; with both it may be chaotic",
    _is_pendulum: "the pendulum with damping or a drive: without both it is solved by elliptic "
    "functions, with one of them no solution is known",
    _is_van_der_pol: "van der Pol's equation: its cycle is no known function, only its limits for "
    "weak and strong damping are",
}
