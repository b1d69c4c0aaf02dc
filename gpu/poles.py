"""Whether a step by torchdiffeq passed a pole that states drive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..models.lazy import load
from ..solvers.arrays import Int
from ..solvers.divisors import at_poles, look
from ..solvers.problem import InitialValueProblem
from .torch_target import TensorFunction, tensor_function


@dataclass(frozen=True, eq=False)
class Poles:
    """The look for poles in the steps of a batch.

    Parameters
    ----------
    problem
        Of all members, with the numbers that are solved for.
    passing
        The look, or None where there can be no poles.
    """

    problem: InitialValueProblem
    passing: TensorFunction | None

    @classmethod
    def of(cls, problem: InitialValueProblem, p: Any, y0: Any) -> Poles:
        """Return those of a problem with other parameters and start values."""
        y, q = (x.detach().cpu().numpy() for x in (y0, p))
        problem = replace(problem, y0=y, p=q)
        found = look(problem)
        made = found and tensor_function(found.tape, found.name, found.arguments)
        return cls(problem, made)

    def passed(self, begin: tuple[float, Any], end: tuple[float, Any], rates: Any, p: Any) -> Any:
        """Tell for each member whether a step passed a pole, from its ends."""
        assert self.passing is not None
        torch, problem, (t, y), (late, z) = load("torch"), self.problem, begin, end
        with torch.no_grad():
            f, g = (rates(p.new_tensor(time), at, p) for time, at in (begin, end))
            time, length, limit = p.new_tensor([t, late - t, problem.t_end])
            _, found = self.passing(time, length, limit, y, z, f, g, p)
        return torch.as_tensor(found) > 0

    def words(self, i: Int, status: Int, t: float, y: Any) -> dict[int, str]:
        """Return in words the divisors that are about to be zero where members ended."""
        values = y.detach().cpu().numpy()
        return at_poles(self.problem, i, status, values[0] * 0.0 + t, values)
