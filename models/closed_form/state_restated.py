"""Equations of second order with a square of the slope, which a function of the state removes.

With u = U(y), U' = exp(-integral of b), y'' = b(y)*y'^2 + a(t, y)*y' + c(t, y) has no square any
more, u'' = a*u' + U'(y)*c: the equations that a change of the state makes linear are among these
(Ibragimov 1999, *Elementary Lie Group Analysis and Ordinary Differential Equations*, section 12.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..errors import SpecificationError
from ..exact.linear.affine import affine
from ..exact.reduction.change import Change
from ..exact.reduction.page import Page, is_zero
from ..exact.reduction.second import SecondOrderEquation, nonlinear
from ..exact.solvable import Block, Solved
from ..symbolic.bridge import from_sympy, symbols, to_sympy
from ..symbolic.without_square import Straight, straightened
from ..tape import Tape

_CLOSE = 1e-9  # relative: elsewhere it is another branch


@dataclass(frozen=True)
class StateRestatedClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "equation of second order that is simpler in a function of the state"

    @property
    def order(self) -> int:
        """Before energies: here the state is a formula."""
        return 16

    def recognise(self, block: Block) -> StateRestated | None:
        """Return the equation, None if it has no square of the slope, or more than that."""
        equation = nonlinear(block)
        parts = equation.coefficients() if equation else None
        if equation is None or parts is None or equation.system.time in parts[2].inputs:
            return None
        return None if is_zero(parts[2]) else StateRestated(equation, *parts)


SOLVABLE = StateRestatedClass()


@dataclass(frozen=True)
class StateRestated:
    """One such equation.

    Parameters
    ----------
    equation
        The equation.
    free, linear, square
        c, a and b, by their names.
    """

    equation: SecondOrderEquation
    free: Tape
    linear: Tape
    square: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution, if the equation of the function has one."""
        with suppress(SpecificationError):
            page = self.equation.page()
            free, linear, square = (
                to_sympy(page.all(tape), self._known)[0]
                for tape in (self.free, self.linear, self.square)
            )
            (start,) = to_sympy(self.equation.system.start.select([0]), self._of_parameters)
            for way in straightened(square, self._known[self.equation.system.states[0]], start):
                change = self._change(way, linear, way.weight * free)
                if not self._has_energy or affine(change.inner) is not None:
                    yield from change.solutions()

    @property
    def _has_energy(self) -> bool:
        """Whether an energy is conserved, of which the state as it is tells more."""
        return not self.linear.inputs and self.equation.system.time not in self.free.inputs

    @cached_property
    def _known(self) -> dict[str, Any]:
        """The symbols of time, states and parameters."""
        return symbols(self.equation.names)

    @property
    def _of_parameters(self) -> dict[str, Any]:
        return {n: self._known[n] for n in self.equation.system.parameters}

    def _change(self, way: Straight, linear: Any, force: Any) -> Change:
        """Return the equation of the function."""
        equation, system = self.equation, self.equation.system
        time, y, _ = equation.names[:3]
        u = equation.notation.fresh("u", "w", "q", "u_1")
        names = u, f"{u}'"
        known = {time: self._known[time], u: way.u, **self._of_parameters}
        parts = [
            from_sympy([way.instead(e, self._known[y])], known, (time, u)) for e in (linear, force)
        ]
        inner = Page((time, *names, *system.parameters))
        rate = inner.put(parts[0]) * inner[names[1]] + inner.put(parts[1])
        here = equation.page()
        function, slope = (
            from_sympy([e], {y: self._known[y], **self._of_parameters}, (y,))
            for e in (way.of_state, way.weight)
        )
        start = Page(system.parameters)
        begun, speed = equation.started(start)
        first = start.put(function, {y: begun})
        return Change(
            equation.block,
            equation.other(
                names, inner.of(inner[names[1]], rate),
                start.of(first, start.put(slope, {y: begun}) * speed),
            ),
            self._back(way, names, slope),
            "A function of the state has no square of its slope any more",
            (equation.told(u, here, here.put(function)),),
            within=self._within(way, names, function),
        )  # fmt: skip

    def _back(self, way: Straight, names: tuple[str, str], slope: Tape) -> Tape:
        """Return the state and its slope."""
        system, y = self.equation.system, self.equation.system.states[0]
        page = Page((system.time, *system.parameters, *names))
        place = page.put(self._place(way, names[0]))
        return page.of(place, page[names[1]] / page.put(slope, {y: place}))

    def _place(self, way: Straight, u: str) -> Tape:
        return from_sympy([way.back], {u: way.u, **self._of_parameters}, (u,))

    def _within(self, way: Straight, names: tuple[str, str], function: Tape) -> Tape:
        """Return that the state is on the branch of the inverse function it begins on."""
        system, y = self.equation.system, self.equation.system.states[0]
        page = Page((system.time, *system.parameters, *names))
        again = page.put(function, {y: page.put(self._place(way, names[0]))})
        return page.of(abs(again - page[names[0]]) < _CLOSE * (1.0 + abs(again)))
