"""Tapes as torch: the same program on any device, with derivatives by autograd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..models.lazy import load
from ..models.tape import Tape
from ..solvers.kernels.python import ERRORS, NUMPY, Target, call_templates, compiled
from ..solvers.kernels.special import without

TensorFunction = Callable[..., Any]


def _scope() -> dict[str, Any]:
    """Return what torch has no single expression for, where an operand may be a plain number."""
    torch = load("torch")

    def number(truth: Any) -> Any:
        return truth.to(torch.float64)

    def least(a: Any, b: Any) -> Any:
        return torch.clamp(a, max=b) if torch.is_tensor(a) else torch.clamp(b, max=a)

    def greatest(a: Any, b: Any) -> Any:
        return torch.clamp(a, min=b) if torch.is_tensor(a) else torch.clamp(b, min=a)

    def select(condition: Any, yes: Any, no: Any) -> Any:
        # Two plain numbers would give single precision.
        if not torch.is_tensor(yes) and not torch.is_tensor(no):
            yes = condition.new_full((), yes, dtype=torch.float64)
        return torch.where(condition != 0, yes, no)

    def sign(a: Any) -> Any:
        return torch.where(a == a, torch.sign(a), a)  # torch alone takes the sign of nan for 0

    def refined(x: Any, y: Any) -> Any:
        if not torch.is_tensor(x):
            return y
        digits = y.detach() if torch.is_tensor(y) else y
        return torch.where(torch.isfinite(x), digits + (x - x.detach()), digits)

    own = {f.__name__: f for f in (number, least, greatest, select, sign, refined)}
    return {"torch": torch, **own, **ERRORS}


TORCH = Target(
    "torch",
    {
        **NUMPY.templates,
        **call_templates("torch.", {}),
        "min": "least({0}, {1})",
        "max": "greatest({0}, {1})",
        "sign": "sign({0})",
        "refined": "refined({0}, {1})",
        "select": "select({0}, {1}, {2})",
        # A truth value times a number would be single precision.
        "lt": "number({0} < {1})",
        "le": "number({0} <= {1})",
        "eq": "number({0} == {1})",
    },
    _scope,
    without("torch"),
)


def tensor_function(
    tape: Tape, name: str, arguments: Sequence[tuple[str, int | None]]
) -> TensorFunction:
    """Return a function of tensors that gives all outputs as one tensor, (output, …).

    Parameters
    ----------
    tape, name, arguments
        As for `kernels.python.emit`. An argument of some length is a tensor with that many rows, a
        single one a row itself or a number; rows are as long as each other, or one long.
    """
    torch = load("torch")
    function = compiled(tape, name, tuple(arguments), TORCH)

    def rows(*values: Any) -> Any:
        tensors = [v for v in values if torch.is_tensor(v)]
        row = max((v.shape[-1:] for v in tensors), key=lambda shape: shape.numel() * len(shape))
        outputs = [o if torch.is_tensor(o) else tensors[0].new_tensor(o) for o in function(*values)]
        return torch.stack([o.expand(row) for o in outputs])

    return rows
