"""Closed forms where their terms cancel: all digits of doubles, in every target; slopes as safe."""

import math
from collections.abc import Callable, Sequence
from random import Random

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.exact.form import ClosedForm
from ratelaw.models.exact.proof.examine import values_of
from ratelaw.models.tape import Tape
from ratelaw.models.tape.differentiate import jacobian
from ratelaw.models.tape.precise import Precise
from ratelaw.models.tape.refined import unrefined
from ratelaw.solvers.evaluate import rows_function
from ratelaw.solvers.kernels.compile import compiled, host
from ratelaw.solvers.kernels.llvm import function
from ratelaw.solvers.kernels.page import Machine
from ratelaw.solvers.kernels.python import SCALAR
from ratelaw.solvers.kernels.python import compiled as plain

HOST = host()
CIRCUIT = "q'' = (U*sin(w*t) - R*q' - q/C)/L; q(0) = 0; q'(0) = 0; R=10; L=0.1; C=1e-5; U=5; w=1000"
TEXTS = {
    "circuit": CIRCUIT,
    "motor": "dv/dt = (K*i - b*v)/J; di/dt = (U - R*i - K*v)/L; v(0) = 0; i(0) = 0; U = 12;"
    "K = 0.05; b = 1e-4; J = 1e-4; R = 1; L = 0.01",
    "numbers only": "x'' = -0.1*x' - x + cos(t); x(0) = 1; x'(0) = 0",
    "no friction": "x'' = -k^2*x + F*cos(w*t); x(0) = 1; x'(0) = 0; k = 1; F = 1; w = 1.5",
}


def solved(text: str) -> ClosedForm:
    return rl.solve_exactly(rl.model(text), budget=20)


def right(exact: ClosedForm, point: Sequence[float], state: int = 0) -> float:
    named = dict(zip(exact.tape.inputs, point, strict=True))
    return float(values_of(exact.parts[0].solved, Precise(60), named)[state])


def at(exact: ClosedForm, time: float) -> list[float]:
    values = exact._values({})
    return [time, *(values[name] for name in exact.parameters)]


def crossings(exact: ClosedForm, span: float) -> list[float]:
    """Return times at which the first state is nearly zero."""
    found: list[float] = []
    times = np.linspace(0.03 * span, span, 200)
    rows = [exact.tape(*at(exact, t))[0] for t in times]
    for one, other, a, b in zip(times, times[1:], rows, rows[1:], strict=False):
        if a * b < 0:
            for _ in range(24):  # so that some seven digits cancel
                middle = (one + other) / 2
                here = exact.tape(*at(exact, middle))[0]
                one, other = (middle, other) if here * a > 0 else (one, middle)
            found.append(float(one))
    return found


SPANS = {"circuit": 0.02, "motor": 0.05, "numbers only": 20.0, "no friction": 20.0}


@pytest.mark.parametrize("name", TEXTS)
def test_at_random_values_no_digit_is_missing(name: str) -> None:
    exact, random = solved(TEXTS[name]), Random(3)
    for _ in range(40):
        point = [v * 2 ** random.uniform(-1, 1) for v in at(exact, SPANS[name])]
        for state, found in enumerate(exact.tape(*point)):
            assert found == pytest.approx(right(exact, point, state), rel=3e-16, abs=0)


@pytest.mark.parametrize("name", ["circuit", "numbers only", "no friction"])
def test_where_a_state_passes_through_zero_no_digit_is_missing(name: str) -> None:
    exact = solved(TEXTS[name])
    times = crossings(exact, SPANS[name])
    assert len(times) > 3
    safe = unrefined(exact.tape)
    errors: list[float] = []
    for time in times:
        wanted = right(exact, at(exact, time))
        assert exact.tape(*at(exact, time))[0] == pytest.approx(wanted, rel=3e-16, abs=0)
        errors.append(abs(safe(*at(exact, time))[0] / wanted - 1))
    assert max(errors) > 1e-11  # of what is safe alone


@pytest.mark.parametrize("width", [0.0, 1e-15, 1e-12, 1e-8, 1e-4])
def test_next_to_resonance_and_critical_damping_all_digits_are_there(width: float) -> None:
    free = solved(TEXTS["no friction"])
    point = dict(zip(free.tape.inputs, at(free, 7.0), strict=True)) | {"w": 1.0 + width}
    beside = Precise(80)
    moved = {n: beside.context.mpf(v) for n, v in point.items()}
    if width == 0.0:
        moved["w"] += beside.context.mpf(10) ** -25
    wanted = float(values_of(free.parts[0].solved, beside, moved)[0])
    assert free.tape(*point.values())[0] == pytest.approx(wanted, rel=1e-14)
    circuit = solved(CIRCUIT)
    point = dict(zip(circuit.tape.inputs, at(circuit, 0.01), strict=True))
    point["R"] = 2 * math.sqrt(point["L"] / point["C"]) * (1 + width)
    assert circuit.tape(*point.values())[0] == pytest.approx(
        right(circuit, list(point.values())), rel=3e-16
    )


# ---- targets -----------------------------------------------------------------------------------


def by_numpy(tape: Tape, points: np.ndarray) -> np.ndarray:
    return np.asarray(rows_function(tape, "f", (("x", len(points)),))(points)[0])


def by_scalars(tape: Tape, points: np.ndarray) -> np.ndarray:
    called = plain(tape, "f", (("x", len(points)),), SCALAR)
    return np.array([called(list(point))[0] for point in points.T])


def by_torch(tape: Tape, points: np.ndarray) -> np.ndarray:
    torch = pytest.importorskip("torch", reason="gpu/ needs the gpu extra")
    from ratelaw.gpu.torch_target import tensor_function

    found = tensor_function(tape, "f", (("x", len(points)),))(torch.tensor(points))
    return found[0].numpy()


def by_lanes(machine: Machine) -> Callable[[Tape, np.ndarray], np.ndarray]:
    def run(tape: Tape, points: np.ndarray) -> np.ndarray:
        code = compiled(function("f", tape, machine), (("f", "vpp"),))
        found = np.empty(points.shape[1])
        for begin in range(0, len(found), machine.width):
            columns = np.arange(begin, begin + machine.width) % len(found)
            given, y = np.ascontiguousarray(points[:, columns]), np.empty(machine.width)
            code.functions[0](given.ctypes.data, y.ctypes.data)
            found[columns] = y
        return found

    return run


TARGETS = {
    "numpy": by_numpy,
    "plain floats": by_scalars,
    "torch": by_torch,
    "lanes": by_lanes(HOST),
    "lanes without fused operations": by_lanes(
        Machine(HOST.width, False, HOST.functions, HOST.together)
    ),
}


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_all_digits_where_a_state_passes_through_zero(target: str) -> None:
    exact = solved(CIRCUIT)
    points = np.array([at(exact, time) for time in crossings(exact, 0.02)])
    found = TARGETS[target](exact.tape.select([0]), points.T.copy())
    wanted = [right(exact, point) for point in points]
    np.testing.assert_allclose(found, wanted, rtol=3e-16)


@pytest.mark.parametrize("name", TEXTS)
def test_slopes_are_those_of_the_safe_form(name: str) -> None:
    exact = solved(TEXTS[name])
    safe = unrefined(exact.tape)
    assert len(safe.nodes) < len(exact.tape.nodes)
    assert jacobian(exact.tape, exact.tape.inputs).tape == jacobian(safe, safe.inputs).tape


def test_torch_finds_the_slopes_of_the_safe_form() -> None:
    torch = pytest.importorskip("torch", reason="gpu/ needs the gpu extra")
    from ratelaw.gpu.torch_target import tensor_function

    exact = solved(TEXTS["motor"])
    point = torch.tensor([at(exact, 0.02)], dtype=torch.float64).T.requires_grad_()
    tensor_function(exact.tape, "f", (("x", len(point)),))(point)[0].sum().backward()
    slopes = jacobian(exact.tape.select([0]), exact.tape.inputs)
    found = dict(zip(slopes.columns, slopes.tape(*at(exact, 0.02)), strict=True))
    assert point.grad is not None
    for i, slope in found.items():
        assert float(point.grad[i, 0]) == pytest.approx(slope, rel=1e-10, abs=1e-12)
