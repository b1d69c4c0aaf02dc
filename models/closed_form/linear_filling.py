"""The linear equation dy/dt = (r*y + h)/(v + g*t) + b: what is in a tank that fills or drains.

With constants r, h, v, g and b a particular solution is a constant and what is in proportion to the
volume v + g*t, and what is left goes with a power of it (Boyce and DiPrima 2012, *Elementary
Differential Equations*, section 2.3). A rocket that burns evenly, against gravity and drag, is
another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..exact.derivation import Step
from ..exact.linear.affine import varying
from ..exact.linear.filling import Filling, filling
from ..exact.solvable import Block, Solved
from ..exact.workings import Account, Workings
from ..tape import Tape


@dataclass(frozen=True)
class LinearFillingClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "linear equation dy/dt = (r*y + h)/(v + g*t) + b, a tank that fills or drains"

    @property
    def order(self) -> int:
        """After those that need no integral."""
        return 10

    def recognise(self, block: Block) -> LinearFilling | None:
        """Return the equation with its coefficients, None if it is no such equation."""
        if block.system.n_states != 1:
            return None
        system = varying(block.system)
        if system is None:
            return None
        found = filling(system)
        return None if found is None else LinearFilling(block, found)


SOLVABLE = LinearFillingClass()


@dataclass(frozen=True)
class LinearFilling:
    """One such equation.

    Parameters
    ----------
    block
        What is asked for.
    filling
        Its coefficients.
    """

    block: Block
    filling: Filling

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        f, a = self.filling, self.filling.system
        volume = self.block.notation.formula(a.on_time([f.now])).text
        domain = (f"valid as long as {volume} keeps its sign",)
        holds, formula = a.on_time([0.0 < f.now / f.volume]), a.on_time([f.formula()])
        yield Solved(formula, a.on_time([f.safe()]), domain, self._steps(formula), holds)

    def _steps(self, formula: Tape) -> tuple[Step, ...]:
        w, f, notation = Workings(self.block.system), self.filling, self.block.notation
        account, y = Account(w, notation), notation.name(w.state).text
        values = (f.rate, f.now, f.power, f.system.source[0], f.steady, f.level)
        on_page = (w.inline(f.system.on_time([v])) for v in values)
        rate, volume, power, source, steady, level = on_page
        factor, line = volume**-power, rate * w.y / volume + source
        mu = notation.fresh("mu", "m_f")
        told = notation.name(mu).text
        words = f"The rate of change of {y} is linear in {y}, with a coefficient that varies"
        steps = [account.step(words, notation.rate(w.state), line, (w.rate(w.y), line))]
        words = "The integrating factor is exp(-integral of the coefficient)"
        claim = (w.slope(factor), -rate / volume * factor)
        steps.append(account.step(words, notation.in_time(mu), factor, claim))
        if f.held.constant != 0:
            integral = (steady * volume + level) * factor
            words = f"Times {told} the left side is the slope of {told}*{y}, the right side that of"
            claim = (w.slope(integral), source * factor)
            steps.append(account.step(words, notation.in_time("I"), integral, claim))
        words = f"Integrate from {account.begin} with the start value, and divide by {told}"
        return (*steps, account.solution(words, w.inline(formula)))
