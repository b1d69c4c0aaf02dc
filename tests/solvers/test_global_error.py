"""The global error, estimated by a companion at a tighter tolerance."""

import numpy as np
import pytest

import ratelaw as rl

WAVE = rl.model("dx/dt = x*cos(t); x(0) = 1; y = x^2")  # exp(sin(t))
TIMES = np.linspace(0.5, 6, 12)


def solve(model=WAVE, times=TIMES, **options):
    return rl.solve(model, times, error="global", **options)


@pytest.mark.parametrize(
    "options", [{"method": "tsit5"}, {"method": "heun", "rtol": 1e-3}, {"step": 0.1}]
)
def test_the_estimate_is_the_true_error_within_a_factor_of_three(options):
    sol = solve(**options)
    true = np.abs(sol.y[0] - np.exp(np.sin(sol.t)))
    told = sol.error["x"].values
    assert np.all(true <= 3 * told + 1e-15)
    assert np.all(told <= 3 * true + 1e-15)


def test_an_estimate_is_labelled_like_its_value():
    model = rl.library.cooling(k=[0.02, 0.1])
    sol = solve(model, [10, 60])
    error = sol.error["T"]
    assert error.dims == sol["T"].dims
    assert error.attrs == sol["T"].attrs
    assert error.name == "error of T"
    assert sol.error.y.shape == sol.y.shape


def test_definitions_have_an_error_too():
    sol = solve(method="heun", rtol=1e-3)
    assert sol.error["y"].values == pytest.approx(2 * sol.y[0] * sol.error["x"].values, rel=0.01)


def test_other_times_have_their_own_error():
    sol = solve(rtol=1e-4)
    assert float(sol.at(1.0).error["x"]) == pytest.approx(float(sol.error["x"][1]))


def test_an_estimate_never_claims_less_than_rounding():
    sol = solve(rl.model("dx/dt = 0; x(0) = 3"))
    assert sol.error["x"].values.tolist() == [np.spacing(3.0)] * len(TIMES)


def test_a_solution_shows_its_largest_error():
    sol = solve(rtol=1e-4)
    assert f"error    at most x {sol.error.largest['x']:.1e} (estimated)" in str(sol)
    assert str(sol.error).startswith("estimated global error, at most\n  x  ")


def test_where_a_trajectory_failed_its_error_is_not_known():
    blowup = rl.model("dx/dt = x^2; x(0) = 1")({"x(0)": [0.1, 1.0]})
    error = solve(blowup, [0.5, 2.0]).error["x"]
    assert np.isfinite(error[0]).all()
    assert np.isnan(error[1, 1])


def test_an_error_that_was_not_asked_for_says_how_to_ask():
    with pytest.raises(ValueError, match=r'solve\(…, error="global"\) estimates it'):
        rl.solve(WAVE, TIMES).error["x"]


def test_another_kind_of_error_is_refused():
    with pytest.raises(ValueError, match="error: got 'local'; expected \"global\""):
        rl.solve(WAVE, TIMES, error="local")


@pytest.mark.parametrize("place", [1.2345, 7.123, 13.77, 19.01])
@pytest.mark.parametrize("width", [0.01, 0.004])
@pytest.mark.parametrize("clock", ["t", "c"])
def test_it_does_not_vouch_for_a_pulse_that_was_stepped_over(clock, width, place):
    text = f"dx/dt = exp(-(({clock} - {place})/{width})^2)/{width}; x(0) = 0; dc/dt = 1; c(0) = 0"
    sol = rl.solve(text, [20.0], error="global", method="tsit5")
    true = np.sqrt(np.pi) - sol.y[0, 0]
    assert sol.error.y[0, 0] == pytest.approx(true, rel=0.1, abs=1e-4)
