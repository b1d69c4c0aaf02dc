"""Motion with a linear and a cubic force, x'' = -a*x - b*x^3, by Jacobi's elliptic functions.

Duffing's oscillator without damping, hard or soft, in one well or two. The general start is put in
by the addition theorem (DLMF 22.8(i)), so that no amplitude or phase is needed: with
S^2 = (a + b*x_0^2)^2 + 2*b*v_0^2 the frequency is sqrt(S) and the parameter (S - a)/(2*S).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..exact.motions.conservative import Motion, energy, motion
from ..exact.solvable import Block, Solved
from ..symbolic.rational import simplified
from ..tape import Builder, Node, Tape, Value


@dataclass(frozen=True)
class DuffingClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "motion with a cubic force, x'' = -a*x - b*x^3, by Jacobi's elliptic functions"

    @property
    def order(self) -> int:
        """After linear systems; it looks at the tape only."""
        return 8

    def recognise(self, block: Block) -> Duffing | None:
        """Return the equation, None if the force is another."""
        found = motion(block)
        if found is None:
            return None
        first = found.derivative(found.force)
        second = found.derivative(first)
        third = found.derivative(second)
        if not found.is_free(third) or not _is_odd(found, second):
            return None
        linear, cubic = (_over(found.at(f, 0.0), by) for f, by in ((first, -1.0), (third, -6.0)))
        return None if _is_zero(cubic) else Duffing(found, linear, cubic)


SOLVABLE = DuffingClass()


def _is_zero(tape: Tape) -> bool:
    """Tell whether a formula is the number 0."""
    return tape.nodes[tape.outputs[0]] == Node("const")


def _is_odd(found: Motion, second: Tape) -> bool:
    """Tell whether a cubic force and its second derivative vanish where the state does."""
    return all(_is_zero(found.at(tape, 0.0)) for tape in (found.force, second))


def _quarter(m: Value) -> Value:
    """Return a quarter of the period of sn(u, m), which for m > 1 is sn(u*sqrt(m), 1/m)/sqrt(m)."""
    large = m > 1.0
    size = large.apply("select", m, 1.0)
    return large.apply("select", 1.0 / size, m).apply("elliptic_k") / size.apply("sqrt")


def _over(tape: Tape, by: float) -> Tape:
    builder = Builder(tape.inputs)
    return simplified(builder.finish(v / by for v in builder.inline(tape, builder.inputs)))


@dataclass(frozen=True)
class Duffing:
    """One such equation.

    Parameters
    ----------
    found
        The motion.
    linear, cubic
        a and b, from the parameters.
    """

    found: Motion
    linear: Tape
    cubic: Tape

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        page = self.found.page()
        a, b = page.put(self.linear), page.put(self.cubic)
        x, v = page.start, page.speed
        rests = v.constant == 0
        pull = a + b * x**2.0
        under = pull if rests else pull**2.0 + 2.0 * b * v**2.0
        square = pull if rests else under.apply("sqrt")
        frequency = square.apply("sqrt")
        m = b * x**2.0 / (2.0 * square) if rests else (square - a) / (2.0 * square)
        u = frequency * page.elapsed
        sn, cn, dn = (u.apply(f"jacobi_{name}", m) for name in ("sn", "cn", "dn"))
        # 1 - (m - b*x^2/(2*S))*sn^2, without its cancellation where the motion hardly returns
        lack = (pull < 0.0).apply("select", 2.0 * b * v**2.0 / (square - pull), square + pull)
        below = cn**2.0 + lack / (2.0 * square) * sn**2.0
        whole = x * cn if rests else (x * cn + v / frequency * sn * dn) / below
        level = v**2.0 / 2.0 + a * x**2.0 / 2.0 + b * x**4.0 / 4.0
        steps = (
            *energy(self.found, self._potential()),
            page.step(
                "The velocity is the root of a polynomial of degree four, so that time is an "
                "elliptic integral; S^2 = a^2 + 4*b*E gives the frequency sqrt(S)", "S", square,
                (square**2.0, a**2.0 + 4.0 * b * level),
            ),
            page.step(
                "The parameter of the elliptic functions", "m", m, (square * (1.0 - 2.0 * m), a)
            ),
        )  # fmt: skip
        shown = self.found.block.notation.formula(page.builder.formula(under)).text
        domain = f"valid where {shown} > 0, until it becomes infinite, if it does"
        bound = (lack > 0.0) | (abs(u) < _quarter(m))  # or infinite before a quarter of a period
        holds = (square > 0.0) & (below > 0.0) & bound
        yield page.solved(whole, steps, domain, holds)

    def _potential(self) -> Tape:
        system = self.found.system
        builder = Builder((system.states[0], *system.parameters))
        x, *parameters = builder.inputs
        linear, cubic = (builder.inline(tape, parameters)[0] for tape in (self.linear, self.cubic))
        return builder.finish([linear * x**2.0 / 2.0 + cubic * x**4.0 / 4.0])
