import json
from functools import cache

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, RefusalError, UnknownNameError
from ratelaw.solvers.fit.doubt import autocorrelation, runs

WATER = rl.datasets.cooling_water()
FREE = {"k": rl.log(1e-3, 1), "T_s": (0, 40), "T(0)": (80, 100)}
LINE = rl.model("dx/dt = b; x(0) = a [m]; a = 0 [m]; b = 1 [m/s]")
T = np.arange(8.0)
X = np.array([1.1, 2.8, 5.2, 6.9, 9.1, 10.8, 13.2, 14.9])


@cache
def mug():
    return rl.fit(rl.library.cooling, WATER, FREE, starts=64, seed=0)


@cache
def line():
    return rl.fit(LINE, {"time": T, "x": X}, {"a": (-10, 10), "b": (-10, 10)})


def design():
    return np.stack([np.ones_like(T), T], axis=1)


def test_all_starts_agree_on_how_fast_the_mug_cools():
    fit = mug()
    assert fit.estimates == pytest.approx(
        {"k": 0.0209644, "T_s": 27.00445, "T(0)": 89.1399}, rel=1e-6
    )
    assert fit.sum_of_squares == pytest.approx(484.6121, abs=1e-4)
    assert fit.residual_sd == pytest.approx(1.48756, abs=1e-5)
    assert (fit.starts.n, fit.starts.agree, fit.starts.failed) == (64, 64, 0)


def test_the_law_is_said_to_be_wrong_for_this_mug():
    fit = mug()
    assert fit.autocorrelation["T"] == pytest.approx(0.987, abs=1e-3)
    (doubt,) = fit.doubts
    assert doubt.startswith("the residuals of T are strongly autocorrelated (lag-1 0.99)")
    assert "the model misses something, and the standard errors are too small" in doubt


def test_two_bodies_explain_the_mug():
    names = {n: rl.log(1e-3, 1) for n in ("a", "b", "h")}
    free = {**names, "T_s": (0, 40), "T(0)": (80, 110)}
    fit = rl.fit(rl.library.two_body_cooling, WATER, free, starts=2)
    assert fit.sum_of_squares == pytest.approx(6.1245, abs=1e-4)
    assert fit.residual_sd == pytest.approx(0.1680, abs=1e-4)
    assert fit.aic < mug().aic - 900


def test_a_straight_line_has_the_estimates_and_errors_of_linear_regression():
    fit, a = line(), design()
    estimates, (squares,), *_ = np.linalg.lstsq(a, X, rcond=None)
    covariance = squares / 6 * np.linalg.inv(a.T @ a)
    assert list(fit.estimates.values()) == pytest.approx(estimates, rel=1e-9)
    assert fit.sum_of_squares == pytest.approx(squares, rel=1e-9)
    assert fit.covariance == pytest.approx(covariance, rel=1e-9)
    assert list(fit.standard_errors.values()) == pytest.approx(np.sqrt(np.diag(covariance)))


def test_intervals_are_students():
    estimate = line()["b"]
    reach = 2.4469118511 * estimate.standard_error  # t at 0.975 with 6 degrees of freedom
    assert estimate.low == pytest.approx(estimate.value - reach)
    assert estimate.high == pytest.approx(estimate.value + reach)
    assert line().intervals["b"] == (estimate.low, estimate.high)


def test_the_criteria_are_those_computed_by_hand():
    fit, n, q = line(), 8, 3  # two parameters and the standard deviation
    likelihood = -n / 2 * (np.log(2 * np.pi * fit.sum_of_squares / n) + 1)
    assert fit.n_estimated == q
    assert fit.log_likelihood == pytest.approx(likelihood)
    assert fit.aic == pytest.approx(2 * q - 2 * likelihood)
    assert fit.aicc == pytest.approx(fit.aic + 2 * q * (q + 1) / (n - q - 1))
    assert fit.bic == pytest.approx(q * np.log(n) - 2 * likelihood)


def test_the_correlation_is_that_of_the_covariance():
    fit = line()
    sd = np.sqrt(np.diag(fit.covariance))
    assert fit.correlation == pytest.approx(fit.covariance / np.outer(sd, sd))


def test_an_estimate_is_read_by_name_with_its_unit():
    estimate = line()["b"]
    assert estimate.unit == "m/s"
    assert str(estimate) == f"b = {estimate.value:#.5g} ± {estimate.standard_error:.2g} m/s"
    assert float(estimate) == estimate.value


def test_a_name_that_was_not_free_is_answered_with_those_that_were():
    with pytest.raises(UnknownNameError, match="no c among the free parameters a and b"):
        line()["c"]


def test_the_model_comes_back_with_the_estimates_put_in():
    fit = line()
    assert fit.model.values["a"] == fit.estimates["a"]
    assert fit.solution.at(3)["x"].item() == pytest.approx(design()[3] @ fit.point, rel=1e-6)


def test_the_residuals_are_observed_less_predicted():
    frame = line().residuals
    assert frame.columns.tolist() == ["time", "observable", "observed", "predicted", "residual"]
    assert frame.predicted.to_numpy() == pytest.approx(design() @ line().point)
    assert frame.residual.to_numpy() == pytest.approx(X - design() @ line().point, abs=1e-9)


def test_the_objective_can_be_asked_at_any_point():
    fit = mug()
    assert fit.objective(fit.point[:, None]) == pytest.approx([fit.sum_of_squares], rel=1e-6)
    assert fit.objective(np.tile(fit.point[:, None], 5)).shape == (5,)


def test_the_curve_covers_readings_on_both_sides_of_the_start():
    model = rl.model("dx/dt = -k*x; x(1) = 5; k = 0.5")
    t = np.array([0.0, 0.5, 1, 3])
    fit = rl.fit(model, {"time": t, "x": 5 * np.exp(-0.3 * (t - 1)) + 0.01 * T[:4]}, {"k": (0, 1)})
    curve = fit.curve["x"]
    assert curve.time[0] == 0
    assert curve.time[-1] == 3
    assert (np.diff(curve.time) > 0).all()


def test_it_becomes_plain_json():
    told = json.loads(json.dumps(line().to_dict()))
    assert told["parameters"]["b"]["estimate"] == line().estimates["b"]
    assert told["starts"] == {
        "n": 1,
        "agree": 1,
        "failed": 0,
        "value": line().starts.value.tolist(),
    }


def test_what_is_not_finite_is_null_in_json():
    told = rl.fit(LINE, {"time": [0, 1], "x": [0, 2]}, {"a": (-1, 1), "b": (0, 9)}).to_dict()
    assert told["residual_sd"] is None
    json.dumps(told, allow_nan=False)


def test_it_prints_as_a_screen():
    text = str(mug())
    assert max(map(len, text.splitlines())) <= 80
    for said in ("0.020964", "27.004", "89.140", "1/min", "1.4876 degC", "484.612", "all 64 agree"):
        assert said in text
    assert "Doubts" in text


@pytest.mark.parametrize("kind", [(), ("waterfall",)])
def test_it_can_be_drawn(kind):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    assert rl.plot(mug(), *kind) is not None
    pyplot.close("all")


def test_an_unknown_picture_is_answered_with_those_there_are():
    with pytest.raises(UnknownNameError, match="there are fit and waterfall"):
        mug().plot("pie")


def test_the_starts_become_a_table_best_first():
    frame = mug().starts.to_dataframe()
    assert len(frame) == 64
    assert frame["value"].is_monotonic_increasing
    assert {"start", "k begin", "k end", "iterations", "status"} <= set(frame.columns)


def test_the_seed_decides_and_nothing_else():
    first, again = (rl.fit(LINE, {"time": T, "x": X}, {"a": (0, 2), "b": (0, 9)}, starts=4, seed=3)
                    for _ in range(2))  # fmt: skip
    assert (first.starts.end == again.starts.end).all()


def test_a_relative_error_is_fitted_in_the_logarithm():
    t = np.array([0.0, 1, 2, 3])
    x = np.array([9.0, 3.5, 1.4, 0.45])
    model = rl.model("dx/dt = -k*x; x(0) = 10; k = 1")
    fit = rl.fit(model, {"time": t, "x": x}, {"k": (0, 2), "x(0)": (1, 20)}, loss="lognormal")
    slope, intercept = np.polyfit(t, np.log(x), 1)
    assert fit.estimates["k"] == pytest.approx(-slope, rel=1e-7)
    assert fit.estimates["x(0)"] == pytest.approx(np.exp(intercept), rel=1e-7)


def test_lynx_and_hare_with_relative_errors():
    # Least sum of squares of the logarithms, from an independent search with many starts.
    model = rl.model("""
        dhare/dt = (alpha - beta*lynx)*hare
        dlynx/dt = (delta*hare - gamma)*lynx
        hare(0) = 33; lynx(0) = 6; alpha = 0.5; beta = 0.03; gamma = 0.8; delta = 0.02
    """)
    free = {n: rl.log(v / 3, 3 * v) for n, v in model.values.items()}
    fit = rl.fit(model, rl.datasets.lynx_hare(), free, loss="lognormal")
    assert fit.sum_of_squares == pytest.approx(2.01866115, rel=1e-6)
    assert fit.estimates["alpha"] == pytest.approx(0.540159, rel=1e-5)


def test_a_value_that_was_never_given_may_be_free():
    fit = rl.fit("dx/dt = b; x(0) = a", {"time": T, "x": X}, {"a": (-10, 10), "b": (-10, 10)})
    assert fit.estimates == pytest.approx(line().estimates, rel=1e-8)


def test_a_stiff_model_is_fitted_too():
    model = rl.library.robertson
    t = np.array([0.4, 4.0, 40.0])
    name = model.parameters[0].name
    data = {"time": t, model.states[0].name: rl.solve(model, t, rtol=1e-9).y[0]}
    true = model.values[name]
    fit = rl.fit(model({name: 2 * true}), data, {name: rl.log(true / 10, true * 10)})
    assert fit.estimates[name] == pytest.approx(true, rel=1e-5)


def test_a_parameter_that_presses_against_its_bound_is_said_and_has_no_error():
    fit = rl.fit(LINE, {"time": T, "x": X}, {"a": (-10, 10), "b": (0, 1.5)}, starts=3)
    assert fit["b"].at_bound
    assert fit["b"].value == 1.5
    assert np.isnan(fit["b"].standard_error)
    assert np.isfinite(fit["a"].standard_error)
    assert any(d.startswith("b is at its bound") for d in fit.doubts)
    assert "at bound" in str(fit)


def test_a_product_that_cannot_be_told_apart_is_named():
    model = rl.model("dx/dt = -a*b*x; x(0) = 10; a = 1; b = 1")
    data = {"time": T, "x": 10 * np.exp(-0.3 * T) + 0.1 * np.cos(5 * T)}
    fit = rl.fit(model, data, {"a": rl.log(0.1, 10), "b": rl.log(0.1, 10)})
    assert "a and b cannot be told apart" in " ".join(fit.doubts)
    assert np.isinf(fit["a"].standard_error)
    assert "not determined" in str(fit)


def test_a_parameter_without_influence_is_named():
    model = rl.model("dx/dt = b + 0*c; x(0) = 0; b = 1; c = 1")
    fit = rl.fit(model, {"time": T, "x": X}, {"b": (0, 9), "c": (0, 9)})
    assert "c has no influence on the data" in " ".join(fit.doubts)
    assert np.isfinite(fit["b"].standard_error)


def test_as_many_parameters_as_readings_leave_nothing_to_judge_by():
    fit = rl.fit(LINE, {"time": [0, 1], "x": [0, 2]}, {"a": (-1, 1), "b": (0, 9)})
    assert "2 readings for 2 parameters: the curve can pass through every one" in fit.doubts[0]
    assert np.isnan(fit["a"].low)


def test_starts_that_could_not_be_solved_are_counted():
    model = rl.model("dx/dt = a*x^2; x(0) = 1; a = 0.1")
    t = np.array([0.5, 1.0, 2.0, 3.0])
    noise = 0.01 * np.array([1, -1, 1, -1])
    fit = rl.fit(
        model, {"time": t, "x": 1 / (1 - 0.1 * t) + noise}, {"a": rl.log(0.01, 100)}, starts=8
    )
    assert 0 < fit.starts.failed < 8
    assert fit.starts.agree + fit.starts.failed == 8
    assert "could not be solved" in " ".join(fit.doubts)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"model": 3}, InputError, "model: got int; expected a model or its text"),
        ({"model": LINE(b=[1, 2])}, InputError, "model: it varies along b; a fit needs one value"),
        (
            {"data": {"time": [1], "y": [2]}},
            UnknownNameError,
            "data: no state or definition is called y",
        ),
        ({"free": ["a"]}, InputError, "free: a has no bounds in the model; give bounds"),
        ({"free": 3}, InputError, "free: got"),
        ({"optimiser": "simplex"}, UnknownNameError, "no optimiser is called 'simplex'"),
        ({"loss": "nomal"}, UnknownNameError, r"no loss is called 'nomal'.*Did you mean normal\?"),
        ({"method": "warp"}, UnknownNameError, "method: no method or backend is called 'warp'"),
        ({"rtol": -1}, InputError, "rtol: got -1"),
        ({"rtol": "fine"}, InputError, "rtol: got 'fine'"),
        ({"atol": 0}, InputError, "atol: got 0"),
        ({"atol": {"y": 1}}, UnknownNameError, "atol: no state is called y"),
        ({"starts": 0}, InputError, "starts: got 0"),
        ({"device": 3}, InputError, "device"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_mistake_is_answered_with_one_clear_sentence(change, error, says):
    arguments = {"model": LINE, "data": {"time": T, "x": X}, "free": {"a": (-9, 9)}} | change
    with pytest.raises(error, match=says):
        rl.fit(arguments.pop("model"), arguments.pop("data"), **arguments)


def test_readings_that_a_loss_cannot_take_are_refused():
    with pytest.raises(InputError, match="column x is -1 at time 0; the loss lognormal needs"):
        rl.fit(LINE, {"time": [0], "x": [-1]}, {"a": (1, 2)}, loss="lognormal")


def test_starts_of_which_none_can_be_solved_are_an_error():
    model = rl.model("dx/dt = x^2; x(0) = a; a = 5")
    with pytest.raises(
        InputError, match="free: the only start could not be solved: the model blows"
    ):
        rl.fit(model, {"time": [2], "x": [1]}, {"a": (4, 6)})


def test_a_method_that_cannot_solve_the_model_is_refused_before_the_search():
    with pytest.raises((RefusalError, InputError, UnknownNameError)):
        rl.fit(LINE, {"time": T, "x": X}, {"a": (-9, 9)}, method="exact:nonsense")


def test_progress_is_told_as_a_fraction():
    told = []
    rl.fit(LINE, {"time": T, "x": X}, {"a": (-9, 9)}, starts=3, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_the_autocorrelation_of_alternating_residuals_is_minus_one():
    assert autocorrelation(np.array([1.0, -1, 1, -1, 1, -1])) == pytest.approx(-1)


def test_the_runs_test_is_that_of_wald_and_wolfowitz():
    # 5 above, 5 below, 2 runs: expected 6 runs with variance 20/9
    residuals = np.array([1.0] * 5 + [-1.0] * 5)
    assert runs(residuals) == pytest.approx((2 - 6) / np.sqrt(20 / 9))


@pytest.mark.parametrize("residuals", [[], [1.0], [0.0, 0, 0, 0], [2.0, 2, 2, 2]])
def test_residuals_without_a_pattern_give_no_number(residuals):
    assert np.isnan(autocorrelation(np.array(residuals)))
    assert np.isnan(runs(np.array(residuals)))


def test_a_notebook_shows_the_estimates_as_a_table_and_the_doubts_as_a_list():
    html = mug()._repr_html_()
    assert "<td>k</td><td>0.020964</td>" in html
    assert html.count("<li>") == len(mug().doubts) == 1


def test_a_notebook_shows_the_starts_as_their_text():
    assert mug().starts._repr_html_() == "<pre>all 64 agree</pre>"


@pytest.mark.parametrize("name", ["covariance", "correlation", "point"])
def test_what_was_estimated_cannot_be_overwritten(name):
    with pytest.raises(ValueError, match="read-only"):
        getattr(line(), name)[0] = 3.0


def test_an_option_that_a_picture_of_a_fit_does_not_have_is_told():
    with pytest.raises(InputError, match="no option is called colour; there are "):
        line().plot(colour="red")
