"""Who solves stiff models: the methods that steps of few and of many states are left to."""

from __future__ import annotations

from typing import Literal

from ..backends import SHELF
from ..problem import InitialValueProblem

# rtol down to which a stiff model of few states goes to order 4, and to order 5: steps of order 5
# cost a third of those of order 9, and in ensembles of HIRES, Robertson's, Van der Pol's and the
# Oregonator deliver the same error in 0.4 to 0.6 of the time at 1e-4, in 0.6 to 1.1 of it at 1e-6.
# Steps of order 4 take 0.85 to 1 of the time of order 5 at 1e-4 and more than it from 1e-5 on. With
# more states such steps, one stretch of code, take long to compile, or are loops like the others.
# Where states act on one another in so many ways that matrices are full ones, factoring them is
# most of a step, and takes nine times as long for a step of order 9: with 100 to 400 states steps
# of order 5 deliver less than the tolerance in 0.4 to 0.5 of the time at 1e-4, in 0.6 at 1e-5, and
# in as much of it, or more where states vanish, at 1e-6.
ROUGHEST, ROUGH, FEW = 5e-5, 1e-6, 8
MOST_ELIMINATED = 50  # states: above, elimination in numpy takes longer than it saves


def ours(problem: InitialValueProblem, method: str) -> tuple[str, str]:
    """Return who steps by a method of ours: compiled lanes, or the reference where they cannot.

    The second item says why not, to be added to a reason.
    """
    refusal = SHELF["lanes"].refusal(problem, method)
    if refusal is None:
        return "lanes", ""
    return "reference", f"; not compiled: {refusal}"


def _full(problem: InitialValueProblem) -> Literal["dense", "sparse"] | None:
    """Tell of which kind a stiff model's matrices are, where compiled steps hold them as full."""
    from ..compose.large import is_dense, is_filled  # not loaded where no system is large

    if problem.system.n_states <= MOST_ELIMINATED or not is_filled(problem.system):
        return None
    return "dense" if is_dense(problem.system) else "sparse"


def again_by(problem: InitialValueProblem, first: tuple[str, str]) -> tuple[str, str] | None:
    """Return who takes what the first one for stiff models gives up, if somebody does."""
    radau = "radau9"
    if first[1] == radau or SHELF["lanes"].refusal(problem, radau):
        return None
    return "lanes", radau


def for_stiff(problem: InitialValueProblem) -> tuple[tuple[str, str], str]:
    """Return who solves what is stiff, and what is to be added to the reason."""
    n, compiled = problem.system.n_states, ("radau9", "rodas5p")
    if problem.rtol >= ROUGH and n <= FEW:
        compiled = ("rodas5p" if problem.rtol < ROUGHEST else "rodas4", "radau9")
    kind = _full(problem)
    if kind == "sparse":  # of 400 points of a plane full matrices take four times as long
        return ("scipy", "LSODA"), f"; elimination fills up the sparse matrices of its {n} states"
    if kind == "dense" and problem.rtol > ROUGH:
        compiled = ("rodas5p", "radau9")
    for method in compiled:
        backend, notice = ours(problem, method)
        if backend == "lanes":
            return (backend, method), notice
    if n > MOST_ELIMINATED:
        notice = ours(problem, "radau9")[1]
        return ("scipy", "LSODA"), f"; {n} states are many for elimination in numpy{notice}"
    backend, notice = ours(problem, "rodas5p")  # as numpy, radau9 has too many operations
    return (backend, "rodas5p"), notice
