"""The lanes backend: compiled code that integrates W trajectories side by side in one vector.

It takes the same tapes as the reference backend and agrees with it to rounding: products are fused
with sums, functions may differ in the last place, and the factor from step to step in the eighth
digit. A trajectory's numbers do not depend on its batch, its lane or its thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...models.errors import grouped
from ...models.modes import modes
from ..backend import Progress, RoundTrip, not_on, stepping_methods, stepping_refusal
from ..hybrid import from_jump_to_jump, with_modes
from ..kernels.compile import unsupported
from ..kernels.special import lacking
from ..lanes.assemble import in_one_piece
from ..lanes.batch import Batch, visited, watched
from ..lanes.ready import Ready, ready
from ..methods import SHELF
from ..problem import InitialValueProblem
from ..trajectories import Trajectories

LONGEST = 10_000  # operations in one stretch: the compiler takes seconds, and with 50 000 crashes
MOST_LISTED = 3_000_000  # operations of rates told as lists, which take no compiler's time
LARGEST_FULL = 1000  # states of a full matrix: it takes 8 megabytes, and a step five of them


@dataclass(frozen=True)
class Lanes:
    """Batched Runge-Kutta and Rosenbrock methods as machine code."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods whose steps are composed, tsit5 first."""
        return stepping_methods()

    def refusal(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot solve this problem, or None if it can."""
        problem = with_modes(problem)
        conditions = watched(problem)
        return (
            not_on(problem)
            or _too_long(problem, method)
            or stepping_refusal("lanes", problem, method)
            or _too_entangled(problem, method)
            or lacking("lanes", problem.system.vector_field)
            or (conditions and lacking("lanes", conditions))
            or unsupported()
        )

    def irreversible(self, problem: InitialValueProblem, method: str) -> str | None:
        """Return why it cannot go back over the steps of a problem, or None if it can."""
        from ..lanes.back.way_back import too_long_back  # not loaded where there are no gradients

        backward = bool(problem.system.events) and problem.direction < 0
        return (
            self.refusal(problem, method)
            or (problem.conditions is not None and "it watches no conditions on its way back")
            or (backward and "it does not go back over inputs that jump where time ran backward")
            or (modes(problem.system) and "it does not go back over rates that jump with states")
            or too_long_back(problem, SHELF[method])
        )

    def round_trip(
        self, problem: InitialValueProblem, method: str, *, watchful: bool
    ) -> RoundTrip | None:
        """Return what goes there and back again for one parameter set after another, or None."""
        from ..lanes.back.round_trip import (
            RoundTrip as Trip,  # not loaded where there are no gradients
        )

        tally = problem.tally
        if problem.batch > 1 or tally is None or problem.t_end == problem.t0:
            return None
        if visited(with_modes(problem)):
            return None
        chosen = SHELF[method].adaptive if problem.step is None else SHELF[method]
        made = Trip(problem, tally, chosen, watchful=watchful)
        return made if made.small else None

    def solve(
        self, problem: InitialValueProblem, method: str, progress: Progress | None = None
    ) -> Trajectories:
        """Return the trajectories of a problem, or what its tally adds up."""
        tally = problem.tally
        if tally is not None and tally.by and problem.system.events:
            from ..lanes.back.through import (
                through_events,  # not loaded where there are no gradients
            )

            return through_events(problem, tally, SHELF[method])
        return from_jump_to_jump(problem, lambda some: Batch(some, SHELF[method]).go(progress))

    def watches(self, problem: InitialValueProblem) -> bool:
        """Tell whether it looks on the way which trajectories stiffness holds back."""
        recorded = problem.tally is not None and bool(problem.tally.by)
        return not (recorded or visited(with_modes(problem)))

    def ready(self, problem: InitialValueProblem, method: str, max_steps: int) -> Ready | None:
        """Return a trajectory whose memory is laid out, or None where there is too much of it."""
        return ready(problem, SHELF[method], max_steps) if with_modes(problem) is problem else None


def _too_long(problem: InitialValueProblem, method: str) -> str | None:
    """Return why rates are not compiled: long stretches of code take the compiler ever longer."""
    count = len(problem.system.vector_field.nodes)
    if count <= LONGEST:
        return None
    in_loops = method in SHELF and not in_one_piece(problem.system, SHELF[method])
    if in_loops and count <= MOST_LISTED:
        return None
    return f"its rates have {grouped(count)} operations, too long to compile; reference takes them"


def _too_entangled(problem: InitialValueProblem, method: str) -> str | None:
    """Return why steps of a stiff method are not compiled: matrices would be too large."""
    tableau = SHELF[method].tableau if method in SHELF else None
    if tableau is None or tableau.is_explicit or in_one_piece(problem.system, SHELF[method]):
        return None
    from ..compose.large import MOST_PRODUCTS, entangled, largest_part  # not loaded for small ones

    system = problem.base or problem.system
    if (count := largest_part(system)) <= LARGEST_FULL or entangled(system) <= MOST_PRODUCTS:
        return None
    return (
        f"{grouped(count)} of its states act on one another, and the steps of {method} hold full "
        f"matrices of up to {grouped(LARGEST_FULL)}; scipy:LSODA takes larger ones"
    )


BACKEND = Lanes()
