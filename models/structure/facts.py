"""What can be said about a model without solving it: computed on its tape, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import listing
from ..lower import lower
from ..model import Model
from ..system import FirstOrderSystem
from .conserved import Conserved, conserved
from .dependencies import blocks, dependencies, is_autonomous
from .expansion import expand

_MANY = 12  # names of one block that are listed


@dataclass(frozen=True)
class Facts:
    """Facts about the rates of a model.

    Parameters
    ----------
    states
        Names, in the order of rows and columns.
    time
        Name of the independent variable.
    autonomous
        Whether time does not occur in the rates.
    degree
        Of the rates as polynomials in the states, multiplied out; None if one is no polynomial.
        Parameters and time may occur in any way.
    homogeneous
        Whether every term of every rate contains a state.
    rational
        Whether the rates are quotients of polynomials in the states.
    pattern
        For each state, the positions of the states that its rate mentions: the entries of the
        Jacobian that are not always zero.
    blocks
        States in groups that depend on one another, each after those it depends on.
    conserved
        Independent linear quantities that do not change in time, but by events.
    interrupted
        Whether events set states on the way.
    """

    states: tuple[str, ...]
    time: str
    autonomous: bool
    degree: int | None
    homogeneous: bool
    rational: bool
    pattern: tuple[frozenset[int], ...]
    blocks: tuple[tuple[str, ...], ...]
    conserved: tuple[Conserved, ...]
    interrupted: bool = False

    @property
    def polynomial(self) -> bool:
        """Whether every rate is a polynomial in the states."""
        return self.degree is not None

    @property
    def affine(self) -> bool:
        """Whether dy/dt = A*y + b, with A and b free of states."""
        return self.degree is not None and self.degree <= 1

    @property
    def linear(self) -> bool:
        """Whether dy/dt = A*y, with A free of states."""
        return self.affine and self.homogeneous

    @property
    def triangular(self) -> bool:
        """Whether the equations can be solved one after the other."""
        return len(self.blocks) == len(self.states)

    @property
    def entries(self) -> int:
        """Number of entries of the Jacobian that are not always zero."""
        return sum(map(len, self.pattern))

    @property
    def bandwidth(self) -> tuple[int, int]:
        """How far entries of the Jacobian lie below and above its diagonal."""
        below = (i - j for i, row in enumerate(self.pattern) for j in row)
        above = (j - i for i, row in enumerate(self.pattern) for j in row)
        return max([0, *below]), max([0, *above])

    def __str__(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        yield f"{self._kind()} in {self._all()}"
        yield f"{'autonomous' if self.autonomous else f'depends on {self.time}'}"
        yield from self._order()
        for quantity in self.conserved:
            yield f"constant {'between events' if self.interrupted else 'in time'}: {quantity}"
        n, (below, above) = len(self.states), self.bandwidth
        if n > 1:
            yield (
                f"Jacobian: {self.entries} of {n * n} entries, bandwidth {below} below and {above} "
                "above the diagonal"
            )

    def _all(self) -> str:
        n = len(self.states)
        return listing(self.states) if n <= _MANY else f"{n} states"

    def _kind(self) -> str:
        if self.degree is None:
            return "rational" if self.rational else "not polynomial"
        if self.degree > 1:
            return f"polynomial of degree {self.degree}"
        return "linear" if self.linear else "affine (linear with a term of its own)"

    def _order(self) -> Iterator[str]:
        if len(self.states) == 1:
            return
        if len(self.blocks) == 1:
            yield "every state depends on every other, directly or through others"
        elif all(not row - {i} for i, row in enumerate(self.pattern)):
            yield "no state depends on another"
        else:
            yield f"can be solved in this order: {', then '.join(map(_block, self.blocks))}"


def _block(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{listing(names)} together" if len(names) <= _MANY else f"{len(names)} states together"


def facts(model: Model | FirstOrderSystem) -> Facts:
    """Return what can be said about a model without solving it.

    Examples
    --------
    >>> from ratelaw.models.specify import model
    >>> facts(model("dx/dt = -k*x + r*y; dy/dt = k*x - r*y"))
    linear in x and y
    autonomous
    every state depends on every other, directly or through others
    constant in time: x + y
    Jacobian: 4 of 4 entries, bandwidth 1 below and 1 above the diagonal
    """
    system = lower(_with_starts(model)) if isinstance(model, Model) else model
    terms = expand(system.vector_field)
    states = (1 << system.n_states + 1) - 2  # one bit each, after time
    degrees = terms.degrees(states)
    return Facts(
        states=system.states,
        time=system.time,
        autonomous=is_autonomous(system),
        degree=None if None in degrees else max(d or 0 for d in degrees),
        homogeneous=all(terms.are_homogeneous(states)),
        rational=all(terms.are_rational(states)),
        pattern=dependencies(system),
        blocks=tuple(tuple(system.states[i] for i in block) for block in blocks(system)),
        conserved=conserved(system, terms),
        interrupted=any(event.reset is not None for event in system.events),
    )


def _with_starts(model: Model) -> Model:
    return model({model.start_name(s.name): 0.0 for s in model.states if s.start is None})
