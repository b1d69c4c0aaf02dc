"""Conditions along a trajectory: when each first holds."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import SpecificationError, UnknownNameError

FALL = rl.model("dx/dt = -1; x(0) = 1")
SWING = rl.model("dx/dt = v; dv/dt = -x; x(0) = 0; v(0) = 1")  # sin(t)
PATHS = [
    "reference:tsit5",
    "reference:rk4",
    "lanes:tsit5",
    "lanes:rk4",
    "scipy:RK45",
    "scipy:LSODA",
]


def when(model, condition, end=10.0, method="auto", **options):
    return rl.solve(model, [end], method=method, rtol=1e-9, **options).when(condition)


@pytest.mark.parametrize("method", PATHS)
@pytest.mark.parametrize("end", [10.0, 3.0])
def test_a_crossing_is_located_to_the_tolerance(method, end):
    assert when(SWING, "x > 0.5", end, method).item() == pytest.approx(np.pi / 6, abs=1e-7)


@pytest.mark.parametrize("method", PATHS)
def test_of_several_crossings_the_first_is_given(method):
    assert when(SWING, "x < 0", 30.0, method).item() == pytest.approx(np.pi, abs=1e-6)


def test_what_holds_at_the_start_holds_from_the_start():
    assert when(FALL, "x > 0.5").item() == 0


def test_what_holds_at_the_edge_of_the_start_begins_there():
    assert when(SWING, "x > 0").item() == pytest.approx(0, abs=1e-12)


def test_what_never_holds_is_nan():
    assert np.isnan(when(SWING, "x > 1.01").item())


@pytest.mark.parametrize("method", PATHS)
@pytest.mark.parametrize("height", [0.99, 0.9999, 0.999999])
def test_an_excursion_shorter_than_a_step_is_seen(method, height):
    sol = rl.solve(SWING, [30.0], method=method, rtol=1e-6)
    assert sol.when(f"x > {height}").item() == pytest.approx(np.arcsin(height), abs=1e-3)


def test_a_condition_may_use_time_parameters_and_definitions():
    model = rl.model("dx/dt = -k*x; E = x^2; x(0) = 1; k = 0.5")
    assert when(model, "t >= 2.5").item() == pytest.approx(2.5, rel=1e-12)
    assert when(model, "E < k^2").item() == pytest.approx(np.log(2) / 0.5, rel=1e-8)


def test_each_member_has_its_own_time():
    sweep = rl.library.cooling(k=np.array([0.02, 0.05, 1e-4]), T_s=[5, 21])
    found = rl.solve(sweep, 60).when("T < 60")
    assert found.dims == ("k", "T_s")
    k, t_s = np.meshgrid([0.02, 0.05], [5, 21], indexing="ij")
    assert found.values[:2] == pytest.approx(np.log((90 - t_s) / (60 - t_s)) / k, rel=1e-5)
    assert np.isnan(found.values[2]).all()
    assert found.attrs["units"] == "min"
    assert found["T_s"].attrs["units"] == "degC"


def test_backward_in_time_the_first_is_the_latest():
    assert when(SWING, "x > 0.5", -10.0).item() == pytest.approx(-7 * np.pi / 6, abs=1e-6)


def test_watching_does_not_change_the_steps():
    sol = rl.solve(SWING, [10.0])
    sol.when("x > 0.5")
    assert np.array_equal(sol.y, rl.solve(SWING, [10.0]).y)


def test_a_member_that_fails_later_still_tells_what_it_saw():
    model = rl.model("dx/dt = x^2; x(0) = 1")
    sol = rl.solve(model, 2, check=False)
    assert sol.when("x > 4").item() == pytest.approx(0.75, abs=1e-4)


def test_sensitivities_do_not_disturb():
    found = when(FALL, "x < 0.25", 2.0, sensitivities=["x(0)"])
    assert found.item() == pytest.approx(0.75, rel=1e-9)


def test_a_closed_form_is_watched_too():
    sol = rl.solve(rl.library.cooling, 60, method="exact")
    assert sol.when("T < 60").item() == pytest.approx(np.log(69 / 39) / 0.07, rel=1e-5)


def test_a_name_that_is_not_there_is_told():
    with pytest.raises(UnknownNameError, match=r"condition 'y > 0': no y in this model; it has "):
        when(FALL, "y > 0")


@pytest.mark.parametrize("text", ["x = 0", "x", "x == 1", "__import__('os')"])
def test_what_is_no_comparison_is_told(text):
    with pytest.raises(SpecificationError):
        when(FALL, text)


@pytest.mark.parametrize(
    ("condition", "time"), [("T >= 90", 0), ("T <= 90", 0), ("T > 90", np.nan), ("T < 90", 0)]
)
def test_a_condition_with_equality_holds_where_both_sides_are_equal(
    condition: str, time: float
) -> None:
    sol = rl.solve(rl.library.cooling, 60)
    assert sol.when(condition).item() == pytest.approx(time, abs=1e-3, nan_ok=True)


@pytest.mark.parametrize("backend", ["lanes", "reference"])
def test_conditions_may_be_joined(backend):
    swing = rl.solve("x'' = -x; x(0) = 0; x'(0) = 1", 10, method=f"{backend}:dop853", rtol=1e-10)
    assert float(swing.when("x < 0.5 and x' < 0")) == pytest.approx(5 * np.pi / 6, rel=1e-8)
    assert float(swing.when("x > 0.9 or x' < 0.8")) == pytest.approx(np.arccos(0.8), rel=1e-8)
    assert float(swing.when("not (x > -0.5)")) == pytest.approx(7 * np.pi / 6, rel=1e-8)
    assert np.isnan(float(swing.when("x > 0.9 and x' > 0.9")))
