"""Lotka and Volterra's equations on their closed orbits, through all turning points."""

import math

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.exact.solve import solve_exactly
from ratelaw.models.tape import Builder
from ratelaw.models.tape.composed.revolution import ANGLES, revolution
from ratelaw.models.tape.composed.volterra import volterra_root

EQUATIONS = "dx/dt = a*x - b*x*y; dy/dt = d*x*y - c*y; "
VALUES = "x(0) = 2; y(0) = 1; a = 1; b = 0.5; c = 1; d = 0.3"


@pytest.fixture(scope="module")
def exact():
    """Return the solution, all symbols free."""
    return solve_exactly(EQUATIONS + VALUES, budget=60)


@pytest.mark.parametrize("s", [-12.0, -1.6, -1e-3, -1e-9, 1e-7, 0.2, 0.4, 1.5, 40.0])
def test_the_root_has_the_sign_of_s_and_fulfils_its_equation(s):
    builder = Builder(["s"])
    h, slope = builder.finish(volterra_root(builder.inputs[0]))(s)
    assert h * s > 0
    if abs(s) < 0.01:  # by the first terms of its series
        z = math.sqrt(2) * s
        assert h == pytest.approx(z - z**2 / 6 + z**3 / 36 - z**4 / 270, rel=1e-13)
    else:
        assert math.expm1(h) - h == pytest.approx(s**2, rel=1e-14)
    assert slope * math.expm1(h) == pytest.approx(2 * s, rel=1e-14)


@pytest.mark.parametrize("time", [-40.0, -1.0, 0.3, 5.0, 1000.0])
def test_an_angle_is_found_by_the_time_to_it(time):
    builder = Builder(["t"])
    turns = [2 * math.pi * j / ANGLES for j in range(ANGLES)]
    paces = [builder.constant(1.0) + 0.5 * math.cos(t) + 0.2 * math.sin(2 * t) for t in turns]
    angle, period, resolved = builder.finish(
        revolution(paces, builder.constant(0.4), builder.inputs[0])
    )(time)

    def taken(phi):
        return phi + 0.5 * math.sin(phi) - 0.1 * math.cos(2 * phi)

    assert resolved
    assert period == pytest.approx(2 * math.pi, rel=1e-14)
    rest = (taken(angle) - taken(0.4) - time) / period
    assert rest == pytest.approx(round(rest), abs=1e-13)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"x(0)": 6.0, "y(0)": 0.5},
        {"x(0)": 3.3333, "y(0)": 2.0001},
        {"a": -1, "b": -0.5, "c": -1, "d": -0.3},
        {"a": 0.7, "c": 1.5, "y(0)": 2.0},
        {"y(0)": 0.0},
        {"x(0)": 0.0},
        {"b": 0.0, "d": 0.02},
        {"d": 0.0},
    ],
    ids=str,
)
def test_populations_agree_with_integration(exact, settings):
    model, times = rl.model(EQUATIONS + VALUES)(settings), np.linspace(0, 6, 13)
    numeric = rl.solve(model, times, method="scipy:DOP853", rtol=1e-12, atol=1e-12)
    found = np.array([list(exact(float(t), settings).values()) for t in times]).T
    np.testing.assert_allclose(found, numeric.y.reshape(2, -1), rtol=1e-7, atol=1e-9)


def test_at_rest_they_stay_to_the_last_digit(exact):
    at = {"x(0)": 2.0, "y(0)": 4.0, "a": 1.0, "b": 0.25, "c": 1.0, "d": 0.5}
    assert exact(7.0, at) == {"x": 2.0, "y": 4.0}


def test_after_a_thousand_turns_the_orbit_is_kept(exact):
    def invariant(x, y):
        return 0.3 * x - math.log(x) + 0.5 * y - math.log(y)

    assert invariant(*exact(6500.0).values()) == pytest.approx(invariant(2, 1), rel=1e-12)


def test_time_can_go_backward(exact):
    later = exact(3.0)
    assert exact(-3.0, {f"{s}(0)": v for s, v in later.items()}) == pytest.approx(
        {"x": 2.0, "y": 1.0}, rel=1e-12
    )


def test_no_value_is_given_where_the_angles_do_not_tell_the_way_round(exact):
    assert math.isnan(exact(1.0, {"x(0)": 1e4})["x"])
    assert math.isnan(exact(1.0, {"c": -1.0})["x"])  # no closed orbit


def test_the_invariant_and_the_time_are_written(exact):
    first, *_, level, last, _angle = str(exact).splitlines()
    assert level == "K = c*(d*x_0/c - 1 - log(d*x_0/c)) + a*(b*y_0/a - 1 - log(b*y_0/a))"
    assert first == "d*x - c*log(x) + b*y - a*log(y) = d*x_0 - c*log(x_0) + b*y_0 - a*log(y_0)"
    assert last.startswith("t = integral(K*sin(2*phi)/(c*a*(exp(u) - 1)*(exp(w) - 1)), phi")


def test_each_step_to_the_orbit_is_checked(exact):
    assert exact.derivation.checked
    assert "it goes on at a pace that is never zero" in str(exact.derivation)


def test_an_orbit_of_the_library_is_covered():
    model = rl.library.lotka_volterra
    found = solve_exactly(model, budget=60)(10.0)
    assert found == pytest.approx({"hare": 23.4397979447759, "fox": 4.38707791741862}, rel=1e-11)


def test_the_angle_at_which_it_starts_is_said() -> None:
    rows = str(rl.solve_exactly(rl.library.lotka_volterra, budget=20)).splitlines()
    assert rows[-1] == (
        "phi = phi_0 where exp(u) = delta*hare_0/gamma and exp(w) = beta*fox_0/alpha"
    )
