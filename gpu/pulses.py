"""What a step by torchdiffeq would hide: a pulse between the times at which it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..models.lazy import load
from ..solvers.compose.hidden import hidden
from ..solvers.methods import SHELF
from ..solvers.problem import InitialValueProblem
from .torch_target import TensorFunction, tensor_function

ELSE = "euler"  # looks at the begin of a step and at its end, as every method does


@dataclass(frozen=True, eq=False)
class Pulses:
    """What time alone decides in the rates and may pass in no time.

    Parameters
    ----------
    function
        (t, h, limit, y, atol, rtol, p) to how many tolerances a step of each member may hide.
    problem
        Of all members.
    """

    function: TensorFunction
    problem: InitialValueProblem

    @classmethod
    def of(cls, problem: InitialValueProblem, method: str) -> Pulses | None:
        """Return those of a problem, for steps by a method of torchdiffeq; None without any."""
        looks = SHELF[method if method in SHELF else ELSE]
        found = hidden(problem.system, looks, problem.n_controlled)
        if found is None:
            return None
        return cls(tensor_function(found.tape, found.name, found.arguments), problem)

    def hide(self, t: float, h: float, y: Any, p: Any, atol: Any) -> Any:
        """Tell for each member whether a step of some length would hide much."""
        torch, problem = load("torch"), self.problem
        time, length, limit = p.new_tensor([t, problem.direction * h, problem.t_end])
        with torch.no_grad():
            (much,) = self.function(time, length, limit, y, atol, problem.rtol, p)
        return torch.as_tensor(much) > 1
