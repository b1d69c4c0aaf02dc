"""Two equations that scale with their states, by the ratio of these.

Where f(c*x, c*y) = c^m*f(x, y), and g likewise, r = y/x and x have

    r' = x^(m - 1)*(g(1, r) - r*f(1, r)),   x' = x^m*f(1, r)

(Hirsch, Smale and Devaney 2013, *Differential Equations, Dynamical Systems, and an Introduction to
Chaos*, chapter 6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...notation import chain
from ...symbolic.rational import simplified
from ...system import FirstOrderSystem
from ...tape import Tape
from ...tape.differentiate import derivative
from ..linear.affine import affine
from ..linear.identity import Identity
from ..solvable import Block, Solved
from .change import Change
from .page import Page, free_of

_LONGEST = 80  # operations of both rates
_CHOOSING = frozenset("floor sign lt le eq select min max abs".split())


def _degree(system: FirstOrderSystem) -> Tape | None:
    """Return m, from parameters, None where there is none."""
    names = (system.time, *system.states, *system.parameters)
    page, (x, y) = Page(names), system.states
    rates = [system.vector_field.select([i]) for i in (0, 1)]
    f, g = (page.put(rate) for rate in rates)
    f_along, g_along = (
        page[x] * page.put(derivative(rate, x)) + page[y] * page.put(derivative(rate, y))
        for rate in rates
    )
    if not Identity(page.builder).same(f_along * g, g_along * f):
        return None
    return free_of(page.of(f_along / f), names[:3])


@dataclass(frozen=True)
class HomogeneousPair:
    """One such pair.

    Parameters
    ----------
    block
        What is asked for.
    degree
        m, from parameters.
    """

    block: Block
    degree: Tape

    @property
    def is_of_first_degree(self) -> bool:
        """Whether m is one: the ratio has an equation of its own."""
        return not self.degree.used() and self.degree.nodes[self.degree.outputs[0]].value == 1.0

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution by either ratio, if it has one."""
        for below in (0, 1):
            yield from self._by_ratio(below).solutions()

    def _by_ratio(self, below: int) -> Change:
        """Return the equations of the ratio to one state, and of that state."""
        system, fresh = self.block.system, self.block.notation.fresh
        x, y = system.states[below], system.states[1 - below]
        r, w = names = fresh("r", "q", "u", "r_1"), fresh(f"{x}_r", f"{x}_u")
        inner = Page((system.time, *names, *system.parameters))
        rates = inner.every(system.vector_field, {x: 1.0, y: inner[r]})
        f, g = rates[below], rates[1 - below]
        m = inner.put(self.degree)
        turning = inner.put(simplified(inner.of(g - inner[r] * f)))
        growing = inner.put(simplified(inner.of(f)))
        start = Page(system.parameters)
        begun = start.every(system.start)
        back = Page((system.time, *system.parameters, *names))
        values = (back[w], back[r] * back[w])
        here = Page(system.states)
        told = self.block.notation.formula(here.builder.formula(here[y] / here[x]))
        return Change(
            self.block,
            FirstOrderSystem(
                names, system.parameters,
                inner.of(inner[w] ** (m - 1.0) * turning, inner[w] ** m * growing),
                start.of(begun[1 - below] / begun[below], begun[below]), system.time, system.t0,
                positive=system.positive,
            ),
            back.of(*(values if below == 0 else values[::-1])),
            "Both rates scale with the states: take their ratio",
            (chain(self.block.notation.name(r), told),),
        )  # fmt: skip


def homogeneous(block: Block) -> HomogeneousPair | None:
    """Return a block as such a pair, None if its rates do not scale alike or are linear."""
    system = block.system
    field = system.vector_field
    if system.n_states != 2 or len(field.nodes) - len(field.inputs) > _LONGEST:
        return None
    is_second = system.states[1] == f"{system.states[0]}'"
    if is_second or any(n.op in _CHOOSING for n in field.nodes):
        return None
    degree = _degree(system)
    return None if degree is None or affine(system) is not None else HomogeneousPair(block, degree)
