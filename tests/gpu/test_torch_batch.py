"""The torchdiffeq backend: accuracy, batches that share their steps alone, and how they end."""

import numpy as np
import pytest
from paths import FEW

import ratelaw as rl
from ratelaw.models.errors import RefusalError, SolveError, UnknownNameError
from ratelaw.solvers.backend import Backend
from ratelaw.solvers.backends import SHELF
from ratelaw.solvers.status import Status

torch = pytest.importorskip("torch", reason="gpu/ needs the gpu extra")

from ratelaw.gpu.effort import PAIRS  # noqa: E402
from ratelaw.gpu.grid import METHODS as FIXED  # noqa: E402 - after torch was looked for

BACKEND = SHELF["torchdiffeq"]
RATES = [0.02, 0.05, 0.07, 0.2, 1.0]
TIMES = np.linspace(0, 60, 7)
GROWTH = rl.model("dx/dt = a*x^2; x(0) = 1; a = 1")  # x = 1/(1 - a*t)


def cooling(k: float | list[float], times: np.ndarray) -> np.ndarray:
    return 21 + 69 * np.exp(-np.multiply.outer(k, times))


def misses(solution: rl.Solution, name: str, rtol: float = 1e-6) -> float:
    """Return the error of the last output of a library model, in units of the tolerance."""
    values = rl.library.entry(name).reference.values
    expected = np.array([values[state] for state in solution.states])
    error = np.abs(solution.y[:, -1] - expected)
    return float((error / (rtol * 1e-3 + rtol * np.abs(expected))).max())


@pytest.mark.parametrize("name", FEW)
def test_a_library_model_ends_within_its_tolerance(name: str, device: str) -> None:
    entry = rl.library.entry(name)
    times = [entry.reference.time]
    solution = rl.solve(entry.model, times, method="torchdiffeq:dopri5", device=device)
    assert misses(solution, name) < 10


@pytest.mark.parametrize("method", PAIRS)
@pytest.mark.parametrize("name", ["cooling", "logistic", "lotka_volterra"])
def test_every_pair_keeps_its_tolerance(method: str, name: str) -> None:
    entry = rl.library.entry(name)
    times, rtol = [entry.reference.time], 1e-6 if PAIRS[method].order > 2 else 1e-3
    solution = rl.solve(entry.model, times, method=f"torchdiffeq:{method}", rtol=rtol)
    assert misses(solution, name, rtol) < 10


@pytest.mark.parametrize("method", PAIRS)
def test_the_adjoint_changes_nothing_on_the_way_forward(method: str) -> None:
    plain, adjoint = (
        rl.solve(rl.library.cooling, 10, method=f"torchdiffeq:{name}", rtol=1e-4)
        for name in (method, f"{method}-adjoint")
    )
    np.testing.assert_array_equal(plain.y, adjoint.y)


@pytest.mark.parametrize("method", ["dopri5", "dopri8", "bosh3"])
def test_outputs_between_steps_are_as_good_as_steps(method: str, device: str) -> None:
    solution = rl.solve(
        rl.library.cooling, TIMES, method=f"torchdiffeq:{method}", rtol=1e-4, device=device
    )
    few, many = np.abs(solution.y[0] - cooling(0.07, TIMES)), solution.trajectories.n_steps[0]
    assert few.max() < 1e-4 * 90
    assert many >= len(TIMES) - 1


def test_time_runs_backward_from_a_start_that_is_not_zero(device: str) -> None:
    model = rl.model("dx/dt = -x + t; x(1) = 2")  # x = t - 1 + 2*exp(1 - t)
    for times in (np.array([1.0, 0.5, -2.0]), np.array([1.5, 4.0])):
        solution = rl.solve(model, times, method="torchdiffeq:dopri5", device=device)
        expected = times - 1 + 2 * np.exp(1 - times)
        np.testing.assert_allclose(solution.y[0], expected, rtol=1e-6)


def test_the_start_alone_can_be_asked_for() -> None:
    for options in ({}, {"step": 0.1, "method": "torchdiffeq:rk4"}):
        solution = rl.solve(rl.library.cooling, [0.0], **{"method": "torchdiffeq"} | options)
        assert solution.y.tolist() == [[90.0]]


def test_a_batch_gives_what_each_gives_alone(device: str) -> None:
    batch = rl.solve(rl.library.cooling(k=RATES), TIMES, method="torchdiffeq", device=device)
    for member, k in enumerate(RATES):
        alone = rl.solve(rl.library.cooling(k=k), TIMES, method="torchdiffeq", device=device)
        np.testing.assert_allclose(batch.y[:, member], alone.y, rtol=1e-6)


def test_the_order_of_members_is_irrelevant(device: str) -> None:
    there, back = (
        rl.solve(rl.library.cooling(k=rates), TIMES, method="torchdiffeq", device=device)
        for rates in (RATES, RATES[::-1])
    )
    np.testing.assert_allclose(there.y, back.y[:, ::-1], rtol=1e-13)


def test_a_batch_in_several_parts_is_put_together_in_order(device: str) -> None:
    rates = np.linspace(0.02, 0.2, 9001)
    seen: list[float] = []
    solution = rl.solve(
        rl.library.cooling(k=rates), [30.0], method="torchdiffeq", device=device,
        progress=seen.append,
    )  # fmt: skip
    np.testing.assert_allclose(solution.y[0], cooling(rates, np.array([30.0])), rtol=1e-6)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)


def test_a_hard_member_spoils_no_other(device: str) -> None:
    crowd = rl.library.van_der_pol(mu=[0.1] * 50 + [20.0])
    solution = rl.solve(crowd, [5, 10], method="torchdiffeq", device=device)
    assert solution.success
    exact = rl.solve(rl.library.van_der_pol(mu=[0.1, 20]), [5, 10], method="scipy:Radau", rtol=1e-9)
    expected = exact.y[:, [0] * 50 + [1]]
    np.testing.assert_allclose(solution.y, expected, rtol=1e-5, atol=1e-5)


def test_one_explosion_leaves_the_others_alone(device: str) -> None:
    rates, times = np.array([0.1, 2.0, 0.5, -1.0, 1.25, 2.0]), np.array([0.25, 0.6, 1.0])
    solution = rl.solve(GROWTH(a=rates), times, method="torchdiffeq", device=device)
    blown = np.isin(rates, [2.0, 1.25])
    expected = 1 / (1 - np.multiply.outer(rates, times))
    reached = ~blown[:, None] | (times < 1 / rates[:, None])
    np.testing.assert_allclose(solution.y[0][reached], expected[reached], rtol=1e-6)
    assert np.isnan(solution.y[0][~reached]).all()
    how = solution.trajectories
    assert (how.status[blown] == Status.STEP_TOO_SMALL).all()
    np.testing.assert_allclose(how.t[blown], 1 / rates[blown], rtol=1e-6)


def test_one_explosion_alone_raises_with_time_and_state() -> None:
    with pytest.raises(SolveError, match=r"reached t = 0\.5 of 1 \(state x\)"):
        rl.solve(GROWTH(a=2), 1, method="torchdiffeq")


def test_an_end_of_the_domain_is_no_end_for_the_others(device: str) -> None:
    model = rl.model("dx/dt = -sqrt(x) + b; x(0) = 1; b = 0")  # with b = -1 the root of a negative
    solution = rl.solve(model(b=[1.0, -1.0, 0.5]), [1.5], method="torchdiffeq", device=device)
    assert np.isfinite(solution.y[0, :, 0]).tolist() == [True, False, True]
    assert solution.outcome[Status.SUCCESS] == 2


@pytest.mark.parametrize(
    "text",
    ["dz/dt = log(b); z(0) = 0", "dz/dt = 1/(b + 1); z(0) = 0", "dz/dt = b; z(0) = log(b)"],
    ids=["no number", "infinite", "no start"],
)
def test_a_start_without_a_slope_is_told_at_once(text: str, device: str) -> None:
    model = rl.model(f"dx/dt = -x; x(0) = 1; b = 1; {text}")
    solution = rl.solve(model(b=[1.0, -1.0]), [0, 1], method="torchdiffeq", device=device)
    how = solution.trajectories
    assert how.status.tolist() == [Status.SUCCESS, Status.NOT_FINITE]
    assert (how.t[1], how.state[1]) == (0, 1)


def test_the_limit_of_steps_ends_those_who_need_more(device: str) -> None:
    model = rl.model("dx/dt = cos(w*t); x(0) = 0; w = 1")
    solution = rl.solve(
        model(w=[1.0, 1000.0, 2.0]), [5.0], method="torchdiffeq", max_steps=400, device=device
    )
    assert solution.trajectories.status.tolist() == [0, Status.MAX_STEPS, 0]
    np.testing.assert_allclose(solution.y[0, [0, 2], 0], [np.sin(5), np.sin(10) / 2], atol=1e-6)


def test_one_alone_takes_no_more_steps_than_it_may() -> None:
    solution = rl.solve(rl.library.van_der_pol, 12, method="torchdiffeq", max_steps=50, check=False)
    how = solution.trajectories
    assert how.status.tolist() == [Status.MAX_STEPS]
    assert how.n_steps[0] + how.n_rejected[0] == 50


def test_stiffness_is_said() -> None:
    solution = rl.solve(rl.library.robertson, 4, method="torchdiffeq", max_steps=300, check=False)
    assert "the model looks stiff (ratio" in solution.message


@pytest.mark.parametrize("method", FIXED)
def test_fixed_steps_converge_at_their_order(method: str) -> None:
    orders = {"rk4": 4, "heun3": 3, "heun2": 2, "midpoint": 2, "euler": 1}
    errors = [
        abs(rl.solve(rl.library.cooling, [10.0], method=f"torchdiffeq:{method}", step=h).y[0, 0]
            - cooling(0.07, np.array(10.0)))
        for h in (1.0, 0.5)
    ]  # fmt: skip
    assert np.log2(errors[0] / errors[1]) == pytest.approx(orders[method], abs=0.1)


@pytest.mark.parametrize("times", [[2.0, 3.05], [1.0, 0.77, -2.0]], ids=["forward", "backward"])
def test_fixed_steps_are_those_of_the_reference(times: list[float], device: str) -> None:
    model = rl.model("dx/dt = -0.3*x + t; x(1) = 2")
    found, expected = (
        rl.solve(model, times, method=f"{name}:euler", step=0.1, device=where)
        for name, where in (("torchdiffeq", device), ("reference", "cpu"))
    )
    np.testing.assert_allclose(found.y, expected.y, rtol=1e-13)


def test_fixed_steps_that_overflow_are_told(device: str) -> None:
    solution = rl.solve(
        GROWTH(a=[1.0, 0.1]), [0.5, 3], method="torchdiffeq:euler", step=0.01, device=device
    )
    how = solution.trajectories
    assert how.status.tolist() == [Status.NOT_FINITE, Status.SUCCESS]
    assert 1 < how.t[0] < 1.5
    assert np.isfinite(solution.y[0]).tolist() == [[True, False], [True, True]]


def test_fixed_steps_have_a_limit_too() -> None:
    solution = rl.solve(
        rl.library.cooling, [5, 20], method="torchdiffeq:rk4", step=0.1, max_steps=100, check=False
    )
    how = solution.trajectories
    assert (how.status[0], how.t[0], how.n_steps[0]) == (Status.MAX_STEPS, pytest.approx(10), 100)
    assert np.isfinite(solution.y[0]).tolist() == [True, False]


@pytest.mark.parametrize("by", ["k", "T_s", "T(0)"])
def test_sensitivities_are_solved_like_any_states(by: str, device: str) -> None:
    found, expected = (
        rl.solve(rl.library.cooling, TIMES, method=name, device=where, sensitivities=[by])
        for name, where in (("torchdiffeq:dopri5", device), ("reference:tsit5", "cpu"))
    )
    ours, theirs = found.gradient("T", by).values, expected.gradient("T", by).values
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6 * np.abs(theirs).max())


def test_sensitivities_outlive_the_explosion_of_others(device: str) -> None:
    solution = rl.solve(
        GROWTH(a=[0.5, 2.0, -1.0]), [1], method="torchdiffeq", device=device, sensitivities=["a"]
    )
    found = solution.gradient("x", "a").values[:, 0]
    np.testing.assert_allclose(found, [4, np.nan, 0.25], rtol=1e-5)


def test_a_state_has_its_own_absolute_tolerance(device: str) -> None:
    model = rl.model("dx/dt = -x; dz/dt = -z; x(0) = 1; z(0) = 1e-7")
    options = {"method": "torchdiffeq", "device": device, "rtol": 1e-5}
    loose, strict = (
        rl.solve(model, [5], atol={"x": 1e-3, "z": atol}, **options) for atol in (1e-3, 1e-14)
    )
    errors = [abs(s.y[1, 0] / (1e-7 * np.exp(-5)) - 1) for s in (loose, strict)]
    assert errors[1] < 1e-5 < errors[0]


def test_conditions_are_watched_by_another_backend(device: str) -> None:
    solution = rl.solve(rl.library.cooling, 60, method="torchdiffeq", device=device)
    expected = np.log(69 / 39) / 0.07
    assert float(solution.when("T < 60")) == pytest.approx(expected, rel=1e-6)


def test_the_solution_at_other_times_is_as_good(device: str) -> None:
    solution = rl.solve(rl.library.cooling, 60, method="torchdiffeq", device=device).at([7.3, 41])
    np.testing.assert_allclose(solution.y[0], cooling(0.07, np.array([7.3, 41])), rtol=1e-6)


@pytest.mark.parametrize(
    ("method", "options", "reason"),
    [
        ("implicit_adams", {}, "whether it has converged or not"),
        ("fixed_adams", {}, "whether it has converged or not"),
        ("explicit_adams", {"step": 0.1}, "formulas are for equal steps"),
        ("scipy_solver", {}, "scipy:LSODA solves each member alone"),
        ("rk4", {}, "rk4 has a fixed step; give one"),
        ("dopri5", {"step": 0.1}, "dopri5 chooses its own steps; with step= there are rk4"),
    ],
)
def test_what_it_cannot_do_is_refused_with_a_reason(
    method: str, options: dict[str, float], reason: str
) -> None:
    with pytest.raises(RefusalError, match=f"torchdiffeq:{method} cannot .*{reason}"):
        rl.solve(rl.library.cooling, 60, method=f"torchdiffeq:{method}", **options)


def test_an_unknown_method_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"has no method 'dopri7'; it has dopri5, dopri8"):
        rl.solve(rl.library.cooling, 60, method="torchdiffeq:dopri7")


def test_the_backend_keeps_the_protocol() -> None:
    assert isinstance(BACKEND, Backend)
    assert BACKEND.methods[0] == "dopri5"


def test_nothing_is_printed_or_left_behind(capsys: pytest.CaptureFixture[str]) -> None:
    before = torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_num_threads()
    rl.solve(GROWTH(a=[2.0, 0.1]), 1, method="torchdiffeq")
    assert before == (torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_num_threads())
    assert capsys.readouterr() == ("", "")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_auto_goes_to_the_device_and_agrees_with_the_cpu() -> None:
    many = rl.draw(rl.library.cooling, 1000, seed=0, k=rl.LogNormal(0.07, 0.3))
    there, here = rl.solve(many, 60, device="cuda"), rl.solve(many, 60)
    assert there.method == "torchdiffeq:dopri5"
    np.testing.assert_allclose(there.y, here.y, rtol=1e-5)


@pytest.mark.parametrize("method", PAIRS)
def test_no_pulse_is_stepped_over(method: str) -> None:
    driven = rl.model("dx/dt = exp(-((t - a)/w)^2)/(w*sqrt(pi)); x(0) = 0; a = 3; w = 1e-3")
    found = rl.solve(driven(a=[1.7, 3.3]), 6, method=f"torchdiffeq:{method}", rtol=1e-3)
    assert found.y[0, :, -1] == pytest.approx(1, rel=2e-2)


def test_the_adjoint_is_not_led_over_pulses() -> None:
    driven = rl.model("dx/dt = -x + exp(-((t - a)/w)^2); x(0) = 0; a = 3; w = 1e-3")
    with pytest.raises(RefusalError, match="may pass over a pulse"):
        rl.solve(driven, 20, method="torchdiffeq:dopri5-adjoint")
