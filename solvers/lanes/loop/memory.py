"""Where the parts of a program find their inputs, and leave for one another what they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...compose.program import Program
from ...kernels.parts import Parts
from .frame import Frame


class Memory:
    """The memory of a program written in parts, one vector of lanes after another.

    Parameters
    ----------
    frame
        Of the lanes.
    program
        The program.
    known
        Words for the elements of arguments that are not read from rows.
    called
        Addresses or names of the rows of arguments, where they are not called like these.
    outputs
        For each output the name and number of its row, or None where it has none in the layout.
    """

    def __init__(
        self, frame: Frame, program: Program, outputs: Sequence[tuple[str, int] | None],
        known: Mapping[str, Sequence[str]] | None = None,
        called: Mapping[str, Sequence[str] | str] | None = None,
    ) -> None:  # fmt: skip
        self.f, self.outputs, self.place = frame, outputs, "0"
        self.known: Mapping[str, Sequence[str]] = known or {}
        self.called: Mapping[str, Sequence[str] | str] = called or {}
        self.inputs = [
            (name, i)
            for name, length in program.arguments
            for i in range(1 if length is None else length)
        ]
        self.vector = frame.page.machine.vector
        self.own: dict[int, str] = {}

    def given(self, position: int) -> str:
        """Write the reading of an input."""
        name, i = self.inputs[position]
        if name in self.known:
            return self.known[name][i]
        row = self.called.get(name, name)
        if isinstance(row, str):
            return self.f.rows(row, i + 1, i)[0]
        page = self.f.page
        return page.fetch(page.machine.vector, page.place(row[i], self.place, 1))

    def row(self, number: int) -> str:
        """Return the address of an output, or of what else is handed on."""
        page = self.f.page
        at = self.outputs[number] if number < len(self.outputs) else None
        if at is not None:
            return page.place(self.f.lanes, self.f.layout.row(*at))
        if number not in self.own:
            self.own[number] = page.local(self.vector)
        return page.place(self.own[number], self.place, 1)

    def keep(self, parts: Parts, outputs: Sequence[int]) -> None:
        """Write outputs to their rows, where they are not there yet."""
        for o in outputs:
            if not parts.at_home(o):
                parts.page.store(parts.page.machine.vector, parts.output(o), self.row(o))
