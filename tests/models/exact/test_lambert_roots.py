"""Equations solved by Lambert's function: roots, exponentials and lines inside a logarithm."""

from __future__ import annotations

import math
from functools import cache

import mpmath
import pytest

import ratelaw as rl
from ratelaw.models.exact.solve import ClosedForm
from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.composed.omega import moved

TANK = "dh/dt = q/A - a/A*sqrt(2*g*h); h(0) = 20; q = 10; A = 28; a = 0.07; g = 981"
FED = "dS/dt = F - V*S/(K + S); S(0) = 5; F = 0.3; V = 1; K = 0.5"


@cache
def solved(text: str) -> ClosedForm:
    return rl.solve_exactly(text, budget=10)


@cache
def _root() -> Tape:
    builder = Builder(("w", "distance", "by", "side"))
    found = moved(*builder.inputs)
    return builder.finish([found.w, found.distance, found.change])


@pytest.mark.parametrize("by", [-30.0, -0.7, -1e-9, 1e-9, 0.01, 2.5, 600.0])
@pytest.mark.parametrize("begun", [-40.0, -1.25, -0.9999, -0.3, -1e-9, 1e-12, 1.0, 3e4])
def test_a_root_moves_on_its_branch_to_rounding(begun: float, by: float) -> None:
    w, distance, change = _root()(begun, 1.0 + begun, by, 1.0)
    with mpmath.workdps(60):
        start, x = mpmath.mpf(begun), mpmath.mpf(by)
        known = start * mpmath.exp(start + x)
        if known < -mpmath.exp(-1):
            assert math.isnan(w)
            return
        wanted = mpmath.lambertw(known, 0 if begun > -1 else -1)
        steepness = max(1, abs((abs(start) + abs(x)) / (1 + wanted)))
        assert abs(w - wanted) <= 2e-15 * steepness * abs(wanted)
        assert abs(distance - (1 + wanted)) <= 1e-14 * abs(1 + wanted)
        assert abs(change - (wanted - start)) <= 1e-11 * abs(wanted - start)


def test_what_begins_at_the_branch_point_goes_to_the_side_that_is_told() -> None:
    principal, lower = (_root()(-1.0, 0.0, -0.5, side)[0] for side in (1.0, -1.0))
    assert lower < -1.0 < principal
    for w in (principal, lower):
        assert w + math.log(-w) == pytest.approx(-1.5, rel=1e-15)


@pytest.mark.parametrize("start", [0.0, 1e-12, 3.0, 10.40816, 80.0])
def test_a_tank_fills_and_empties_to_its_level(start: float) -> None:
    exact = solved(TANK)
    assert str(exact).startswith("h(t) = q^2/(2*a^2*g)*(1 + lambertw(")
    time, level = 30.0, 10.0 / (0.07 * math.sqrt(2 * 981))
    height = exact(time, {"h(0)": start})["h"]
    with mpmath.workdps(40):
        # with u = sqrt(h): 28/(70*sqrt(...)) of u + level*log|u - level| is what time has added
        u, begun = mpmath.sqrt(height), mpmath.sqrt(start)
        rate = mpmath.mpf(0.07) * mpmath.sqrt(2 * 981) / (2 * 28)
        passed = begun - u + level * mpmath.log((begun - level) / (u - level))
        assert float(passed / rate) == pytest.approx(time, rel=1e-11)


def test_a_tank_that_was_empty_shows_its_first_drops() -> None:
    exact = solved(TANK)
    assert exact(1e-9, {"h(0)": 0.0})["h"] == pytest.approx(10 / 28 * 1e-9, rel=1e-4)


@pytest.mark.parametrize("feed", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("time", [1e-6, 1.0, 50.0])
def test_fed_substrate_is_on_the_curve_on_either_branch(feed: float, time: float) -> None:
    exact = solved(FED)
    assert "lambertwm1" in str(exact)
    found = exact(time, {"F": feed})["S"]
    solution = rl.solve(rl.model(FED)(F=feed), time, method="lanes:dop853", rtol=1e-11, atol=1e-14)
    assert found == pytest.approx(solution.y[0, -1], rel=1e-9)


def test_an_exponential_of_the_state_is_undone_by_a_logarithm() -> None:
    exact = rl.solve_exactly("dx/dt = a*exp(-x) - b; x(0) = 1; a = 1; b = 0.4", budget=10)
    assert str(exact).startswith("x(t) = log(")
    assert exact(2.0)["x"] == pytest.approx(
        math.log((1.0 + (0.4 * math.e - 1.0) * math.exp(-0.8)) / 0.4), rel=1e-14
    )


def test_a_root_and_a_logarithm_of_it_have_the_root_alone() -> None:
    exact = rl.solve_exactly("dx/dt = -k*x/(1 + sqrt(x)); x(0) = 2; k = 1", budget=10)
    found = exact(3.0)["x"]
    before, after = math.sqrt(2.0), math.sqrt(found)
    assert 2 * (before + math.log(before) - after - math.log(after)) == pytest.approx(3.0, 1e-13)
