"""Riccati's equations for several states: quadratic terms x_i*L(x) with one linear L for all.

dx/dt = A*x + d + x*(b.x): the states are quotients x_i = X_i/W of solutions of a linear system with
one state more, X' = A*X + d*W, W' = -b.X (Reid 1972, *Riccati Differential Equations*, chapter 1):
lines through the origin, so that such a flow is called projective.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from ..exact.linear.affine import affine
from ..exact.linear.identity import Identity
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page
from ..exact.solvable import Block
from ..notation import chain
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Tape, Value
from ..tape.differentiate import derivative

_LONGEST = 120  # operations of the rates
_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())
_MOST = 4  # states


@dataclass(frozen=True)
class ProjectiveClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "projective equations, quotients of the solutions of a linear system"

    @property
    def order(self) -> int:
        """After populations that share a limit, which are told in their own words."""
        return 13

    def recognise(self, block: Block) -> Change | None:
        """Return the linear system, None if the quadratic terms are not of one linear form."""
        system = block.system
        field = system.vector_field
        if not 2 <= system.n_states <= _MOST or len(field.nodes) - len(field.inputs) > _LONGEST:
            return None
        if (
            any(n.op in _CHOOSING for n in field.nodes)
            or system.states[1] == f"{system.states[0]}'"
        ):
            return None
        form = _form(system)
        return _change(block, form) if form and affine(system) is None else None


SOLVABLE = ProjectiveClass()


def _form(system: FirstOrderSystem) -> list[Tape] | None:
    """Return b, by time and parameters, if it is the same for all states."""
    page = Page((system.time, *system.states, *system.parameters))
    identity, states = Identity(page.builder), system.states
    rates = [system.vector_field.select([i]) for i in range(system.n_states)]
    first = derivative(rates[0], states[0])
    form = [
        page.put(derivative(first, s)) * (0.5 if s == states[0] else 1.0) for s in states
    ]  # fmt: skip
    limit = reduce(Value.__add__, (b * page[s] for b, s in zip(form, states, strict=True)))
    for state, rate in zip(states, rates, strict=True):
        rest = page.of(page.put(rate) - page[state] * limit)
        for one in states:
            slope = derivative(rest, one)
            if not all(identity.is_zero(page.put(derivative(slope, s))) for s in states):
                return None
    still = dict.fromkeys(states, 0.0)
    tapes = [simplified(page.builder.formula(page.put(page.of(b), still))) for b in form]
    return None if all(identity.is_zero(b) for b in form) else tapes


def _change(block: Block, form: list[Tape]) -> Change:
    system, fresh = block.system, block.notation.fresh
    names = tuple(fresh(f"{s}_W", f"{s}_w", f"{s}_h") for s in system.states)
    below = fresh("W", "w", "h", "W_1")
    inner = Page((system.time, *names, below, *system.parameters))
    limit = reduce(
        Value.__add__, (inner.put(b) * inner[n] for b, n in zip(form, names, strict=True))
    )
    rates: list[Value] = []
    nothing = dict.fromkeys(system.states, inner.builder.constant(0.0))
    sources = inner.every(system.vector_field, nothing)
    for i, source in enumerate(sources):
        field, total = system.vector_field.select([i]), source * inner[below]
        for state, name in zip(system.states, names, strict=True):
            total = total + inner.put(derivative(field, state), nothing) * inner[name]
        rates.append(total)
    start = Page(system.parameters)
    back = Page((system.time, *system.parameters, *names, below))
    there = Page((*names, below))
    told = (
        chain(
            block.notation.name(s),
            block.notation.formula(there.builder.formula(there[n] / there[below])),
        )
        for s, n in zip(system.states, names, strict=True)
    )
    return Change(
        block,
        FirstOrderSystem(
            (*names, below), system.parameters, inner.of(*rates, -limit),
            start.of(*start.every(system.start), 1.0), system.time, system.t0,
            positive=system.positive,
        ),
        back.of(*(back[n] / back[below] for n in names)),
        "The states are quotients of solutions of a linear system with one state more",
        tuple(told),
    )  # fmt: skip
