"""The certificate of a closed form: it is put back into its equation, with many digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from random import Random

from ...errors import NoClosedFormError
from ...notebook import Printed
from ...system import FirstOrderSystem
from ...tape import Tape
from ...tape.precise import Precise
from ..budget.clock import Clock
from ..derivation import Claim, Step
from ..solvable import Solved
from .continuous import LOOKS, Path, may_jump
from .examine import DIGITS, EXACT, Before, Examiner, Gaps, gap, worst
from .points import Point, degenerate_points, number, one_sided_points, points

POINTS = 16  # at which a closed form is put back; half of them suffice
ROUNDED = 1e-9  # largest gap believed in floating point, where zeros of the solution cost digits
_ENOUGH = POINTS // 2
_ATTEMPTS = 16 * POINTS  # to find points where the equation is defined
_FOLLOWED = 30_000  # operations, about, that are spent on following it to such points
_MODEST = 16.0  # values of a point; with larger ones steep is hardly told from a jump
_INNER = 3  # points for what goes into a solution that is put back itself
_SPARING = 3  # of so many degenerate points one, where a value takes long as a root or an integral
_TURNING = frozenset({"abs", "le", "lt", "max", "min", "select", "sign"})
_PER_CLAIM = 6  # points at which a claim of a derivation is checked
_LIKELY = 60  # points at most that are tried where any are beyond the solution

_EVERYWHERE = "valid for all "
_NARROW = "valid ", "until ", "as "  # how a phrase begins that says where a solution ends


@dataclass(frozen=True)
class Certificate(Printed):
    """How well a closed form fulfils its equation and its start values.

    Parameters
    ----------
    residual
        Largest gap between its rate of change and the vector field, relative to both and to the
        terms that cancel in them.
    start
        Largest gap to the start values, relative.
    rounding
        Largest error of the tape in floating point, relative to the state or its start value.
    points
        Random values of time and parameters, of both signs, at which all this was computed.
    digits
        Decimal digits carried.
    seed
        Of the random values.
    domain
        Where the closed form is valid, in words.
    inner
        Whether it is of what goes into a solution with a certificate of its own, and takes long to
        be put back: few points do.
    """

    residual: float
    start: float
    rounding: float
    points: int
    digits: int
    seed: int
    domain: str
    inner: bool = False

    @property
    def valid(self) -> bool:
        """Whether it is to be believed: enough points, and no gap above what rounding explains."""
        exact = max(self.residual, self.start) <= EXACT
        enough = self.points >= (_INNER if self.inner else _ENOUGH)
        return enough and exact and self.rounding <= ROUNDED

    @classmethod
    def of_all(cls, certificates: Sequence[Certificate]) -> Certificate:
        """Return the worst of several, its domain that of all of them."""
        domains = dict.fromkeys(d for c in certificates for d in c.domain.split("; "))
        return replace(
            certificates[0],
            residual=worst(c.residual for c in certificates),
            start=worst(c.start for c in certificates),
            rounding=worst(c.rounding for c in certificates),
            points=min(c.points for c in certificates),
            domain=in_words(domains),
        )

    def __str__(self) -> str:
        if self.points < _ENOUGH and max(self.residual, self.start) <= EXACT:
            return f"not certified: of many random points only {self.points} could be used"
        verdict = "certified" if self.valid else "not certified"
        return (
            f"{verdict}: put back at {self.points} random points (seed {self.seed}), "
            f"{self.digits} digits: residual {self.residual:.0e}, start value {self.start:.0e}, "
            f"rounding in floating point {self.rounding:.0e}; {self.domain}"
        )

    __repr__ = __str__


def in_words(domain: Iterable[str]) -> str:
    """Return phrases joined; that it is valid for all times is left out where one says less."""
    phrases = dict.fromkeys(domain)
    narrow = [p for p in phrases if p.startswith(_NARROW) and not p.startswith(_EVERYWHERE)]
    kept = (p for p in phrases if not (narrow and p.startswith(_EVERYWHERE)))
    return "; ".join(kept)


def certify(
    system: FirstOrderSystem,
    solved: Solved,
    before: Before = lambda precise, point: {},
    *,
    seed: int = 0,
    clock: Clock | None = None,
    drawn: Iterable[Point] | None = None,
    inner: bool = False,
) -> Certificate:
    """Return the certificate of a solution, good or bad.

    Parameters
    ----------
    system
        What is solved: the states of the solution, last, and those they depend on.
    solved
        The solution. Its tape also has to stand where the formula is 0/0.
    before
        The values of the other states at a point, with many digits.
    seed
        Of the random points.
    clock
        Looked at before each point.
    drawn
        The points, if they are not to be any.
    inner
        Whether it goes into a solution that is put back itself: then it is at few points if one
        takes long. A formula soon is, and may be of another branch, which many points tell.
    """
    examiner = Examiner(system, solved, before)
    inner = inner and not isinstance(solved.formula, Tape)
    check = clock.check if clock else lambda: None
    wanted = _INNER if inner else POINTS if isinstance(solved.formula, Tape) else _ENOUGH
    anywhere: list[Gaps] = []
    follow = _followed(system, solved)
    for point in drawn or islice(points(system, Random(seed)), _ATTEMPTS):
        check()
        found = examiner.gaps(point)
        anywhere += found and (follow(point) or found)
        if len(anywhere) == wanted or worst(g.residual for g in anywhere) > EXACT:
            break
    every = anywhere.copy()
    every_one = 1 if isinstance(solved.formula, Tape) else _SPARING
    if _turns(system) and not inner and worst(g.residual for g in every) <= EXACT:
        for point in one_sided_points(system, Random(seed)):
            check()
            every += examiner.gaps(point)
    degenerate = () if inner else degenerate_points(system, Random(seed))
    for point in islice(degenerate, None, None, every_one):
        check()
        every += examiner.gaps_of_limit(point)
    return Certificate(
        worst(g.residual for g in every), worst(g.start for g in every),
        worst(g.rounding for g in every), len(anywhere), DIGITS, seed, in_words(solved.domain),
        inner,
    )  # fmt: skip


def _turns(system: FirstOrderSystem) -> bool:
    """Tell whether rates have several laws: then a sign alone may decide which is followed."""
    return not _TURNING.isdisjoint(system.vector_field.operations)


def _followed(system: FirstOrderSystem, solved: Solved) -> Callable[[Point], list[Gaps]]:
    """Return what finds an endless gap where a formula jumps on the way to a point.

    Only formulas in floating point that may jump are followed, and long ones to fewer points.
    """
    tape, time = solved.tape, system.time
    jumping = isinstance(solved.formula, Tape) and may_jump(tape, time)
    left = _FOLLOWED if jumping else 0

    def follow(point: Point) -> list[Gaps]:
        nonlocal left
        if left <= 0 or max(map(abs, point.values())) > _MODEST:
            return []
        left -= LOOKS * len(tape.nodes)
        jumps = Path(tape, solved.holds, time, system.t0, point).jumps()
        return [Gaps(math.inf, math.inf, math.inf)] if jumps else []

    return follow


def checked(
    steps: Iterable[Step], drawn: Iterable[Point] = (), *, seed: int = 0, clock: Clock | None = None
) -> Iterator[Step]:
    """Yield steps of a certified solution with the claims of each checked at random points.

    Parameters
    ----------
    steps
        The derivation.
    drawn
        Points at which the solution is valid, more likely than at any.
    seed
        Of the random points.
    clock
        Looked at before each step.

    Raises
    ------
    NoClosedFormError
        If a claim does not hold, or is defined nowhere.
    """
    precise, random, likely = Precise(DIGITS), Random(seed), [*islice(drawn, _LIKELY)]
    for step in steps:
        if clock:
            clock.check()
        if not all(_holds(claim, precise, random, likely) for claim in step.claims):
            raise NoClosedFormError(f"a step of the derivation does not hold: {step}")
        yield replace(step, checked=bool(step.claims) or step.solution)


def _holds(claim: Claim, precise: Precise, random: Random, likely: Sequence[Point]) -> bool:
    names = sorted({*claim.left.inputs, *claim.right.inputs})
    gaps: list[float] = []
    for point in _tried(names, random, likely):
        found = _gap(claim, precise, point)
        if found > EXACT:  # a gap that more digits close is none of the claim's
            found = _gap(claim, Precise(3 * DIGITS), point)
        if found == found:
            gaps.append(found)
        if len(gaps) == _PER_CLAIM:
            break
    return bool(gaps) and max(gaps) <= EXACT


def _tried(names: Sequence[str], random: Random, likely: Sequence[Point]) -> Iterator[Point]:
    """Yield points for a claim: any, then those where the solution is likely to be valid."""
    for attempt in range(4 * _PER_CLAIM):
        signs = (1, -1) if attempt % 2 else (1,)
        yield {name: number(random, 2) * random.choice(signs) for name in names}
    for point in likely:
        yield {name: point[name] if name in point else number(random, 2) for name in names}


def _gap(claim: Claim, precise: Precise, point: Mapping[str, float]) -> float:
    """Return the gap between both sides of a claim, nan where one of them is undefined."""
    left, right = (precise(side, point)[0] for side in claim)
    defined = math.isfinite(left) and math.isfinite(right)
    return gap(left, right, 1.0) if defined else math.nan
