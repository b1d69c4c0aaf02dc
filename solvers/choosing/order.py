"""Which explicit method takes the least work: by the tolerance, and by what the rates are made of.

Measured on ensembles of small models in compiled lanes: at the same delivered error a series takes
fewer and longer steps than a Runge-Kutta method, and the cost of each grows with the square of its
order times the products in the rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ...models.system import FirstOrderSystem
from ...models.tape import Tape
from ..compose.taylor import expansion, refusal
from ..methods import SHELF
from ..problem import InitialValueProblem
from .decaying import STABILISED, stabilised

FINE = 1e-7  # rtol from which order 8 takes less time than order 5 does, as measured
# The series for tolerances down to one, and the work it may be in units of a step by its rival.
SERIES: Sequence[tuple[float, str, str, float]] = (
    (1e-4, "taylor8", "tsit5", 1.2),
    (1e-9, "taylor12", "dop853", 1.2),
    (0.0, "taylor16", "dop853", 2.0),
)
SHORT = 1500  # operations of a series: beyond, the compiler takes longer, and loops are as fast
FUNCTION = 20  # operations that one function of the C library is worth
# Stages and coefficients that are not zero, here because a rival's file is loaded only if it steps.
STAGES = {"tsit5": 7, "dop853": 16}
SUMS = {"tsit5": 28, "dop853": 80}
ARITHMETIC = frozenset({"add", "sub", "mul", "div", "neg"})


def explicit(problem: InitialValueProblem) -> tuple[str, str]:
    """Return the name of a method, and why if that is no matter of course.

    A series is for smooth rates and for nothing that happens on the way: between the ends of a
    step it looks at them no more.
    """
    name, rival, steps = next(row[1:] for row in SERIES if problem.rtol >= row[0])
    smooth = not (problem.system.events or problem.conditions)
    if smooth and _has_short_series(problem.system, name, rival, steps):
        return name, f"its rates have a short Taylor series, taken to order {SHELF[name].order}"
    name = evaluating(problem)
    if stabilised(problem, name):
        return STABILISED, f"decay bounds explicit steps, and {STABILISED} takes longer ones"
    return name, f"rtol {problem.rtol:g} is fine enough for order 8" if name == "dop853" else ""


@lru_cache(maxsize=64)
def _has_short_series(system: FirstOrderSystem, name: str, rival: str, steps: float) -> bool:
    """Tell whether a step by the series of rates takes no more than some steps by its rival."""
    if refusal(system, SHELF[name]):
        return False
    most = min(SHORT, steps * _work(system, rival))
    return expansion(system).work(SHELF[name].order) <= most


def evaluating(problem: InitialValueProblem) -> str:
    """Return the name of a method that only evaluates the rates."""
    return "dop853" if problem.rtol <= FINE else "tsit5"


def still(problem: InitialValueProblem, name: str) -> bool:
    """Tell whether other values of what a method was chosen for leave it the one to choose."""
    return is_series(name) or (name == STABILISED) == stabilised(problem, evaluating(problem))


def is_series(name: str) -> bool:
    """Tell whether a method follows the rates by their series."""
    return any(name == series for _, series, _, _ in SERIES)


def _work(system: FirstOrderSystem, name: str) -> int:
    """Return about how many operations a step of a Runge-Kutta method takes."""
    return STAGES[name] * operations(system.vector_field) + SUMS[name] * system.n_states


def operations(tape: Tape) -> int:
    """Return about how many operations a tape takes, functions counted for what they take."""
    ops = [node.op for node in tape.nodes if node.op not in ("input", "const")]
    return sum(1 if op in ARITHMETIC else FUNCTION for op in ops)
