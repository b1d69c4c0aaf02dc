"""Gradients through torchdiffeq: of the discrete steps and by the continuous adjoint."""

from collections.abc import Sequence

import numpy as np
import pytest
from paths import FEW

import ratelaw as rl
from ratelaw.models.errors import SolveError, UnknownNameError
from ratelaw.solvers.backend import DifferentiableBackend
from ratelaw.solvers.backends import SHELF
from ratelaw.solvers.choosing.choose import choose
from ratelaw.solvers.problem import InitialValueProblem, initial_value_problem
from ratelaw.solvers.status import Status

torch = pytest.importorskip("torch", reason="gpu/ needs the gpu extra")

from ratelaw.gpu import adjoint  # noqa: E402 - after torch was looked for
from ratelaw.gpu.autograd import trajectories  # noqa: E402

BACKEND = SHELF["torchdiffeq"]
KINDS = ["dopri5", "dopri5-adjoint"]
TIMES = np.linspace(0, 30, 4)
# Times over which a model is followed; Robertson's is stiff, and one second holds all there is.
SPANS = {"robertson": 0.3, "lorenz": 1.0, "van_der_pol": 2.0}


def square(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return half the sum of squares over states and times, and its derivative."""
    return (y**2).sum(axis=(0, 2)) / 2, y


def by_sensitivities(model: rl.Model, times: np.ndarray, by: Sequence[str]) -> np.ndarray:
    """Return the gradient of `square`, (by,), from forward sensitivities."""
    solution = rl.solve(model, times, method="scipy:LSODA", rtol=1e-10, sensitivities=by)
    y = solution.trajectories.y[:, 0]
    n = len(solution.states)
    return np.array([(y[:n] * y[n * j : n * (j + 1)]).sum() for j in range(1, len(by) + 1)])


def placed(problem: InitialValueProblem, device: str) -> InitialValueProblem:
    return choose(problem, "torchdiffeq", device).place(problem)


@pytest.mark.parametrize("method", KINDS)
def test_the_gradient_of_a_closed_form_is_found(method: str, device: str) -> None:
    k = np.array([0.03, 0.07, 0.2])
    problem = placed(initial_value_problem(rl.library.cooling(k=k), TIMES, rtol=1e-8), device)
    values, gradients, found = BACKEND.value_and_gradient(
        problem, method, ["k", "T_s", "T(0)"], square
    )
    decay = np.exp(-np.multiply.outer(k, TIMES))
    y = 21 + 69 * decay
    slopes = [-69 * TIMES * decay, 1 - decay, decay]
    np.testing.assert_allclose(values, (y**2).sum(axis=1) / 2, rtol=1e-8)
    np.testing.assert_allclose(gradients, [(y * s).sum(axis=1) for s in slopes], rtol=1e-7)
    np.testing.assert_allclose(found.y[0], y, rtol=1e-8)


@pytest.mark.parametrize("method", KINDS)
@pytest.mark.parametrize("name", [*SPANS, *FEW[:2]])
def test_the_gradient_of_a_library_model_is_that_of_its_sensitivities(
    name: str, method: str, device: str
) -> None:
    model = rl.library[name]
    times = np.linspace(0, SPANS.get(name, 10.0), 6)
    by = [*model.values]
    problem = placed(initial_value_problem(model, times), device)
    _, gradients, _ = BACKEND.value_and_gradient(problem, method, by, square)
    expected = by_sensitivities(model, times, by)
    np.testing.assert_allclose(gradients[:, 0], expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("method", KINDS)
def test_few_outputs_do_not_spoil_the_gradient(method: str) -> None:
    model, times, by = rl.library.lorenz, np.array([1.0]), ["sigma", "rho", "beta", "y(0)"]
    _, gradients, _ = BACKEND.value_and_gradient(
        initial_value_problem(model, times), method, by, square
    )
    np.testing.assert_allclose(gradients[:, 0], by_sensitivities(model, times, by), rtol=1e-4)


@pytest.mark.parametrize("method", KINDS)
def test_a_start_that_is_a_formula_passes_its_derivative_on(method: str) -> None:
    model = rl.model("dx/dt = -k*x; x(0) = 3*b; k = 0.5; b = 2")
    problem = initial_value_problem(model, [2.0], rtol=1e-8)
    _, gradients, _ = BACKEND.value_and_gradient(problem, method, ["b"], square)
    assert gradients[0, 0] == pytest.approx(6 * np.exp(-1) * 3 * np.exp(-1), rel=1e-7)


@pytest.mark.parametrize("method", KINDS)
def test_time_may_run_backward(method: str) -> None:
    model = rl.model("dx/dt = -k*x; x(1) = 2; k = 0.5")
    problem = initial_value_problem(model, [0.5, -1.0], rtol=1e-8)
    _, gradients, _ = BACKEND.value_and_gradient(problem, method, ["k"], square)
    ages = np.array([0.5, 2.0])
    expected = (4 * ages * np.exp(2 * 0.5 * ages)).sum()
    assert gradients[0, 0] == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("method", KINDS)
def test_a_batch_has_the_gradients_each_has_alone(method: str) -> None:
    rates = [0.02, 0.07, 0.5]
    problem = initial_value_problem(rl.library.cooling(k=rates), TIMES)
    _, batch, _ = BACKEND.value_and_gradient(problem, method, ["k", "T_s"], square)
    for member in range(3):
        part = problem.members(slice(member, member + 1))
        _, alone, _ = BACKEND.value_and_gradient(part, method, ["k", "T_s"], square)
        np.testing.assert_allclose(batch[:, member], alone[:, 0], rtol=1e-5)


@pytest.mark.parametrize("method", KINDS)
def test_a_member_that_fails_has_no_gradient_and_spoils_none(method: str) -> None:
    model = rl.model("dx/dt = a*x^2; x(0) = 1; a = 1")(a=[0.5, 4.0, -1.0])
    problem = initial_value_problem(model, [0.0, 0.1, 1.0])
    values, gradients, found = BACKEND.value_and_gradient(problem, method, ["a"], square)
    assert found.status.tolist() == [Status.SUCCESS, Status.STEP_TOO_SMALL, Status.SUCCESS]
    assert np.isnan(values).tolist() == np.isnan(gradients[0]).tolist() == [False, True, False]
    a, t = np.array([[0.5], [-1.0]]), np.array([0.0, 0.1, 1.0])
    expected = (t / (1 - a * t) ** 3).sum(axis=1)
    np.testing.assert_allclose(gradients[0, [0, 2]], expected, rtol=1e-5)


@pytest.mark.parametrize("method", KINDS)
def test_a_batch_that_fails_as_a_whole_has_no_gradients(method: str) -> None:
    model = rl.model("dx/dt = log(b)*x; x(0) = 1; b = 1")(b=[-1.0, -2.0])
    problem = initial_value_problem(model, [1.0])
    _, gradients, found = BACKEND.value_and_gradient(problem, method, ["b"], square)
    assert np.isnan(gradients).all()
    assert found.status.tolist() == [Status.NOT_FINITE] * 2


def test_a_parameter_that_changes_nothing_has_no_slope() -> None:
    model = rl.model("dx/dt = -x; x(0) = 1; k = 0.5")
    problem = initial_value_problem(model, [1.0])
    for method in KINDS:
        _, gradients, _ = BACKEND.value_and_gradient(problem, method, ["k"], square)
        assert gradients.tolist() == [[0.0]]


def test_an_unknown_parameter_is_answered_with_those_there_are() -> None:
    problem = initial_value_problem(rl.library.cooling, TIMES)
    with pytest.raises(UnknownNameError, match="no K in this model; it has k, T_s"):
        BACKEND.value_and_gradient(problem, "dopri5", ["K"], square)


def test_an_adjoint_that_cannot_come_back_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjoint, "REACH", 1e9)  # no checkpoints
    model = rl.model("dx/dt = -k*x^3 + 1; x(0) = 5; k = 10")
    problem = initial_value_problem(model, [5.0], rtol=1e-3)
    with pytest.raises(SolveError, match=r'could not be integrated backwards .* use "dopri5"'):
        BACKEND.value_and_gradient(problem, "dopri5-adjoint", ["k"], square)


@pytest.mark.parametrize("method", ["rk4", "euler"])
def test_torch_finds_the_derivatives_of_fixed_steps_exact(method: str) -> None:
    problem = initial_value_problem(rl.library.lotka_volterra, [0.5, 1.0], step=0.25)
    p = torch.tensor(problem.p, requires_grad=True)
    assert torch.autograd.gradcheck(lambda q: trajectories(problem, q, method), (p,))


def test_trajectories_can_stand_inside_other_torch_code(device: str) -> None:
    problem = initial_value_problem(rl.library.cooling, [10.0], rtol=1e-8)
    log_k = torch.tensor(np.log(0.07), device=device, requires_grad=True)
    rest = torch.tensor([21.0, 90.0], dtype=torch.float64, device=device)
    p = torch.cat([log_k.exp()[None], rest])[:, None]
    trajectories(problem, p)[0, 0, 0].backward()
    assert float(log_k.grad) == pytest.approx(-69 * 0.7 * np.exp(-0.7), rel=1e-7)


def test_the_backend_is_differentiable() -> None:
    assert isinstance(BACKEND, DifferentiableBackend)
