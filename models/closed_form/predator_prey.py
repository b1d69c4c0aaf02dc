"""Lotka and Volterra's equations, x' = x*(a - b*y), y' = y*(d*x - c), on their closed orbits.

In u = log(d*x/c) and w = log(b*y/a) the invariant is c*(exp(u) - 1 - u) + a*(exp(w) - 1 - w) = K
(Volterra 1926, Nature 118, 558-560, doi:10.1038/118558a0). An angle that shares K between both,

    exp(u) - 1 - u = K/c*cos(phi)^2,  exp(w) - 1 - w = K/a*sin(phi)^2,

goes round at a pace that is smooth and never zero, through all turning points; time is a
quadrature over it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..exact.derivation import Claim, Step
from ..exact.motions.populations import Page, Populations, populations, volterra
from ..exact.motions.revolving import Revolving
from ..exact.solvable import Block, Solved
from ..notation import Shown, chain
from ..tape import Tape, Value
from ..tape.composed.confluent import relative_growth
from ..tape.composed.revolution import ANGLES, revolution
from ..tape.composed.series import choose
from ..tape.composed.volterra import excess, shared_angle, slopes_around, volterra_root
from ..tape.differentiate import derivative


@dataclass(frozen=True)
class PredatorPreyClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "predator and prey of Lotka and Volterra, x' = x*(a - b*y), y' = y*(d*x - c)"

    @property
    def order(self) -> int:
        """It needs a little algebra."""
        return 13

    def recognise(self, block: Block) -> PredatorPrey | None:
        """Return the system, None if a rate is not a state times a linear function of the other."""
        found = populations(block)
        return PredatorPrey(block, found) if found else None


SOLVABLE = PredatorPreyClass()


@dataclass(frozen=True)
class PredatorPrey:
    """One such system, x' = x*(P + Q*y) and y' = y*(M + N*x).

    Parameters
    ----------
    block
        What is asked for.
    found
        P, Q, M and N.
    """

    block: Block
    found: Populations

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        tape, holds, angle = self._in_doubles()
        written = self._written(angle)
        x, y = (self.block.notation.name(s).text for s in self.block.states)
        domain = (
            f"valid on closed orbits, where the rates of growth without the other have opposite "
            f"signs and {x} and {y} those of their values at rest; as far as {ANGLES} angles tell "
            "the way round"
        )
        yield Solved(written, tape, (domain,), tuple(self._steps(written)), holds)

    @cached_property
    def _letters(self) -> tuple[str, ...]:
        fresh = self.block.notation.fresh
        wanted = ("phi", "theta"), ("u", "u_1"), ("w", "w_1"), ("K", "H", "K_1")
        return tuple(fresh(*names) for names in wanted)

    def _page(self, *names: str) -> Page:
        return Page(self.block, self.found, *names)

    # ---- in doubles -----------------------------------------------------------------------

    def _in_doubles(self) -> tuple[Tape, Tape, Tape]:
        """Return the states, where they hold, and the angle, from time and the parameters."""
        system = self.block.system
        page = self._page(system.time)
        elapsed = page.builder.input(system.time) - system.t0
        ratios = [v / r for v, r in zip(page.start, page.rest, strict=True)]
        opposite = page.p * page.m < 0.0
        closed = opposite & (ratios[0] > 0.0) & (ratios[1] > 0.0)
        logs = [closed.apply("select", r, 1.0).apply("log") for r in ratios]
        level, parts = page.level([excess(u) for u in logs])
        sizes = page.sizes(level)
        rests, begun = level.apply("eq", 0.0), elapsed.apply("eq", 0.0)
        begin = shared_angle(logs, parts, rests.apply("select", 1.0, level))
        scale = 2.0 * (page.shares[0] * page.shares[1]).apply("sqrt")
        paces = [slopes / scale for slopes in slopes_around(sizes)]
        came = revolution(paces, begin, page.p.apply("sign") * elapsed)
        waves = came.angle.apply("cos"), came.angle.apply("sin")
        values = [
            r * volterra_root(s * w).h.apply("exp")
            for r, s, w in zip(page.rest, sizes, waves, strict=True)
        ]
        values = [(begun | rests).apply("select", s, v)
                  for s, v in zip(page.start, values, strict=True)]  # fmt: skip
        alone, simple = _alone(page, elapsed)
        values = [simple.apply("select", a, v) for a, v in zip(alone, values, strict=True)]
        holds = simple | (closed & (begun | rests | came.resolved))
        known = choose(came.resolved, came.angle, math.nan)
        own = (system.time,)
        return page.of(*values, also=own), page.of(holds, also=own), page.of(known, also=own)

    # ---- with many digits -----------------------------------------------------------------

    def _written(self, angle: Tape) -> Revolving:
        phi, u, w, _ = self._letters
        page = self._page(phi, u, w)
        wave, *logs = page.builder.inputs[:3]
        level, parts = page.level([volterra(g) for g in self._begun(page)])
        waves, roots = (wave.apply("cos"), wave.apply("sin")), dict[str, Tape]()
        for name, g, c, side in zip((u, w), logs, page.shares, waves, strict=True):
            roots[name] = page.of(volterra(g) - level / c * side**2.0, also=(phi, name))
        grown = [g.apply("exp") for g in logs]
        states = [r * g for r, g in zip(page.rest, grown, strict=True)]
        sizes = page.sizes(level)
        guesses = [volterra_root(s * v).h for s, v in zip(sizes, waves, strict=True)]
        return Revolving(
            self.block.system, phi, page.of(*states, also=(phi, u, w)),
            page.of(_pace(level, wave, page.shares, grown), also=(phi, u, w)),
            page.of(shared_angle(self._begun(page), parts, level)), angle, self._equations, roots,
            page.of(*guesses, also=(phi,)),
        )  # fmt: skip

    def _begun(self, page: Page) -> list[Value]:
        """Return u and w at the start."""
        return [(v / r).apply("log") for v, r in zip(page.start, page.rest, strict=True)]

    # ---- in writing -----------------------------------------------------------------------

    def _invariant(self, page: Page, x: Value, y: Value) -> Value:
        """Return what stays the same, as a textbook has it."""
        return page.n * x + page.m * x.apply("log") - page.q * y - page.p * y.apply("log")

    @cached_property
    def _equations(self) -> tuple[Shown, ...]:
        phi, u, w, k = self._letters
        states, notation = self.block.states, self.block.notation
        page = self._page(*states, phi, u, w, k)
        x, y, angle, *logs, level = page.builder.inputs[: len(states) + 4]
        rows = [
            chain(*(page.shown(self._invariant(page, *at)) for at in ((x, y), page.start))),
            *(
                chain(notation.in_time(s), page.shown(r * g.apply("exp")))
                for s, r, g in zip(states, page.rest, logs, strict=True)
            ),
        ]
        waves = angle.apply("cos"), angle.apply("sin")
        for g, c, wave in zip(logs, page.shares, waves, strict=True):
            left, right = volterra(g), level / c * wave**2.0
            rows.append(chain(page.shown(left), page.shown(right)))
        (c, a), (x_0, y_0) = page.shares, page.start
        ratios = page.n * x_0 / c, -page.q * y_0 / a
        begun = [ratio - 1.0 - ratio.apply("log") for ratio in ratios]
        rows.append(chain(notation.name(k), page.shown(page.level(begun)[0])))
        grown = [g.apply("exp") for g in logs]
        integrand = page.shown(_pace(level, angle, page.shares, grown))
        name, begin = notation.name(phi), f"{phi}_0"
        text = f"integral({integrand.text}, {phi} = {begin}..{phi})"
        letter = name.latex
        latex = rf"\int_{{{letter}_0}}^{{{letter}}} {integrand.latex} \,\mathrm{{d}}{letter}"
        if self.block.system.t0:
            t0 = f"{self.block.system.t0:g}"
            text, latex = f"{t0} + {text}", f"{t0} + {latex}"
        time = chain(notation.name(self.block.system.time), Shown(text, latex))
        one, other = (
            chain(page.shown(g), page.shown(r)) for g, r in zip(grown, ratios, strict=True)
        )
        first = Shown(
            f"{phi} = {begin} where {one.text} and {other.text}",
            rf"{letter} = {letter}_0 \text{{ where }} {one.latex} \text{{ and }} {other.latex}",
        )
        return (*rows, time, first)

    def _steps(self, written: Revolving) -> Iterator[Step]:
        """Yield the invariant, its two parts, the angle between them, and the time."""
        phi, u, w, k = self._letters
        states = self.block.states
        page = self._page(*states)
        x, y = page.builder.inputs[:2]
        whole = self._invariant(page, x, y)
        rates = x * (page.p + page.q * y), y * (page.m + page.n * x)
        invariant, change = page.builder.finish([whole]), page.builder.constant(0.0)
        for state, rate in zip(states, rates, strict=True):
            slope = derivative(invariant, state)
            change = change + page.builder.inline(slope, page.builder.inputs)[0] * rate
        yield Step(
            "Time does not occur: divide the rates, separate the variables and integrate. On an "
            "orbit this stays what it is at the start", self._equations[0],
            (Claim(page.builder.formula(change), page.builder.formula(0.0)),),
        )  # fmt: skip
        yield from self._at_rest(page, rates)
        yield self._shared()
        yield Step(
            f"Share {k} between both by an angle {phi}, {u} having the sign of cos({phi}) and {w} "
            f"that of sin({phi}): all along the orbit it goes on at a pace that is never zero, so "
            "that time is an integral over it",
            chain(*written.equations[1:], sign=", "), written.fulfils(),
        )  # fmt: skip

    def _at_rest(self, page: Page, rates: tuple[Value, Value]) -> Iterator[Step]:
        """Yield where the rates are zero."""
        notation = self.block.notation
        rows = [
            chain(notation.name(s), page.shown(r))
            for s, r in zip(self.block.states, page.rest, strict=True)
        ]
        at = [*page.rest, *page.parameters]
        still = page.builder.inline(page.builder.finish(rates), at)
        claims = (Claim(page.builder.formula(r), page.builder.formula(0.0)) for r in still)
        yield Step("Both rates are zero at", chain(*rows, sign=", "), tuple(claims))

    def _shared(self) -> Step:
        """Return the invariant in logarithms, a sum of two parts that are zero at rest."""
        _, u, w, k = self._letters
        page = self._page(u, w)
        logs = page.builder.inputs[:2]
        states = [r * g.apply("exp") for r, g in zip(page.rest, logs, strict=True)]
        parts = [c * volterra(g) for c, g in zip(page.shares, logs, strict=True)]
        gap = self._invariant(page, *states) - self._invariant(page, *page.rest)
        shown = chain(page.shown(parts[0] + parts[1]), self.block.notation.name(k))
        names = [self.block.notation.name(s).text for s in self.block.states]
        rests = [page.shown(r).text for r in page.rest]
        return Step(
            f"With {names[0]} = {rests[0]}*exp({u}) and {names[1]} = {rests[1]}*exp({w}) it is, "
            "but for a constant, a sum of two parts that are zero there and positive elsewhere",
            shown,
            (Claim(page.builder.formula(gap), page.builder.formula(parts[0] + parts[1])),),
        )  # fmt: skip


def _pace(level: Value, angle: Value, shares: Sequence[Value], grown: Sequence[Value]) -> Value:
    """Return the time per angle, from exp(u) and exp(w)."""
    below = shares[0] * shares[1] * (grown[0] - 1.0) * (grown[1] - 1.0)
    return level * (2.0 * angle).apply("sin") / below


def _alone(page: Page, elapsed: Value) -> tuple[list[Value], Value]:
    """Return the states where one is not there, or does not act on the other, and whether so."""
    x, y = page.start
    free = page.q.apply("eq", 0.0), page.n.apply("eq", 0.0)
    gone = [(page.p * elapsed), (page.m * elapsed)]
    met = [
        page.q * y * elapsed * relative_growth(gone[1]),
        page.n * x * elapsed * relative_growth(gone[0]),
    ]
    missing = (x * y).apply("eq", 0.0)
    simple = missing | free[0] | free[1]
    rates = [choose(simple, g + m, 0.0) for g, m in zip(gone, met, strict=True)]
    return [v * r.apply("exp") for v, r in zip(page.start, rates, strict=True)], simple
