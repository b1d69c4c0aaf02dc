"""Motion with a conserved energy: through all turning points, past one, or on and on."""

import math

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.exact.solve import solve_exactly
from ratelaw.models.tape import Builder
from ratelaw.models.tape.composed.slopes import has_slope, slope

FUNCTIONS = {
    "a cubic": lambda x: x**3.0 - 2.0 * x,
    "a quotient": lambda x: (x + 1.0) / (x * x + 0.5),
    "an inverse power": lambda x: x**-12.0 - x**-6.0,
    "a root": lambda x: (x * x + 0.3).apply("sqrt"),
    "a power that is not whole": lambda x: x**1.7,
    "growth": lambda x: (0.8 * x).apply("exp") - x,
    "a logarithm": lambda x: abs(x).apply("log"),
    "waves": lambda x: (2.0 * x).apply("sin") + x.apply("cos") * x.apply("tan"),
    "hyperbolic": lambda x: x.apply("cosh") + x.apply("sinh") - x.apply("tanh"),
    "an angle": lambda x: (3.0 * x).apply("atan"),
}
MOTIONS = {
    "a chain of Toda": "x'' = 1 - exp(x); x(0) = 0.3; x'(0) = 0.2",
    "a spring that is softer on one side": "x'' = -x - x^2/5; x(0) = 0.5; x'(0) = -1",
    "off a wall": "x'' = exp(-x) + exp(-3*x); x(0) = 0.2; x'(0) = -0.7",
    "over a hill": "x'' = x*exp(-x^2); x(0) = -1; x'(0) = 1.5",
    "a bead on a parabola": "x'' = -(4*x*x'^2 + 19.6*x)/(1 + 4*x^2); x(0) = 1; x'(0) = 0.3",
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("gap", [0.9, 1e-3, 1e-9, 0.0])
def test_a_slope_keeps_its_digits_however_close_the_places_are(name, gap):
    own, builder = Builder(["x"]), Builder(["x", "y"])
    function = own.finish([FUNCTIONS[name](own.inputs[0])])
    between = builder.finish([slope(builder, function, {}, "x", *builder.inputs)])
    assert has_slope(function, "x")
    x, y = 0.7 + gap, 0.7
    mean = np.polynomial.legendre.leggauss(40)
    step = 1e-6  # of central differences, whose mean over the way is the slope
    points = y + (x - y) * (mean[0] + 1) / 2
    rates = [(function(p + step)[0] - function(p - step)[0]) / (2 * step) for p in points]
    assert between(x, y)[0] == pytest.approx(np.dot(mean[1], rates) / 2, rel=3e-8)
    if gap == 0.9:
        exact = (function(x)[0] - function(y)[0]) / (x - y)
        assert between(x, y)[0] == pytest.approx(exact, rel=1e-14)


@pytest.fixture(scope="module", params=MOTIONS)
def motion(request):
    """Return a motion and its solution."""
    model = rl.model(MOTIONS[request.param])
    return model, solve_exactly(model, budget=60)


def test_a_motion_agrees_with_integration(motion):
    model, exact = motion
    times = np.linspace(0, 2, 9)
    found = np.array([list(exact(float(t)).values()) for t in times]).T
    numeric = rl.solve(model, times, method="scipy:DOP853", rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(found, numeric.y.reshape(2, -1), rtol=1e-8, atol=1e-9)


def test_each_step_of_a_motion_is_checked(motion):
    assert motion[1].derivation.checked


def test_after_ten_thousand_turns_the_energy_is_what_it_was():
    exact = solve_exactly("x'' = 1 - exp(x); x(0) = 0.3; x'(0) = 0.2", budget=60)
    x, v = exact(6.3e4).values()
    assert v**2 / 2 + math.exp(x) - x == pytest.approx(0.02 + math.exp(0.3) - 0.3, rel=1e-14)


def test_a_motion_at_rest_stays_and_one_that_cannot_be_told_has_no_value():
    exact = solve_exactly("x'' = -x - a*x^2; x(0) = 0.1; x'(0) = 0; a = 1", budget=60)
    assert exact(3.0, {"x(0)": -1.0, "x'(0)": 0.0}) == {"x": -1.0, "x'": 0.0}
    assert math.isnan(exact(1e3, {"x(0)": -1.1})["x"])  # long after it has become infinite


@pytest.mark.parametrize(
    ("motion", "cases"),
    [
        ("x'' = 1 - exp(x) - x; x(0) = 1; x'(0) = 0", ["turning at x_1 and x_2"]),
        ("x'' = 6*x^2; x(0) = 1; x'(0) = -1", ["turning at x_1 only", "never turning"]),
    ],
)
def test_the_energy_and_the_time_are_written(motion, cases):
    lines = str(solve_exactly(motion, budget=60)).splitlines()
    assert lines[0].startswith("E = x'^2/2 ")
    assert [line.rsplit(", ", 1)[1] for line in lines if line.startswith("t = ")] == cases


def test_a_model_whose_values_are_outside_of_its_closed_form_is_told() -> None:
    within, outside = (
        solve_exactly(f"x'' = exp(x) - 3*x; x(0) = {start}; x'(0) = 0.1", budget=60)
        for start in (0.8, 2.5)
    )
    told = "the values of this model are outside of that"
    assert outside.certificate.domain == f"{within.certificate.domain}; {told}"
    assert outside.certificate.valid
    assert math.isnan(outside(0.1)["x"])
    assert math.isfinite(within(0.1)["x"])
