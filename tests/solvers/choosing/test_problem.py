"""Arguments become one problem, checked once; a message names the argument and what to do."""

import numpy as np
import pytest
import xarray

import ratelaw as rl
from ratelaw.models.errors import InputError, MissingValueError, UnknownNameError
from ratelaw.solvers.backend import with_sensitivities
from ratelaw.solvers.problem import initial_value_problem as problem

GROWTH = rl.model("dx/dt = r*x; x(0) = 1; r = 0.5")
LATE = rl.model("dx/dt = -x; x(2) = 1")
DECAY = rl.model("dx/dt = -k*x; dy/dt = k*x; x(0) = 1; y(0) = 0; k = 0.5; c = 1")


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (0, "times: got 0, the start time itself; give a later end time"),
        ([], r"times: got an array of shape \(0,\); expected a number or a one-dimensional array"),
        ([[1, 2]], r"times: got an array of shape \(1, 2\)"),
        (np.nan, "times: got nan; times must be finite"),
        ([0, 1, np.inf], "times: got inf; times must be finite"),
        ([0, 2, 1], r"times: 1 comes after 2; times must be sorted and different \(numpy.unique"),
        ([0, 1, 1], "times: 1 comes after 1"),
        ([-1, 0, 1], "times: got -1, before the start at 0; times begin where the start values"),
        ("soon", "times: got 'soon'; expected an end time or an array of times"),
        (None, "times: got None; expected|times: got nan"),
    ],
)
def test_times_that_cannot_be_used_are_told(times, told):
    with pytest.raises(InputError, match=told):
        problem(GROWTH, times)


@pytest.mark.parametrize("name", ["rtol", "atol", "step", "max_steps"])
@pytest.mark.parametrize("value", [0, -1, np.nan, np.inf, "small"])
def test_a_number_that_must_be_positive_is_told(name, value):
    with pytest.raises(InputError, match=f"{name}: got {value!r}; expected a positive number"):
        problem(GROWTH, 1, **{name: value})


def test_a_limit_of_steps_is_a_whole_number():
    with pytest.raises(InputError, match=r"max_steps: got 10\.5; expected a whole number"):
        problem(GROWTH, 1, max_steps=10.5)


def test_a_tolerance_below_rounding_is_told():
    with pytest.raises(InputError, match=r"rtol: got 1e-20; double precision has about 16 digits"):
        problem(GROWTH, 1, rtol=1e-20)


def test_an_absolute_tolerance_follows_the_relative_one():
    assert problem(DECAY, 1, rtol=1e-4).atol.tolist() == [[pytest.approx(1e-7)]] * 2


def test_absolute_tolerances_are_given_by_state():
    assert problem(DECAY, 1, rtol=1e-3, atol={"y": 0.1}).atol.tolist() == [[1e-6], [0.1]]


def test_an_absolute_tolerance_of_no_state_is_told():
    with pytest.raises(UnknownNameError, match="atol: no state is called z; there are x and y"):
        problem(DECAY, 1, atol={"z": 1})


def test_an_absolute_tolerance_of_a_state_is_positive():
    with pytest.raises(InputError, match="atol of y: got -1; expected a positive number"):
        problem(DECAY, 1, atol={"y": -1})


def test_a_parameter_without_value_is_told():
    with pytest.raises(MissingValueError, match=r"k has no value; give one: model\(k=0\.1\)"):
        problem(rl.model("dx/dt = -k*x; x(0) = 1"), 1)


def test_a_state_without_start_is_told():
    with pytest.raises(MissingValueError, match=r"x has no start value"):
        problem(rl.model("dx/dt = -x"), 1)


def test_one_number_is_an_end_time_with_evenly_spaced_outputs():
    assert problem(GROWTH, 10).t_eval == pytest.approx(np.linspace(0, 10, 101))


def test_output_times_are_a_copy():
    times = np.array([0.0, 1.0])
    made = problem(GROWTH, times)
    times[1] = 5
    assert made.t_end == 1


def test_times_count_from_where_the_start_values_hold():
    assert problem(LATE, 10).t_eval[[0, -1]].tolist() == [2, 10]
    with pytest.raises(InputError, match="before the start at 2"):
        problem(LATE, [0, 10])


@pytest.mark.parametrize(("times", "direction"), [(-3, -1), ([-1, -3], -1), (3, 1), ([0], 1)])
def test_times_before_the_start_go_backward(times, direction):
    assert problem(GROWTH, times).direction == direction


def test_one_trajectory_is_a_batch_of_one():
    made = problem(DECAY, 1)
    assert (made.batch, made.y0.shape, made.labels.shape) == (1, (2, 1), ())


def test_dimensions_multiply_with_the_last_fastest():
    made = problem(DECAY(k=[1, 2, 3], c=[10, 20]), 1)
    assert made.labels.shape == (3, 2)
    rows = dict(zip(made.system.parameters, made.p.tolist(), strict=True))
    assert rows["k"] == [1, 1, 2, 2, 3, 3]
    assert rows["c"] == [10, 20, 10, 20, 10, 20]


def test_names_that_vary_together_are_one_dimension():
    made = problem(DECAY.vary("case", {"k": [1.0, 2.0], "c": [3.0, 4.0]}), 1)
    assert made.labels.names == ("case",)
    assert made.p[:2].tolist() == [[1, 2], [3, 4]]
    assert [(name, dim) for name, dim, _ in made.labels.columns] == [("k", "case"), ("c", "case")]


def test_a_labelled_array_names_its_dimension():
    doses = xarray.DataArray([1.0, 2.0], dims="dose")
    made = problem(DECAY(k=doses), 1)
    assert made.labels.names == ("dose",)


def test_a_labelled_array_along_its_own_name_is_a_sweep():
    assert problem(DECAY(k=xarray.DataArray([1.0, 2.0], dims="k")), 1).labels.columns == ()


def test_a_start_value_is_swept_by_its_name():
    made = problem(DECAY({"x(0)": [1, 2, 3]}), 1)
    assert made.labels.names == ("x(0)",)
    assert made.y0[0].tolist() == [1, 2, 3]


def test_a_start_value_that_is_a_formula_follows_its_parameters():
    mug = rl.model("dM/dt = -M; M(0) = 2*T_s; T_s = 20")
    assert problem(mug(T_s=[1, 5]), 1).y0.tolist() == [[2, 10]]


def test_members_keep_their_numbers():
    made = with_sensitivities(problem(DECAY(k=[1, 2, 3]), 1), ["k"])
    some = made.members(np.array([2, 0]))
    assert some.p[0].tolist() == [3, 1]
    assert some.atol.tolist() == made.atol[:, [2, 0]].tolist()


def test_the_tolerance_of_a_sensitivity_has_its_unit():
    made = with_sensitivities(problem(DECAY(k=1e-3), 1), ["k"])
    assert made.atol[2:, 0] == pytest.approx(made.atol[:2, 0] / 1e-3)


def test_sensitivities_start_as_the_derivatives_of_the_start_values():
    made = with_sensitivities(problem(DECAY, 1), ["k", "x(0)"])
    assert made.y0[2:, 0].tolist() == [0, 0, 1, 0]


def test_sensitivities_by_what_the_model_has_not_are_told():
    with pytest.raises(UnknownNameError, match="sensitivities: no K in this model"):
        with_sensitivities(problem(DECAY, 1), ["K"])


@pytest.mark.parametrize(
    "times", ["60", True, None, np.array([60], "m8[us]"), np.array(["2020"], "M8[Y]"), [1, "a"]]
)
def test_times_that_are_no_plain_numbers_are_refused(times: object) -> None:
    with pytest.raises(InputError, match="as plain numbers"):
        rl.solve(rl.library.cooling, times)


def test_a_step_longer_than_the_way_is_refused() -> None:
    with pytest.raises(InputError, match="longer than the whole way"):
        rl.solve(rl.library.cooling, 60, method="rk4", step=1000)


def test_a_state_called_like_the_time_axis_is_refused() -> None:
    with pytest.raises(InputError, match="axis of results"):
        rl.solve("dtime/ds = -time; time(0) = 1", 3)


@pytest.mark.parametrize("name", ["rtol", "atol", "step", "max_steps"])
def test_a_truth_is_no_number(name):
    with pytest.raises(InputError, match=f"{name}: got True; expected a positive number"):
        problem(GROWTH, 1, **{name: True})


def test_a_truth_is_not_taken_for_what_was_asked_before():
    rl.solve(GROWTH, 1, method="tsit5", max_steps=1, check=False)
    with pytest.raises(InputError, match="max_steps: got True"):
        rl.solve(GROWTH, 1, method="tsit5", max_steps=True)


def test_start_values_that_are_parameters_are_not_copied():
    many = problem(DECAY(k=np.linspace(0.1, 1.0, 5)), 1)
    assert np.shares_memory(many.y0, many.p)
    np.testing.assert_array_equal(many.y0, [[1.0] * 5, [0.0] * 5])


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ("x(0) = k; y(0) = 3", ([0.5, 1.0], [3.0, 3.0])),
        ("x(0) = k; y(0) = k", ([0.5, 1.0], [0.5, 1.0])),
        ("x(0) = 2*k; y(0) = 3", ([1.0, 2.0], [3.0, 3.0])),
    ],
)
def test_start_values_that_are_formulas_follow_the_parameters(starts, expected):
    model = rl.model(f"dx/dt = -k*x; dy/dt = k*x; {starts}; k = 0.5")
    np.testing.assert_array_equal(problem(model(k=np.array([0.5, 1.0])), 1).y0, expected)
