"""What a solvable class is: it recognises a block of equations and solves it, step by step.

To write one, put a file on the shelf ``closed_form/`` that binds ``SOLVABLE``; nothing is
registered.

**What it gets**: a `Block`, states that depend on one another (a strongly connected component).
``block.system`` has the solutions of everything before put in as formulas of time and parameters;
``block.closure`` is the same with nothing put in, for a class that solves a chain as a whole.

**What it returns**: `Recognised`, or None for a block of another kind, as quickly as it can. Its
``solutions`` are tried in their order until one passes the certificate; so several branches are
simply several solutions, each with the condition under which it holds. Nothing is believed because
a class says so.

**Order**: classes with a small ``order`` come first, then by name; the special before the general.
0 to 9 look at the tape only, 10 to 19 need algebra (sympy, on bounded input), 20 and more ask the
oracle and may take long. A class whose solutions all fail is passed over for the next one.

**Solutions that are no formula on a tape** (an inverse function, a matrix exponential, a function
with a name): ``formula`` is then something that is `Written`: it prints itself and evaluates itself
with many digits, and the certificate compares the tape with that. The tape is always explicit in
time, so that it can be compiled and differentiated: an implicit solution is written as its
equation, and its tape finds the root in a fixed number of steps. A parametric one likewise.

**Time**: call ``block.clock.check()`` between pieces of work that are bounded beforehand. Whatever
may take long or never end goes to ``symbolic.oracle.ask(question, …, clock)``: another process,
started when first needed, kept for the next question and killed when the clock has run out. A
search that does not look at its clock in time is stopped by an exception from outside (`alarm`), at
any place: leave nothing half done that others see.

**Company**: a class is a value without memory; many threads use it at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

from ..notation import Notation, Shown
from ..system import FirstOrderSystem
from ..tape import Builder, Tape
from ..tape.precise import Precise
from .budget.clock import Clock
from .derivation import Step

Point = Mapping[str, Any]


_LAMBERT = frozenset({"lambertw", "lambertwm1"})


@dataclass(frozen=True)
class Block:
    """States that depend on one another, as a solvable class gets them.

    Parameters
    ----------
    system
        A system of just these states. Those they depend on are put in as formulas of time and
        parameters, as they are written; its parameters are those of the whole.
    closure
        These states, last, with all they depend on, nothing put in.
    notation
        How names are written.
    clock
        The time left.
    again
        Returns the certified solution of another system with the same parameters, for a class that
        substitutes; None if none is found. Its clock is this one.
    known
        The tape of each state that is solved, from time and all parameters.
    unwritten
        Those among them that have no formula.
    before
        Returns the solved states at a point, with many digits.
    """

    system: FirstOrderSystem
    closure: FirstOrderSystem
    notation: Notation
    clock: Clock
    again: Callable[[FirstOrderSystem], Solved | None] = lambda _: None
    known: Mapping[str, Tape] = field(default_factory=dict[str, Tape])
    unwritten: frozenset[str] = frozenset()
    before: Callable[[Precise, Point], Mapping[str, Any]] = lambda precise, point: {}

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states."""
        return self.system.states


@runtime_checkable
class Written(Protocol):
    """A solution that is no formula on a tape: it prints and evaluates itself."""

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the whole equations, one or several, such as x(t) = Ai(t)."""
        ...

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits, nan where undefined.

        Parameters
        ----------
        precise
            The arithmetic; ``precise.context`` has the functions of mpmath.
        point
            Time and parameters, numbers of that context or doubles.
        """
        ...

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivative of every state by time, found from what is written."""
        ...


@dataclass(frozen=True)
class Solved:
    """One solution of a block.

    Parameters
    ----------
    formula
        As a textbook prints it: a tape whose inputs are time and the parameters (all of the
        system's, in its order), with one output per state; or something `Written`.
    tape
        The same function, with the same inputs, in a form that is safe in floating point: no 0/0
        where the formula has a limit, no overflow where it has none, digits kept in values and in
        derivatives.
    domain
        Where it is valid, in phrases: ``"valid for all t"``, ``"valid until t = 1/x_0"``.
    steps
        The way to the formula in a textbook's words, with claims a machine can check.
    holds
        The same as a condition: one output, from the same inputs, that is not zero where the
        solution is valid. Elsewhere it is neither checked nor returned. None for everywhere.
    knows_poles
        Whether `holds` ends it at the poles of its coefficients already. Otherwise they are read
        off these, where one of a formula of a solved state may be none of that state.
    """

    formula: Tape | Written
    tape: Tape
    domain: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    holds: Tape | None = None
    knows_poles: bool = False


def unless(tape: Tape, valid: Tape) -> Tape:
    """Return a tape that is nan where it is not valid."""
    builder = Builder(tape.inputs)
    (condition,) = builder.inline(valid, builder.inputs)
    values = builder.inline(tape, builder.inputs)
    return builder.finish(condition.apply("select", v, math.nan) for v in values)


def everywhere(tape: Tape) -> Tape:
    """Return a tape without the condition of `unless`, if it has one."""
    outputs = list(tape.outputs)
    for place, number in enumerate(outputs):
        node = tape.nodes[number]
        if node.op == "select" and math.isnan(tape.nodes[node.args[2]].value):
            outputs[place] = node.args[1]
    return replace(tape, outputs=tuple(outputs)).select(range(len(outputs)))


def has_lambert(formula: Tape) -> bool:
    """Tell whether a formula has Lambert's function.

    What it is taken of is soon no double: values come from the curve it solves.
    """
    return not _LAMBERT.isdisjoint(node.op for node in formula.nodes)


class Recognised(Protocol):
    """A block as a solvable class sees it."""

    def solutions(self) -> Iterable[Solved]:
        """Yield solutions, the likeliest first; the first to be certified is taken."""
        ...


class SolvableClass(Protocol):
    """A kind of block with a known way to its solution."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        ...

    @property
    def order(self) -> int:
        """When it is tried: small numbers first."""
        ...

    def recognise(self, block: Block) -> Recognised | None:
        """Return the block as this class sees it, or None if it is of another kind."""
        ...
