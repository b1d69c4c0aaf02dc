"""Steps of small systems, each one stretch of straight code over all states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...compose.program import Integrator, Iterated, Program
from ...kernels.llvm import write
from ...kernels.page import Machine, Page
from ..layout import MOST_VECTORS, Layout
from .frame import Frame, bind
from .iteration import Iteration
from .one_piece import OnePiece
from .turns import InTurn


@dataclass(frozen=True)
class Whole:
    """How lanes step by the tapes of an integrator.

    Parameters
    ----------
    integrator
        The tapes.
    probes
        The look at conditions in every step, or None where there are none.
    """

    integrator: Integrator
    probes: Program | None = None

    @property
    def n_stages(self) -> int:
        """Evaluations of the vector field per attempted step."""
        return self.integrator.n_stages

    @property
    def dense_rows(self) -> tuple[int, ...]:
        """Which of the kept slopes dense output needs: all."""
        return tuple(range(self.integrator.n_kept))

    @property
    def looped(self) -> bool:
        """Whether steps are loops over states."""
        return False

    @property
    def handed_on(self) -> tuple[tuple[str, int | None], ...]:
        """What the parts of a step hand on to one another, where it has any."""
        step = self.integrator.step
        return step.hands_on if isinstance(step, Iterated) else ()

    def pages(self, machine: Machine, layout: Layout, declared: dict[str, str]) -> list[Page]:
        """Return the functions that the others need: the parts of a step that has any."""
        step = self.integrator.step
        if isinstance(step, Program):
            return []
        again = [name for name, _ in step.hands_on][1:]
        n, results = layout.n, ("new", "error", "slope", "kept")
        lengths = dict(step.hands_on)
        handed = [(name, lengths[name] or 1) for name in lengths]
        made = list(zip(results, (n, n, n, n * layout.n_kept), strict=True))
        return [
            _part(Page(machine, f"i64 @{part.name}(ptr %w, {machine.vector} %t, "
                       f"{machine.vector} %h)", declared), layout, part, outputs)
            for part, outputs in (
                (step.prepare, handed),
                (step.repeat, [x for x in handed if x[0] in again]),
                (step.close, made),
            )
        ]  # fmt: skip

    def shared(self, machine: Machine) -> str:
        """Return no module: everything is a system's own."""
        del machine
        return ""

    def begin(self, f: Frame, of: str, to: str) -> str:
        """Write the slopes of where lanes stand to some rows; return their first steps."""
        page, layout = f.page, f.layout
        t, limit = f.rows(f"{of}t", 1), f.rows(f"{of}limit", 1)
        span = page.do_all("fsub", page.splat(f.head("t_end", "double")), t[0])
        values = {
            "t": t, "span": [span], "limit": limit, "rtol": [page.splat(f.head("rtol", "double"))],
        }  # fmt: skip
        counts = {"y": layout.n, "p": layout.m, "atol": layout.n}
        rows = {name: f.rows(f"{of}{name}", count) for name, count in counts.items()}
        program = self.integrator.begin
        step, *slope = write(page, program.tape, bind(program, values | rows))
        f.keep(to, slope)
        return step

    def dense(self, f: Frame, theta: str, put: Callable[[str, str], None]) -> None:
        """Write the states of one lane at fractions of its step, each put where it belongs."""
        n, n_kept = f.layout.n, f.layout.n_kept
        rows = (("h", "tried", 1), ("y", "old", n), ("z", "new", n), ("k", "kept", n * n_kept))
        values = {x: [f.spread(name, i) for i in range(count)] for x, name, count in rows}
        program = self.integrator.interpolate
        words = write(f.page, program.tape, bind(program, values | {"theta": [theta]}))
        for i, word in enumerate(words):
            put(str(i), word)

    def iteration(self, frame: Frame, *, adaptive: bool) -> Iteration:
        """Return the writer of an iteration."""
        in_turn = frame.page.machine.vectors == MOST_VECTORS
        kind = InTurn if in_turn and adaptive else OnePiece
        return kind(self.integrator, self.probes, frame, adaptive=adaptive)


def _part(page: Page, layout: Layout, part: Program, outputs: Sequence[tuple[str, int]]) -> Page:
    """Write a part of a step, from rows to rows."""
    f = Frame(page, layout)
    values = {name: f.rows(name, length) for name, length in part.arguments if length is not None}
    values |= {"t": ["%t"], "h": ["%h"], "limit": f.rows("limit", 1)}
    words = write(page, part.tape, bind(part, values))
    for name, length in outputs:
        f.keep(name, words[:length])
        words = words[length:]
    page.leave("ret i64 0")
    return page
