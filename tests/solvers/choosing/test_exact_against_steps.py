"""Closed forms of the library against fine steps, at random values of the parameters."""

from dataclasses import replace

import numpy as np
import pytest

from ratelaw.models.library import LIBRARY
from ratelaw.solvers.backends import SHELF
from ratelaw.solvers.evaluate import rows_function
from ratelaw.solvers.problem import InitialValueProblem, initial_value_problem

QUICK = ("cooling", "damped_oscillator", "logistic")
SLOW = ("bass", "gompertz", "oral_dose", "sis", "two_compartments")  # to compile
POINTS, FACTOR = 40, 4.0


def at_random(name: str) -> InitialValueProblem:
    """Return a model of the library at values within a factor of its own."""
    entry = LIBRARY.entry(name)
    times = np.linspace(entry.model.t0, entry.reference.time, 6)[1:]
    problem = initial_value_problem(entry.model, times, rtol=1e-12, atol=1e-18)
    random, size = np.random.default_rng(1), (len(problem.p), POINTS)
    p = problem.p * FACTOR ** random.uniform(-1, 1, size)
    start = rows_function(problem.system.start, "start", (("p", len(p)),))
    return replace(problem, p=p, y0=start(p), max_steps=200_000)


def largest_gap(name: str) -> float:
    """Return the largest gap relative to the state at its largest, nan where a value is missing."""
    problem = at_random(name)
    exact = SHELF["exact"].solve(problem, "closed_form").y
    steps = SHELF["lanes"].solve(problem, "dop853").y
    scale = np.abs(steps).max(axis=2, keepdims=True)
    return float((np.abs(exact - steps) / scale).max())


@pytest.mark.parametrize("name", QUICK)
def test_a_closed_form_agrees_with_fine_steps_whatever_the_parameters(name: str) -> None:
    assert largest_gap(name) <= 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_more_closed_forms_agree_with_fine_steps_whatever_the_parameters(name: str) -> None:
    assert largest_gap(name) <= 1e-9
