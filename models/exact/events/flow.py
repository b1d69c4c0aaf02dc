"""The closed form of a piece between two events: begun at any time and with any states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ...system import FirstOrderSystem
from ...tape import Builder, Tape, Value
from ...tape.precise import Precise
from ..form import ClosedForm
from ..pieces import Piece
from ..proof.examine import values_of
from ..solvable import has_lambert, unless


@dataclass(frozen=True, eq=False)
class Flow:
    """From the states at one time to those at a later one.

    Parameters
    ----------
    whole
        The system with its events.
    piece
        The system between two of them.
    exact
        Its closed form.
    tape
        What is put on tapes of it.
    """

    whole: FirstOrderSystem
    piece: Piece
    exact: ClosedForm
    tape: Tape

    @classmethod
    def safe(cls, whole: FirstOrderSystem, piece: Piece, exact: ClosedForm) -> Flow:
        """Return the flow in a form that is safe in floating point."""
        return cls(whole, piece, exact, exact.tape)

    @cached_property
    def written(self) -> Flow | None:
        """The same as it is written, exact with any number of digits; None if it is a curve.

        One by Lambert's function counts as a curve: its values come from there.
        """
        solved = self.exact.solved
        if not isinstance(solved.formula, Tape):
            return None
        if has_lambert(solved.formula):
            return None
        tape = solved.formula
        return replace(self, tape=tape if solved.holds is None else unless(tape, solved.holds))

    @property
    def begun(self) -> str:
        """The name of the time at which a piece begins."""
        return self.piece.system.parameters[-self.whole.n_states - 1]

    @property
    def starts(self) -> tuple[str, ...]:
        """The names of the states there."""
        return self.piece.system.parameters[-self.whole.n_states :]

    def on(
        self,
        builder: Builder,
        elapsed: Value | float,
        begun: Value | float,
        y: Sequence[Value | float],
        switches: Sequence[Value],
    ) -> list[Value]:
        """Return the states, on a tape that has the parameters as inputs."""
        own = [builder.input(n) for n in self.whole.parameters]
        return builder.inline(self.tape, [elapsed, *own, *switches, begun, *y])

    def switches(self, builder: Builder, time: Value | float) -> list[Value]:
        """Return what jumps, at a time."""
        own = [builder.input(n) for n in self.whole.parameters]
        return builder.inline(self.piece.switches, [time, *own])

    def values(
        self, precise: Precise, point: Mapping[str, Any], begun: Any, end: Any, y: Sequence[Any]
    ) -> list[Any]:
        """Return the states at the end of a piece with many digits.

        Parameters
        ----------
        precise
            The arithmetic.
        point
            The parameters.
        begun, end
            The times; nothing jumps between them.
        y
            The states at the begin.
        """
        time = self.whole.time
        switches = precise(self.piece.switches, {**point, time: (begun + end) / 2})
        names = self.piece.system.parameters[self.whole.n_parameters :]
        held = dict(zip(names, (*switches, begun, *y), strict=True))
        at = {**point, **held, time: end - begun}
        found: dict[str, Any] = {}
        for part in self.exact.parts:
            found.update(zip(part.states, values_of(part.solved, precise, at), strict=True))
        return [found[s] for s in self.whole.states]
