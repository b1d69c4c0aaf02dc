"""Closed forms evaluated in floating point against many digits; calls side by side; time."""

import math
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, islice
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import pytest

import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.form import ClosedForm
from ratelaw.models.exact.part import Part
from ratelaw.models.library import LIBRARY, SHELF
from ratelaw.models.tape import Tape
from ratelaw.models.tape.precise import Precise

TOLERANCE = 1e-12
NUDGE = 2.0**-20
QUICK = ("cooling", "damped_oscillator", "logistic", "oral_dose", "two_body_cooling")
SLOW = (
    "allee", "bass", "bouncing_ball", "budworm", "dc_motor", "flame", "gompertz", "goodwin_cycle",
    "harvested_stock", "hiv", "indirect_response", "integrate_and_fire", "kepler",
    "lotka_volterra", "pendulum", "phenytoin", "radon_chain", "rigid_body", "rlc_circuit", "sir",
    "sis", "solow", "thermostat", "two_compartments", "two_tanks", "van_de_vusse",
)  # fmt: skip
Point = Mapping[str, float]


def swept(exact: ClosedForm, values: Point, until: float) -> Iterator[Point]:
    """Yield values near the model's own, then with parameters zero in turn, then equal in pairs."""
    random, names = Random(0), sorted(exact.tape.used() - {exact.system.time})
    span = until - exact.system.t0

    def beside() -> dict[str, float]:
        near = {n: v * random.uniform(0.5, 2) for n, v in values.items()}
        return {**near, exact.system.time: exact.system.t0 + span * random.random()}

    yield from (beside() for _ in range(6))
    yield from ({**beside(), name: 0.0} for name in names)
    for one, other in islice(combinations(names, 2), 20):
        point = beside()
        yield {**point, one: point[other]}


def many_digits(part: Part, point: Point) -> list[Any]:
    """Return the solution with many digits, beside the point where it is 0/0; none if no limit."""
    found = [evaluated(part, point, i) for i in (0, -40, -60)]
    at, near, nearer = found
    if all(map(mpmath.isfinite, at)):
        return at
    agree = all(abs(a - b) <= 1e-20 * abs(b) + 1e-30 for a, b in zip(near, nearer, strict=True))
    return nearer if agree else []


def evaluated(part: Part, point: Point, aside: int) -> list[Any]:
    formula, precise = part.solved.formula, Precise(200)
    step = precise.context.mpf(10) ** aside if aside else 0
    moved = {n: precise.context.mpf(v) + i * step for i, (n, v) in enumerate(point.items(), 1)}
    tape = isinstance(formula, Tape)
    return list(precise(formula, moved) if tape else formula.values(precise, moved))


def largest_error(exact: ClosedForm, point: Point) -> float:
    """Return the largest error, relative to the state, its start or what its inputs' digits do."""
    return max(error for part in exact.parts for error in errors(exact, part, point))


def errors(exact: ClosedForm, part: Part, point: Point) -> list[float]:
    """Return the error of each state of a part; none where it does not hold or has no limit."""
    tape, holds = part.solved.tape, part.solved.holds
    if holds is not None and not holds(*(point[n] for n in holds.inputs)):
        return [0.0]
    wanted = many_digits(part, point)
    moved = many_digits(part, {n: v * (1 + i * NUDGE) for i, (n, v) in enumerate(point.items(), 1)})
    begin = many_digits(part, {**point, exact.system.time: exact.system.t0})
    if not wanted or not moved or not begin:
        return [0.0]
    found = tape(*(point[n] for n in tape.inputs))
    rows = zip(found, wanted, moved, begin, strict=True)
    return [
        float(abs(f - w) / max(abs(w), abs(b), abs(m - w) / NUDGE, 1e-300)) for f, w, m, b in rows
    ]


def worst_of_library(name: str) -> float:
    entry = LIBRARY.entry(name)
    exact = rl.solve_exactly(entry.model, budget=20)
    values = {n: entry.model.values[n] for n in exact.parameters}
    points = swept(exact, values, entry.reference.time)
    return max(largest_error(exact, p) for p in points if is_defined(exact, p))


def is_defined(exact: ClosedForm, point: Point) -> bool:
    """Tell whether the equations are defined at the start: no mass, no half-life of zero."""
    system, known = exact.system, [point[n] for n in exact.system.parameters]
    field = system.vector_field
    states = [i for i, s in enumerate(system.states) if s in exact.states]
    rates = field.select(states)(system.t0, *system.start(*known), *known)
    return all(map(math.isfinite, rates))


@pytest.mark.parametrize("name", QUICK)
def test_doubles_agree_with_many_digits(name: str) -> None:
    assert worst_of_library(name) <= TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_doubles_agree_with_many_digits_throughout_the_library(name: str) -> None:
    assert worst_of_library(name) <= TOLERANCE


@pytest.mark.slow
def test_no_other_model_of_the_library_has_a_closed_form() -> None:
    for name in set(SHELF.names()) - {*QUICK, *SLOW}:
        with pytest.raises(NoClosedFormError):
            rl.solve_exactly(LIBRARY.entry(name).model)


# Company

TEXTS = (
    "dT/dt = -k*(T - T_s); T(0) = 90",
    "dA/dt = -k*A; dB/dt = k*A - q*B; A(0) = 1; B(0) = 0",
    "x'' = -w^2*x - 2*c*x'; x(0) = 1; x'(0) = 0",
    "dx/dt = -k*x + if(t < a, p, 0); x(0) = 1",
    "dx/dt = -x + a*y; dy/dt = x - y + b*z; dz/dt = y - 2*z",
)


def told(text: str) -> tuple[str, ...]:
    exact = rl.solve_exactly(text)
    return str(exact), str(exact.derivation), str(exact.certificate)


def children() -> set[str]:
    """Return the numbers of the processes that this one has started and not ended."""
    lists = Path("/proc/self/task").glob("*/children")
    return {number for path in lists for number in path.read_text().split()}


@pytest.mark.slow
def test_a_hundred_calls_at_once_answer_as_alone_and_leave_no_process() -> None:
    before, alone = children(), [told(text) for text in TEXTS]
    with ThreadPoolExecutor(100) as pool:
        found = list(pool.map(told, TEXTS * 20))
    assert found == alone * 20
    assert children() <= before


# Time

TIMED = """
import sys, time
from pathlib import Path
import ratelaw as rl
from ratelaw.models.errors import NoClosedFormError

def queued():
    path = Path("/proc/thread-self/schedstat")
    return int(path.read_text().split()[1]) / 1e9 if path.exists() else 0.0

text, budget = sys.argv[1], float(sys.argv[2])
model = rl.library[text] if "=" not in text else rl.model(text)
for _ in range(2):
    begin = time.perf_counter() - queued()
    try:
        rl.solve_exactly(model, budget=budget)
        sys.exit("it has a closed form")
    except NoClosedFormError:
        print(time.perf_counter() - queued() - begin)
"""


def cold_and_warm(text: str, budget: float) -> list[float]:
    """Return seconds of a first and a second call, without those spent queueing for a processor."""
    command = [sys.executable, "-c", TIMED, text, str(budget)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    return [float(line) for line in run.stdout.split()]


COLD = "import ratelaw as rl; print(rl.solve_exactly(rl.library.sir, budget=1.6).remaining)"


@pytest.mark.slow
def test_an_epidemic_by_shares_is_found_in_a_new_process_with_time_to_spare() -> None:
    environment = {**os.environ, "RATELAW_CACHE": ""}
    command = [sys.executable, "-c", COLD]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert run.stdout == "()\n", run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "lorenz",
        "rossler",
        "driven_pendulum",
        "dx/dt = sin(x*t) + exp(x^2)",
        "dx/dt = x^3 + t*x^2 + sin(t)",
    ],
)
def test_what_has_no_closed_form_says_so_within_the_budget(text: str) -> None:
    assert max(cold_and_warm(text, 2.0)) <= 2.2
