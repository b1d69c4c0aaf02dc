"""The front door of integration: what it takes, what it tells, how it spreads work."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import (
    InputError,
    MissingValueError,
    RatelawError,
    RefusalError,
    SolveError,
    UnitError,
    UnknownNameError,
)

COFFEE = rl.library.cooling
CUPS = COFFEE(k=np.linspace(0.02, 0.2, 33))


def test_a_text_is_a_model():
    sol = rl.solve("dx/dt = -k*x; x(0) = 1; k = 0.5", [0, 1, 2])
    assert sol.y[0] == pytest.approx(np.exp([0, -0.5, -1]), rel=1e-6)


def test_a_function_is_a_model():
    @rl.model(start={"T": 90})
    def coffee(t, T, *, k=0.07, T_s=21):
        return -k * (T - T_s)

    one, other = (rl.solve(m, 60, method="lanes:tsit5") for m in (coffee, COFFEE))
    assert np.array_equal(one.y, other.y)


def test_what_is_no_model_is_told():
    with pytest.raises(InputError, match="model: got int; expected a model or its text"):
        rl.solve(5, 60)
    with pytest.raises(InputError, match=r"got function; .* rl\.model\(function\) makes a model"):
        rl.solve(lambda t, x: -x, 60)


@pytest.mark.parametrize(
    ("mistake", "kind", "told"),
    [
        (
            lambda: rl.solve("dT/dt = -2k*(T-T_s)", 1), ValueError,
            r"line 1, column 11: a number touches a name; write 2\*k",
        ),
        (
            lambda: rl.solve(COFFEE(K=0.1), 60), KeyError,
            r"no K in this model; it has k, T_s and the start value T\(0\)\. Did you mean k\?",
        ),
        (
            lambda: rl.solve("dT/dt = -k*T; T(0) = 1", 60), MissingValueError,
            r"k has no value; give one: \w+\(k=0\.1\)",
        ),
        (
            lambda: rl.solve("dT/dt = -T; T(0) = 1 [degC]; k = 1 [1/min]", 60), UnitError,
            "is a rate constant missing",
        ),
        (
            lambda: rl.solve(rl.library.robertson, 60, method="tsit5", max_steps=500), SolveError,
            r"500 steps reached t = 0\.\d+ of 60 .*the model looks stiff \(ratio 1e\+05\): "
            'use method="auto"',
        ),
        (
            lambda: rl.solve(COFFEE, 60, outputs=["Q"]), UnknownNameError,
            "outputs: no Q in this model; it has T",
        ),
        (
            lambda: rl.solve(COFFEE, 60, sensitivities=["Q"]), UnknownNameError,
            "no Q in this model; it has k, T_s",
        ),
        (
            lambda: rl.solve(rl.library.two_body_cooling, 60, sensitivities=["M(0)"]),
            UnknownNameError, r"sensitivities: M\(0\) follows from a formula .* a number first",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_as_the_builtin_one_would_guess(mistake, kind, told):
    with pytest.raises(kind, match=told) as caught:
        mistake()
    assert isinstance(caught.value, RatelawError)


def test_one_failure_alone_raises_and_one_of_many_is_reported():
    growth = rl.model("dx/dt = x^2; x(0) = 1")
    with pytest.raises(SolveError):
        rl.solve(growth, 2)
    assert not rl.solve(growth({"x(0)": [0.1, 1.0]}), 2).success


def test_whether_a_failure_raises_can_be_chosen():
    growth = rl.model("dx/dt = x^2; x(0) = 1")
    assert not rl.solve(growth, 2, check=False).success
    with pytest.raises(SolveError):
        rl.solve(growth({"x(0)": [0.1, 1.0]}), 2, check=True)


@pytest.mark.parametrize("method", ["auto", "tsit5", "scipy:LSODA", "exact"])
def test_an_executor_of_threads_changes_no_number(method):
    alone = rl.solve(CUPS, 60, method=method)
    with ThreadPoolExecutor(2) as pool:
        assert np.array_equal(rl.solve(CUPS, 60, method=method, executor=pool).y, alone.y)


def test_an_executor_of_processes_changes_no_number():
    alone = rl.solve(CUPS, 60, sensitivities=["k"])
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        spread = rl.solve(CUPS, 60, sensitivities=["k"], executor=pool)
    assert np.array_equal(spread.trajectories.y, alone.trajectories.y)
    assert spread.nfev == alone.nfev
    assert spread.reason == alone.reason


def test_failures_keep_their_numbers_through_an_executor():
    growth = rl.model("dx/dt = x^2; x(0) = 1")({"x(0)": np.linspace(0.1, 0.9, 40)})
    alone = rl.solve(growth, 2)
    with ThreadPoolExecutor(2) as pool:
        spread = rl.solve(growth, 2, executor=pool)
    assert str(spread.outcome) == str(alone.outcome)


@pytest.mark.parametrize("options", [{}, {"method": "scipy:LSODA"}])
def test_progress_is_a_growing_fraction_that_ends_at_one(options):
    seen = []
    rl.solve(CUPS, 60, progress=seen.append, **options)
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_progress_is_told_with_an_executor():
    seen = []
    with ThreadPoolExecutor(2) as pool:
        rl.solve(CUPS, 60, progress=seen.append, executor=pool)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert len(seen) > 1


@pytest.mark.parametrize("progress", [None, True, False])
def test_short_work_is_silent(progress, capfd):
    rl.solve(COFFEE, 60, progress=progress)
    assert capfd.readouterr() == ("", "")


def test_sensitivities_leave_the_states_within_the_tolerance():
    plain, full = rl.solve(COFFEE, 60), rl.solve(COFFEE, 60, sensitivities=["k", "T_s", "T(0)"])
    assert full.y == pytest.approx(plain.y, rel=1e-5)


def test_sensitivities_asked_for_twice_are_computed_once():
    assert rl.solve(COFFEE, 60, sensitivities=["k", "k"]).by == ("k",)


def test_a_name_alone_is_a_list_of_one():
    assert rl.solve(COFFEE, 60, sensitivities="k", outputs="T").by == ("k",)


@pytest.mark.parametrize("method", ["reference", "scipy", "exact"])
def test_sensitivities_agree_on_every_backend(method):
    found = rl.solve(COFFEE, 60, method=method, sensitivities=["k"], rtol=1e-8).gradient("T", "k")
    assert found.values == pytest.approx(
        -found["time"] * 69 * np.exp(-0.07 * found["time"]), abs=1e-4
    )


def test_a_tighter_tolerance_is_closer():
    gaps = []
    for rtol in (1e-4, 1e-8):
        sol = rl.solve(COFFEE, 60, rtol=rtol)
        gaps.append(np.abs(sol.y[0] - 21 - 69 * np.exp(-0.07 * sol.t)).max())
    assert gaps[1] < gaps[0] / 100


def test_a_fixed_step_is_for_teaching():
    sol = rl.solve(COFFEE, 60, method="euler", step=6)
    assert sol.y[0, -1] == pytest.approx(21 + 69 * (1 - 0.42) ** 10, rel=1e-12)


def test_an_executor_that_is_none_is_answered_with_how_to_make_one():
    with pytest.raises(InputError, match="executor: got 'threads'; expected"):
        rl.solve(COFFEE, 60, executor="threads")


@pytest.mark.parametrize("argument", ["sensitivities", "outputs"])
@pytest.mark.parametrize("given", [True, ["k", 1]])
def test_names_that_are_none_are_told(argument, given):
    with pytest.raises(InputError, match=f"{argument}: got .*; expected names, as in"):
        rl.solve(COFFEE, 60, **{argument: given})


def test_a_long_way_that_is_not_stiff_is_gone_to_its_end() -> None:
    sol = rl.solve(rl.library.lotka_volterra, 2000)
    assert sol.success


@pytest.mark.parametrize("method", ["auto", "dopri5", "rk4", "scipy:LSODA", "scipy:Radau"])
@pytest.mark.parametrize("width", [2, 5, 10, 25])
def test_an_input_is_not_stepped_over(method: str, width: int) -> None:
    pulse = f"dx/dt = if(t > 30, if(t < {30 + width}, 1, 0), 0); x(0) = 0"
    sol = rl.solve(pulse, 100, method=method)
    assert sol.y[0, -1] == pytest.approx(width, rel=1e-3)


@pytest.mark.parametrize("start", [1.0, 1e-3, 1e-9, 1e-12, 0.0])
def test_a_sensitivity_to_a_small_start_value_is_as_good(start: float) -> None:
    swing = rl.model("dx/dt = v; dv/dt = -2500*x; x(0) = 1; v(0) = 0")
    sol = rl.solve(swing({"x(0)": start}), 2, sensitivities=["x(0)"])
    np.testing.assert_allclose(sol.gradient("x", "x(0)"), np.cos(50 * sol.t), atol=1e-5)


BAD = {
    "atol of x": [{"x": "1e-9"}, {"x": 10**400}, {"x": None}],
    "atol": [(1e-9, 1e-9), [1e-9], np.array([1e-9]), {1: 2}, {("x",): 1}, "x"],
    "times": [10**400, [1, 10**400], "5"],
    "rtol": ["1e-6", 10, 1, 10**400, b"1"],
    "step": ["0.1", 10**400],
    "max_steps": ["5", 10**400],
    "check": ["yes", 1],
    "progress": ["x", 1],
    "control": [[1], "neither"],
}


@pytest.mark.parametrize(
    ("told", "given"), [(told, given) for told, several in BAD.items() for given in several]
)
def test_what_an_argument_cannot_be_is_told_with_its_name(told, given):
    argument, times = {told.partition(" ")[0]: given}, {"times": 1}
    with pytest.raises(InputError, match=f"^{told}: got .*expected") as raised:
        rl.solve("dx/dt = -x; x(0) = 1", **(times | argument))
    assert len(str(raised.value)) < 200


def test_tolerances_in_a_list_are_answered_with_how_to_name_them():
    with pytest.raises(InputError, match=r'by name, as in atol=\{"x": 1e-9}'):
        rl.solve("dx/dt = -x; x(0) = 1", 1, atol=[1e-9])


def test_a_closed_form_makes_no_steps():
    with pytest.raises(RefusalError, match="a closed form makes no steps"):
        rl.solve(COFFEE, 60, method="exact", step=0.1)


@pytest.mark.parametrize("method", ["tsit5", "rodas5p", "rosenbrock23", "radau5", "lanes:radau9"])
@pytest.mark.parametrize("rate", ["sqrt(k - x)", "(k - x)^0.5", "asin(k - x)*0 + sqrt(k - x)"])
def test_a_trajectory_may_rest_where_a_derivative_is_infinite(method, rate):
    model = rl.model(f"dx/dt = {rate}; x(0) = 0; k = 1")
    sol = rl.solve(model(k=[0, 1]), [1], method=method)
    assert sol.y[0, :, 0] == pytest.approx([0, 0.75], rel=1e-5)
