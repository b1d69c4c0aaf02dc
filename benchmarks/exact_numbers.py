"""Closed forms of the library in floating point against many digits, at random values.

    python benchmarks/exact_numbers.py [--points 1000] [--only NAME] [--table FILE]

Values lie within a factor of four of the model's own, at times up to that of its reference value.
At half of the points one more thing is special, in turn: a parameter or start value is zero, two
are equal, or rates coincide as at critical damping. The reference is the certified formula with
200 digits; where it is 0/0 there, its limit from points beside.

An error is relative to the state or, where that passes through zero, to its start; *to condition*
it is relative to what the last digits of the inputs move as well, since no formula of doubles can
do better: cosine of a large angle, growth over many doublings, a state that two terms nearly cancel
in. What is no number although the reference is one counts as missing. Where the closed form says
that it does not hold, as after a blow-up, the point counts as outside.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, cycle
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import mpmath

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.form import ClosedForm, Part
from ratelaw.models.exact.proof.examine import values_of
from ratelaw.models.library import LIBRARY
from ratelaw.models.tape import Tape
from ratelaw.models.tape.precise import Precise

TOLERANCE = 1e-12
FACTOR = 4.0
NUDGE = 2.0**-20
DIGITS = 100
ASIDE = (-30, -40)  # powers of ten, of the points beside one where a formula is 0/0
SMALLEST, LARGEST = 1e-290, 1e300  # beyond, doubles lose digits with good reason
Point = Mapping[str, float]

CRITICAL: Mapping[str, Callable[[dict[str, float]], dict[str, float]]] = {
    "damped_oscillator": lambda p: {**p, "c": 2 * math.sqrt(p["k"] * p["m"])},
    "rlc_circuit": lambda p: {**p, "R": 2 * math.sqrt(p["L"] / p["C"])},
}


class Row(NamedTuple):
    """What was found of one model."""

    points: int = 0
    worst: float = 0.0
    beyond: int = 0
    conditioned: float = 0.0
    missing: int = 0
    outside: int = 0


def drawn(name: str, exact: ClosedForm, values: Point, until: float) -> Iterator[dict[str, float]]:
    """Yield endless points, every second one special."""
    random, system = Random(0), exact.system
    names = sorted(exact.tape.used() - {system.time})

    def beside() -> dict[str, float]:
        near = {n: v * FACTOR ** random.uniform(-1, 1) for n, v in values.items()}
        return {**near, system.time: system.t0 + (until - system.t0) * random.random()}

    zeros = cycle(names or [""])
    pairs = cycle(list(combinations(names, 2)) or [("", "")])
    while True:
        yield beside()
        yield {**beside(), next(zeros): 0.0}
        yield beside()
        one, other = next(pairs)
        point = beside()
        yield {**point, one: point.get(other, 0.0)}
        if name in CRITICAL:
            yield CRITICAL[name](beside())


def many_digits(part: Part, point: Point) -> list[Any]:
    """Return the solution with many digits; nothing where it has no limit."""
    found = evaluated(part, point)
    if all(map(mpmath.isfinite, found)):
        return found
    near, nearer = (evaluated(part, point, aside) for aside in ASIDE)
    agree = all(abs(a - b) <= 1e-20 * abs(b) + 1e-30 for a, b in zip(near, nearer, strict=True))
    return nearer if agree else []


def evaluated(part: Part, point: Point, aside: int = 0) -> list[Any]:
    """Return the formula at a point, or a bit beside it."""
    formula, precise = part.solved.formula, Precise(DIGITS)
    step = precise.context.mpf(10) ** aside if aside else 0
    moved = {n: precise.context.mpf(v) + i * step for i, (n, v) in enumerate(point.items(), 1)}
    if isinstance(formula, Tape):
        return list(precise(formula, moved))
    return list(values_of(part.solved, precise, moved))


def compared(exact: ClosedForm, part: Part, point: Point) -> Iterator[tuple[float, float]]:
    """Yield for each state the error, plain and to condition.

    It is infinite where one is missing, nan where the closed form says that it does not hold.
    """
    tape, holds = part.solved.tape, part.solved.holds
    if holds is not None and not holds(*(point[n] for n in holds.inputs))[0]:
        yield math.nan, math.nan
        return
    wanted = many_digits(part, point)
    if not wanted:
        return
    found = tape(*(point[n] for n in tape.inputs))
    nudged = {n: v * (1 + k * NUDGE) for k, (n, v) in enumerate(point.items(), 1)}
    start = {**point, exact.system.time: exact.system.t0}
    for i, (f, w) in enumerate(zip(found, wanted, strict=True)):
        if abs(w) > LARGEST:
            continue
        if not math.isfinite(f):
            yield math.inf, math.inf
            continue
        gap, size = abs(f - w), max(abs(w), SMALLEST)
        if gap <= TOLERANCE * size:
            yield (float(gap / size),) * 2
            continue
        begin, moved = many_digits(part, start), many_digits(part, nudged)
        size = max([size, *(abs(b[i]) for b in [begin] if b)])
        condition = abs(moved[i] - w) / NUDGE if moved else 0.0
        yield float(gap / size), float(gap / max(size, condition))


def is_defined(exact: ClosedForm, point: Point) -> bool:
    """Tell whether the equations are defined at the start: no mass, no half-life of zero."""
    system, known = exact.system, [point[n] for n in exact.system.parameters]
    states = [i for i, s in enumerate(system.states) if s in exact.states]
    rates = system.vector_field.select(states)(system.t0, *system.start(*known), *known)
    return all(map(math.isfinite, rates))


def measured(name: str, points: int) -> Row:
    """Return what is found of a model.

    Raises
    ------
    NoClosedFormError
        If it has no closed form.
    """
    entry, row = LIBRARY.entry(name), Row()
    exact = rl.solve_exactly(entry.model, budget=20)
    values = {n: entry.model.values[n] for n in exact.parameters}
    for point in drawn(name, exact, values, entry.reference.time):
        if row.points >= points:
            return row
        if "" in point:
            del point[""]
        found = [e for part in exact.parts for e in compared(exact, part, point)]
        if not is_defined(exact, point):
            row = row._replace(points=row.points + 1)
            continue
        outside = any(math.isnan(plain) for plain, _ in found)
        lost = sum(math.isinf(plain) for plain, _ in found)
        seen = [e for e in found if math.isfinite(e[0])]
        worst = max((plain for plain, _ in seen), default=0.0)
        row = Row(
            row.points + 1, max(row.worst, worst), row.beyond + (worst > TOLERANCE),
            max([row.conditioned, *(c for _, c in seen)]), row.missing + (lost > 0),
            row.outside + outside,
        )  # fmt: skip
        if lost or any(c > TOLERANCE for _, c in seen):
            sys.stderr.write(f"{name}: {dict(point)}: {found}\n")
    return row


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--only", default="")
    parser.add_argument("--table", type=Path)
    given = parser.parse_args()
    lines = [
        "| Model | Points | Largest error | Beyond 1e-12 | To condition | Missing | Outside |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in (n for n in LIBRARY if given.only in n):
        begin = time.process_time()
        try:
            row = measured(name, given.points)
        except NoClosedFormError:
            continue
        lines.append(
            f"| {name} | {row.points} | {row.worst:.1e} | {row.beyond} | {row.conditioned:.1e} | "
            f"{row.missing} | {row.outside} |"
        )
        seconds = time.process_time() - begin
        sys.stdout.write(f"{lines[-1]} {seconds:.0f} s of processor time\n")
        sys.stdout.flush()
    if given.table:
        given.table.write_text("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
