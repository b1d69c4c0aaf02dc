"""Adaptive steps by torchdiffeq, from one output time to the next, all members with one step size.

torchdiffeq alone interpolates between its steps, lets an error be averaged over the batch, and
gives up on all trajectories when one blows up. Here each output time ends a step; the error of a
step is the largest that any state of any member makes, so that no member is less accurate in
company than alone; and a member that cannot go on is taken out, while the others go on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..models.lazy import load
from ..solvers.arrays import Bool, Int
from ..solvers.backend import Progress
from ..solvers.compose.hidden import SHORTER
from ..solvers.evaluate import system_arguments
from ..solvers.integrator import compose
from ..solvers.methods import SHELF
from ..solvers.problem import InitialValueProblem
from ..solvers.status import Status
from ..solvers.stiffness import decay_rates, held_back
from .adjoint import Adjoint, reach
from .effort import PAIRS, Effort
from .ends import Ends
from .poles import Poles
from .pulses import Pulses
from .torch_target import tensor_function

SMALLEST = 16  # units of rounding of time that a step must have, as in the reference backend
ALIKE = 0.5  # wanting a step less than twice as long as the one who stops the batch stops it too
EQUAL = 0.99  # having used this much of what the one who used most has used is using up as much


class _StopError(Exception):
    """The batch cannot go on, because of some of its members."""

    def __init__(self, status: Status, t: float, y: Any) -> None:
        super().__init__(status.cause)
        self.status, self.t, self.y = status, t, y


class _HiddenError(Exception):
    """The next step is to be shorter: what it would pass over might not show."""

    def __init__(self, t: float, y: Any, h: float, whose: Any) -> None:
        super().__init__("a step hides what time alone decides, or passed a pole")
        self.t, self.y, self.h, self.whose = t, y, h, whose  # of those members


@dataclass(frozen=True, eq=False)
class _Field:
    """The right-hand side of those who go on now; the adjoint calls it again when fewer do."""

    march: March
    p: Any

    def __call__(self, t: Any, y: Any) -> Any:
        """Return dy/dt, (state, batch)."""
        self.march.n_evaluations += 1
        return self.march.rates(t, y, self.p)

    def callback_step(self, t: Any, y: Any, h: Any) -> None:
        """Show a step before it is attempted; torchdiffeq knows this method by its name."""
        self.march.look_at(float(t), y, float(h))


class March:
    """A batch on its way.

    Parameters
    ----------
    problem
        Of all members.
    method
        A key of `PAIRS`.
    p, y0
        Parameters, (parameter, batch), and start values, (state, batch), on a device.
    adjoint
        Whether derivatives go by the continuous adjoint instead of through the steps.
    """

    def __init__(
        self, problem: InitialValueProblem, method: str, p: Any, y0: Any, adjoint: bool = False
    ) -> None:
        system = problem.system
        self.problem, self.method, self.p, self.y = problem, method, p, y0
        self.rates = tensor_function(
            system.vector_field, "rates", system_arguments(system.n_states, system.n_parameters)
        )
        self.atol = p.new_tensor(problem.atol)
        self.alive: Int = np.arange(problem.batch)
        self.effort = Effort(PAIRS[method], y0.new_zeros(y0.shape), y0.new_zeros(y0.shape[1]))
        self.pulses = Pulses.of(problem, method)
        self.poles = Poles.of(problem, p, y0)
        self.last: tuple[float, Any] = problem.t0, y0  # where the step before the next one began
        self.adjoint = Adjoint(problem.rtol, y0) if adjoint and p.requires_grad else None
        self.ends = Ends(problem)
        self.h = self.began = 0.0  # the last attempt's step, and where it began
        self.n_attempts = self.n_rejected = self.n_evaluations = self.n_used = 0

    def look_at(self, t: float, y: Any, h: float) -> None:
        """Stop before a step of length h that must not be attempted, or count it."""
        self.n_rejected += t == self.began
        self._look_back(t, y)
        self.began = t
        if h <= SMALLEST * np.spacing(max(abs(t), h)):
            raise _StopError(Status.STEP_TOO_SMALL, t, y)
        if self.n_used >= self.problem.max_steps:
            raise _StopError(Status.MAX_STEPS, t, y)
        if self.pulses:
            self._refuse(self.pulses.hide(t, h, y, self.p, self.atol), t, y, h)
        self.h = h
        self.n_attempts += 1
        self.n_used += 1

    def _look_back(self, t: float, y: Any) -> None:
        """Stop where the step that ended at a time passed a pole, and go back to its begin."""
        begin, before = self.last
        if t != begin and self.poles.passing:
            passed = self.poles.passed(self.last, (t, y), self.rates, self.p)
            self._refuse(passed, begin, before, abs(t - begin))
        self.last = t, y

    def _refuse(self, which: Any, t: float, y: Any, h: float) -> None:
        """Stop before a step that some members must not make, if there are any."""
        if bool(which.any()):
            raise _HiddenError(t, y, SHORTER * h, which.expand(y.shape[1]))

    def run(self, progress: Progress | None = None) -> Any:
        """Return the states at the output times, (state, batch, time); nan after an early end."""
        t, span = self.problem.t0, self.problem.t_end - self.problem.t0
        outputs: list[Any] = []
        self._start(span)
        for end in self.problem.t_eval.tolist():
            while self.alive.size and t != end:
                t = self._go(t, end)
            outputs.append(self._everyone())
            if progress and span:
                progress((end - self.problem.t0) / span)
        self._count(self.alive)
        return load("torch").stack(outputs, dim=-1)

    def _start(self, span: float) -> None:
        """Find the first step, and who has no slope to start with."""
        torch = load("torch")
        t0 = self.problem.t0
        program = compose(self.problem.system, SHELF["dopri5"]).begin
        begin = tensor_function(program.tape, program.name, program.arguments)
        with torch.no_grad():
            time, length = self.p.new_tensor(t0), self.p.new_tensor(span)
            first = begin(time, length, time + length, self.y, self.p, self.atol, self.problem.rtol)
        self.n_evaluations += 2
        finite = torch.isfinite(self.y) & torch.isfinite(first[1:])
        steps, broken = first[0].abs(), ~finite.all(dim=0)
        self.effort.ratio = torch.where(finite, 0.0, np.inf)
        self._take_out(broken, Status.NOT_FINITE, t0)
        if self.alive.size:
            wanted = torch.nan_to_num(steps[~broken], nan=abs(span), posinf=abs(span))
            self._set_step(float(wanted.min()), t0)

    def _set_step(self, h: float, t: float) -> None:
        """Choose the next step, large enough to be attempted."""
        smallest = 2 * SMALLEST * np.spacing(max(abs(t), abs(h)))
        self.h = max(h, float(smallest))

    def _go(self, begin: float, end: float) -> float:
        """Integrate towards an output time; return how far."""
        if self.adjoint is not None:
            end = self._nearer(begin, end, begin, self.y)
        times = self.p.new_tensor([begin, end])
        options = {"norm": self.effort.norm, "first_step": self.h, "step_t": times[1:]}
        self.began, self.last = np.nan, (begin, self.y)
        try:
            y = self._integrate(times, options)[1]
            self._look_back(end, y)
        except _StopError as stop:
            return self._recover(stop, begin, end)
        except _HiddenError as stop:
            if stop.h <= SMALLEST * np.spacing(max(abs(stop.t), stop.h)):
                last = _StopError(Status.STEP_TOO_SMALL, stop.t, stop.y)
                return self._recover(last, begin, end, stop.whose)
            self.y = stop.y
            self._set_step(stop.h, stop.t)
            return stop.t
        if self.adjoint is not None:
            nearer = self._nearer(begin, end, end, y)
            if abs(nearer - begin) < abs(end - begin) / 2:
                return self._go(begin, nearer)
        self.y = y
        return end

    def _nearer(self, begin: float, end: float, t: float, y: Any) -> float:
        """Return `end`, or a time before it from which the adjoint comes back to `begin`."""
        length = reach(self.problem, self.alive, t, y)
        whole = length >= abs(end - begin)
        return end if whole else begin + self.problem.direction * length

    def _integrate(self, times: Any, options: dict[str, Any]) -> Any:
        field = _Field(self, self.p)
        if self.adjoint is not None:
            return self.adjoint.integrate(
                field, self.y, self.p, times, self.atol, self.method, options
            )
        return load("torchdiffeq").odeint(
            field, self.y, times, rtol=self.problem.rtol, atol=self.atol, method=self.method,
            options=options,
        )  # fmt: skip

    def _recover(self, stop: _StopError, begin: float, end: float, whose: Any = None) -> float:
        """Take out those who stop the batch, known or not; the others go on from there."""
        torch = load("torch")
        wish, steps = self.effort.wish(), self.effort.steps
        if whose is not None:
            culprits = whose
        elif stop.status is Status.STEP_TOO_SMALL:
            culprits = ALIKE * wish <= wish.min()
        else:
            culprits = steps >= EQUAL * steps.max()
        with torch.no_grad():
            slopes = self.rates(self.p.new_tensor(stop.t), stop.y, self.p)
        status = self._status(stop, culprits, torch.isfinite(slopes).all(dim=0))
        chosen: Bool = culprits.cpu().numpy()
        i = self.alive[chosen]
        self.ends.messages |= self.poles.words(i, status, stop.t, stop.y[:, culprits])
        if self.adjoint is None:  # which forgets the way to where it stopped
            self.y, begin = stop.y, stop.t
        self._take_out(culprits, status, stop.t)
        if self.alive.size:
            self.n_used = int(self.n_used * float(self.effort.steps.max() / steps.max()))
            self._set_step(min(self.h * float(wish[~culprits].min()), abs(end - begin)), begin)
        return begin

    def _status(self, stop: _StopError, culprits: Any, finite: Any) -> Int:
        """Return how each culprit ended, (culprit,)."""
        chosen: Bool = culprits.cpu().numpy()
        if stop.status is Status.STEP_TOO_SMALL:
            good = finite.cpu().numpy()[chosen]
            return np.where(good, Status.STEP_TOO_SMALL, Status.NOT_FINITE)
        i, y = self.alive[chosen], stop.y.detach()[:, culprits].cpu().numpy()
        t = np.full(len(i), stop.t)
        stiff = held_back(self.problem, i, t, y, np.full(len(i), self.h))
        rates = decay_rates(self.problem, i, t, y) * abs(self.problem.t_end - self.problem.t0)
        ratios = zip(i[stiff], rates[stiff], strict=True)
        self.ends.messages |= {int(k): f"ratio {rate:.0e}" for k, rate in ratios}
        return np.where(stiff, Status.STIFF, Status.MAX_STEPS)

    def _take_out(self, culprits: Any, status: Status | Int, t: float) -> None:
        """End some members and go on with the others."""
        chosen: Bool = culprits.cpu().numpy()
        if not chosen.any():
            return
        self.ends.end(self.alive[chosen], status, t, self.effort.ratio[:, culprits].cpu().numpy())
        self._count(self.alive[chosen])
        self.alive, kept = self.alive[~chosen], ~culprits
        self.y, self.p = self.y[:, kept], self.p[:, kept]
        self.effort = self.effort.members(kept)
        if self.atol.shape[1] > 1:
            self.atol = self.atol[:, kept]
        if self.adjoint is not None:
            self.adjoint.members(kept)

    def _count(self, i: Int) -> None:
        n_steps = self.n_attempts - self.n_rejected
        self.ends.count(i, n_steps, self.n_rejected, self.n_evaluations)

    def _everyone(self) -> Any:
        """Return the states of all members now, (state, batch); nan where ended."""
        if len(self.alive) == self.problem.batch:
            return self.y
        places = load("torch").as_tensor(self.alive, device=self.y.device)
        full = self.y.new_full((len(self.y), self.problem.batch), np.nan)
        return full.index_copy(1, places, self.y)
