"""What a contender is: a file in ``peers/`` that binds ``PEER``."""

from __future__ import annotations

from typing import Protocol

from measure import Run
from problem import Problem


class Peer(Protocol):
    """A library that is measured.

    Each method prepares everything that needs preparing only once, and returns a function of no
    arguments that solves the problem and returns the end state: (state,) for `single`, (state,
    member) for `ensemble`. A loop that is too slow for all members may solve those that have a
    reference and leave the others nan; its time is counted for as many as there are. None says
    that the library cannot, or that nobody would.
    """

    @property
    def name(self) -> str:
        """Shown in tables."""
        ...

    def methods(self, problem: Problem) -> tuple[str, ...]:
        """Return its methods that a user of it would choose for such a problem."""
        ...

    def single(self, problem: Problem, method: str, rtol: float) -> Run | None:
        """Return a function that solves for one trajectory."""
        ...

    # A peer that differentiates a loss through its solves also has `gradient_methods(problem)` and
    # `gradient(problem, method, rtol)`, whose function returns the gradient, (parameter, member);
    # the problem is a `Loss`.

    def ensemble(self, problem: Problem, method: str, rtol: float) -> Run | None:
        """Return a function that solves for all members."""
        ...
