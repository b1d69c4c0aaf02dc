"""Iterations of one vector of lanes after another, each making a part of its step at a time.

What is told of the next step waits for what this one came to, and each term of a series for the
last: meanwhile a processor has other vectors at work.
"""

from __future__ import annotations

from ...compose.program import Integrator, Program
from ...kernels.page import WORD
from ...kernels.parts import Parts
from .frame import Frame
from .memory import Memory
from .one_piece import OnePiece

OF_CONTROL = 12  # operations of a part of the control, which is one chain, about


class InTurn(OnePiece):
    """An iteration in parts, where nothing but steps happens on the way."""

    def __init__(
        self, integrator: Integrator, probes: Program | None, frame: Frame, *, adaptive: bool
    ) -> None:
        n, n_kept, page = frame.layout.n, frame.layout.n_kept, frame.page
        step, control = integrator.step, integrator.control
        assert isinstance(step, Program)
        found = [("new", i) for i in range(n)]
        kept = [("kept", i) for i in range(n * n_kept)]
        self.memory = Memory(frame, step, [*found, *[None] * (2 * n), *kept], called={"h": "tried"})
        self.parts = Parts(
            page, step.tape, self.memory.given, self.memory.row, range(3 * n), stored=True
        )
        error = [page.local(page.machine.vector) for _ in range(n)]
        self.memory.own |= {n + i: place for i, place in enumerate(error)}
        self.marked = page.local("i64")
        with frame.narrow():
            super().__init__(integrator, probes, frame, adaptive=adaptive)
        self.verdict = Memory(
            frame,
            control,
            [None] * 4,
            {"rtol": [self.shared["rtol"]]},
            {"z": "new", "e": error, "h": "tried"},
        )
        self.judging = Parts(
            page, control.tape, self.verdict.given, self.verdict.row, range(1, 4), coarse=True,
            longest=OF_CONTROL,
        )  # fmt: skip

    def write(self) -> None:
        """Write the parts of a step, then those of its judgement, and what follows from it."""
        f, page, n = self.f, self.page, self.n
        page.store("i64", "0", self.marked)
        for number in range(len(self.parts.parts)):
            with f.vector_by_vector() as self.memory.place:
                self.parts.begin()
                if number == 0:
                    self._set_out()
                self.parts.part(number)
                if number == len(self.parts.parts) - 1:
                    self.memory.keep(self.parts, range(3 * n))
        for number in range(len(self.judging.parts)):
            with f.vector_by_vector() as place:
                self.memory.place = self.verdict.place = place
                self.judging.begin()
                self.judging.part(number)
                if number == len(self.judging.parts) - 1:
                    super().write()
        marked = page.fetch("i64", self.marked)
        with page.when(page.put(f"icmp ne i64 {marked}, 0")):
            super().wanted(marked)

    def _set_out(self) -> None:
        """Write down the step to try."""
        h, _, tried = super()._try(*(self.f.rows(name, 1)[0] for name in ("t", "h", "goal")))
        self.f.keep("h", [h])
        self.f.keep("tried", [tried])

    def _try(self, t: str, h: str, goal: str) -> tuple[str, str, str]:
        """Return the step, whether it reaches the goal, and what was tried of it."""
        (tried,) = self.f.rows("tried", 1)
        return h, self.page.compare("oeq", tried, self.page.do_all("fsub", goal, t)), tried

    def attempt(self, t: str, tried: str, limit: str) -> None:
        """Write the reading of what the step came to."""
        f, n = self.f, self.n
        self.begun = t
        self.y, self.f0, self.new = (f.rows(name, n) for name in ("y", "f", "new"))
        vector = self.machine.vector
        self.slope = [self.page.fetch(vector, self.memory.row(2 * n + i)) for i in range(n)]

    def judge(self, tried: str, before: str) -> tuple[str, str, str]:
        """Write whether it is accepted, the factor to the next, and what to remember of it."""
        accept, factor, noted = (self.judging.output(o) for o in range(1, 4))
        return accept, factor, noted

    def keep(self) -> None:
        """Write what dense output needs."""
        self.f.keep("old", self.y)
        self.parts.begin()
        # The rows hold the new ones by now.
        self.memory.known = {"t": [self.begun], "y": self.y, "f": self.f0}
        rest = range(3 * self.n, len(self.parts.tape.outputs))
        self.parts.write([o for o in rest if not self.parts.at_home(o)])
        self.memory.keep(self.parts, rest)

    def wanted(self, lanes: str) -> None:
        """Write down which lanes of a vector need something."""
        page = self.page
        number = page.put(f"lshr i64 {self.memory.place}, {WORD.bit_length() - 1}")
        here = page.put(f"shl i64 {lanes}, {number}")
        page.store("i64", page.put(f"or i64 {page.fetch('i64', self.marked)}, {here}"), self.marked)
