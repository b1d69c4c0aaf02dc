"""Motion that conserves an energy: x'' = a(x) + b(x)*x'^2, with a potential and, for b, a mass.

With M = exp(-2*integral of b) and U = -integral of M*a, M*x'^2/2 + U keeps the value it has at the
start (Arnold 1989, *Mathematical Methods of Classical Mechanics*, sections 4 and 12).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from ...errors import SpecificationError
from ...notation import Notation, Shown
from ...symbolic.antiderivative import from_tables
from ...symbolic.bridge import from_sympy, symbols, to_sympy
from ...symbolic.integral_table import exponential
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Builder, Node, Tape, Value
from ...tape.composed.slopes import has_slope, slope
from ...tape.differentiate import derivative
from ..solvable import Block
from .conservative import is_second_order

_LONGEST = 60  # operations of the force
_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())


@dataclass(frozen=True)
class Energetic:
    """One such motion.

    Parameters
    ----------
    block
        What is asked for.
    mass, potential
        M and U, from the state and the parameters.
    """

    block: Block
    mass: Tape
    potential: Tape

    @property
    def system(self) -> FirstOrderSystem:
        """The equation."""
        return self.block.system

    @property
    def notation(self) -> Notation:
        """How names are written."""
        return self.block.notation

    def page(self, *names: str) -> EnergyPage:
        """Return a new page, with other inputs first."""
        return EnergyPage(self, *names)


class EnergyPage:
    """What a solution is made of, from parameters and others by name.

    Parameters
    ----------
    motion
        The equation.
    names
        Of other inputs, first.

    Attributes
    ----------
    start, speed
        Where and how fast it begins.
    level
        M*v^2 at the start.
    """

    def __init__(self, motion: Energetic, *names: str) -> None:
        self.motion, system = motion, motion.system
        self.builder = builder = Builder((*names, *system.parameters))
        self.parameters = builder.inputs[len(names) :]
        self.start, self.speed = builder.inline(system.start, self.parameters)
        self.level = self.mass(self.start) * self.speed**2.0

    def mass(self, x: Value) -> Value:
        """Return M at a place."""
        return self._at(self.motion.mass, x)

    def potential(self, x: Value) -> Value:
        """Return U at a place."""
        return self._at(self.motion.potential, x)

    def push(self, x: Value) -> Value:
        """Return -U' at a place."""
        return -self._at(derivative(self.motion.potential, self.motion.system.states[0]), x)

    def pull(self, x: Value) -> Value:
        """Return U'' at a place."""
        name = self.motion.system.states[0]
        return self._at(derivative(derivative(self.motion.potential, name), name), x)

    def rise(self, x: Value, y: Value) -> Value:
        """Return the slope of U between two places."""
        known = dict(zip(self.motion.system.parameters, self.parameters, strict=True))
        potential, name = self.motion.potential, self.motion.system.states[0]
        return slope(self.builder, potential, known, name, x, y)

    def kinetic(self, x: Value) -> Value:
        """Return M*v^2 at a place, as it is written."""
        return self.level + 2.0 * (self.potential(self.start) - self.potential(x))

    def acceleration(self, x: Value, speed: Value) -> Value:
        """Return x'' at a place and speed."""
        time = self.builder.constant(self.motion.system.t0)
        return self.builder.inline(
            self.motion.system.vector_field, [time, x, speed, *self.parameters]
        )[1]

    def of(self, *values: Value | float, also: Sequence[str] = ()) -> Tape:
        """Return values as a tape over others and the parameters."""
        return self.builder.finish(values, (*also, *self.motion.system.parameters))

    def shown(self, value: Value) -> Shown:
        """Return a value in writing."""
        return self.motion.notation.formula(self.builder.formula(value))

    def _at(self, tape: Tape, x: Value) -> Value:
        return self.builder.inline(tape, [x, *self.parameters])[0]


def energetic(block: Block) -> Energetic | None:
    """Return a block as such a motion, None if it is something else or has no known potential."""
    system = block.system
    field = system.vector_field
    if system.n_states != 2 or not is_second_order(field, system.states):
        return None
    if system.time in field.used() or len(field.nodes) - len(field.inputs) > _LONGEST:
        return None
    if any(n.op in _CHOOSING for n in field.nodes):
        return None
    free, square = _parts(system)
    if free is None or square is None or free.nodes[free.outputs[0]] == Node("const"):
        return None
    with suppress(SpecificationError):
        mass, potential = _integrated(system, free, square) or (None, None)
        if mass and potential and has_slope(potential, system.states[0]):
            return Energetic(block, mass, potential)
    return None


def _parts(system: FirstOrderSystem) -> tuple[Tape | None, Tape | None]:
    """Return a and b, from the state and the parameters; None if the force is another."""
    x, v = system.states
    force = system.vector_field.select([1])
    first = derivative(force, v)
    second = derivative(first, v)
    if v in derivative(second, v).used() or system.states[0] not in force.used():
        return None, None
    builder = Builder((x, *system.parameters))
    known = dict(zip(builder.names, builder.inputs, strict=True))
    zero = builder.constant(0.0)

    def still(tape: Tape, factor: float) -> Tape:
        (value,) = builder.inline(tape, [known.get(n, zero) for n in tape.inputs])
        return simplified(builder.finish([factor * value]))

    linear = still(first, 1.0)
    if linear.used() or linear.nodes[linear.outputs[0]].value != 0.0:
        return None, None
    return still(force, 1.0), still(second, 0.5)


def _integrated(system: FirstOrderSystem, free: Tape, square: Tape) -> tuple[Tape, Tape] | None:
    """Return M and U, if there are formulas for both."""
    known = symbols((system.states[0], *system.parameters))
    x = known[system.states[0]]
    a, b = (to_sympy(tape, known)[0] for tape in (free, square))
    grown = from_tables(b, x)
    if grown is None:
        return None
    mass = exponential(-2 * grown)
    height = from_tables(a * mass, x)
    if height is None:
        return None
    return from_sympy([mass], known), from_sympy([-height], known)
