"""Tapes printed as torch give what they give in numpy, in doubles, with the same derivatives."""

from itertools import product

import numpy as np
import pytest

from ratelaw.models.tape import Builder, Tape
from ratelaw.models.tape.differentiate import derivative
from ratelaw.models.tape.operations import OPERATIONS, arity
from ratelaw.solvers.evaluate import rows_function

torch = pytest.importorskip("torch", reason="gpu/ needs the gpu extra")

from ratelaw.gpu.torch_target import tensor_function  # noqa: E402 - after torch was looked for

NAN, INF = float("nan"), float("inf")
VALUES = np.array([-INF, -800.0, -2.5, -1.0, -0.3, -0.0, 0.0, 0.3, 1.0, 2.0, 3.7, 800.0, INF, NAN])
SMOOTH = np.array([0.15, 0.35, 0.62, 0.81])  # within every domain, on no kink and no tie
KINKED = {"floor", "sign", "lt", "le", "eq"}  # constant between their jumps
CALLS = [(op, known) for op in sorted(OPERATIONS) for known in product([0, 1], repeat=arity(op))
         if not all(known)]  # fmt: skip


def operation(op: str, constants: tuple[float | None, ...]) -> Tape:
    """Return the tape of one operation; arguments that are None are inputs."""
    builder = Builder()
    args = [builder.input(f"x{i}") if c is None else c for i, c in enumerate(constants)]
    return builder.finish([builder.apply(op, *args)])


def both(tape: Tape, values: np.ndarray, device: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a tape of the rows of `values`, by torch and by numpy."""
    arguments = [("x", len(values))]
    tensor = torch.tensor(values, dtype=torch.float64, device=device)
    found = tensor_function(tape, "f", arguments)(tensor)
    assert found.dtype == torch.float64
    return found.cpu().numpy(), rows_function(tape, "f", arguments)(values)


@pytest.mark.parametrize(("op", "known"), CALLS)
def test_an_operation_gives_what_numpy_gives(op: str, known: tuple[int, ...], device: str) -> None:
    for constants in product(*([-2.5, 0.0, 0.3, 2.0] if k else [None] for k in known)):
        tape = operation(op, constants)
        grid = np.array(list(product(VALUES, repeat=len(tape.inputs)))).T
        found, expected = both(tape, grid, device)
        np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("op", sorted(set(OPERATIONS) - KINKED))
def test_autograd_agrees_with_the_derivative_of_the_tape(op: str, device: str) -> None:
    tape = operation(op, (None,) * arity(op))
    values = np.array(list(product(SMOOTH, repeat=len(tape.inputs)))).T
    values[1:] *= 1.01  # no ties
    x = torch.tensor(values, dtype=torch.float64, device=device, requires_grad=True)
    arguments = [("x", len(values))]
    tensor_function(tape, "f", arguments)(x).sum().backward()
    for row, name in enumerate(tape.inputs):
        expected = rows_function(derivative(tape, name), "df", arguments)(values)[0]
        np.testing.assert_allclose(x.grad[row].cpu().numpy(), expected, rtol=1e-12, atol=1e-14)


def test_a_constant_output_is_as_long_as_the_others(device: str) -> None:
    builder = Builder(["x0"])
    tape = builder.finish([0.1, builder.inputs[0] * 2.0])
    found, expected = both(tape, np.array([[1.0, 2.0, 3.0]]), device)
    np.testing.assert_array_equal(found, expected)


def test_a_choice_between_numbers_keeps_all_their_digits(device: str) -> None:
    builder = Builder(["x0"])
    (x,) = builder.inputs
    tape = builder.finish([(x < 1.0).apply("select", 0.1, 0.2)])
    found, _ = both(tape, np.array([[0.0, 2.0]]), device)
    assert found[0].tolist() == [0.1, 0.2]


def test_a_truth_value_counts_as_a_double(device: str) -> None:
    builder = Builder(["x0"])
    (x,) = builder.inputs
    tape = builder.finish([(x < 1.0) * 0.1 + (x <= 1.0)])
    found, _ = both(tape, np.array([[0.0, 1.0, 2.0]]), device)
    assert found[0].tolist() == [1.1, 1.0, 0.0]


def test_a_single_number_meets_a_row(device: str) -> None:
    builder = Builder(["t", "x0"])
    t, x = builder.inputs
    tape = builder.finish([t.apply("min", x), x.apply("max", t), t * t, t.apply("min", 2.0)])
    function = tensor_function(tape, "f", [("t", None), ("x", 1)])
    row = torch.tensor([[1.0, 5.0]], dtype=torch.float64, device=device)
    time = row.new_tensor(3.0)
    assert function(time, row).tolist() == [[1, 3], [3, 5], [9, 9], [2, 2]]
