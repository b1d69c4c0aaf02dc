"""Steps made again and again, of ever better lengths, up to the very time a condition turns.

This goes on in the lanes where it is needed, while the others step on. The time is that from which
the condition holds at the end of a step of its own, to a few roundings, as in `settle`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...compose.probes import bracket
from ...events.crossings import PROBES
from ...events.settle import CLOSE, SECANTS
from ...kernels.llvm import write
from ...kernels.page import Page
from ..layout import NOTHING, REPEAT, SOUGHT
from .frame import Frame, bind

MOST = 60.0  # attempts: halving alone takes as many as a number has bits
_BEGUN, _FOUND = 1.0, 2.0


class Search:
    """The searches that are under way in the lanes; made where an iteration begins.

    Parameters
    ----------
    frame
        Where to.
    """

    def __init__(self, frame: Frame) -> None:
        self.f, self.page = frame, frame.page
        (self.sought,) = frame.rows("sought", 1)
        page = frame.page
        self.seeking = page.compare("ogt", self.sought, page.every(NOTHING))
        self.repeating = page.compare("olt", self.sought, page.every(NOTHING))
        self.busy = self._either(self.seeking, self.repeating)

    def lengths(self, t: str, goal: str, last: str, tried: str) -> tuple[str, str]:
        """Write which steps reach their goal, and how long each is."""
        page = self.page
        (at,), (whole,) = self.f.rows("aim", 1), self.f.rows("whole", 1)
        ends = page.compare("oeq", whole, page.do_all("fsub", goal, t))
        last = page.both(last, page.other(self.busy))
        last = self._either(last, page.both(self.repeating, ends))
        tried = page.choose(self.seeking, page.do_all("fsub", at, t), tried)
        return last, page.choose(self.repeating, whole, tried)

    def reached(self, otherwise: str) -> str:
        """Write when steps end."""
        return self.page.choose(self.seeking, self.f.rows("aim", 1)[0], otherwise)

    def judged(self, accept: str) -> str:
        """Write which steps are accepted unless something turned in them."""
        return self._either(self.page.both(accept, self.page.other(self.busy)), self.repeating)

    def go_on(
        self, may_begin: str, span: tuple[str, str, str], held: Sequence[str], values: Sequence[str]
    ) -> tuple[str, str]:
        """Write how searches begin and go on; return which began, and which came to their end.

        Parameters
        ----------
        may_begin
            In which lanes a search may begin.
        span
            When the step began, its length, and when it ends.
        held, values
            Of the conditions of events, as from `probes`.
        """
        f, page = self.f, self.page
        f.keep("verdict", [page.every(0.0)])
        wanted = page.put(f"or {page.machine.truths} {may_begin}, {self.seeking}")
        with page.when(page.any(wanted)):
            self._go_on(may_begin, span, held, values)
        (verdict,) = f.rows("verdict", 1)
        begun = page.compare("oeq", verdict, page.every(_BEGUN))
        return begun, page.compare("oeq", verdict, page.every(_FOUND))

    def _go_on(
        self, may_begin: str, span: tuple[str, str, str], held: Sequence[str], values: Sequence[str]
    ) -> None:
        f, page = self.f, self.page
        t, tried, end = span
        program = bracket(f.layout.inside)
        which, *fractions, below, _, guess = write(
            page, program.tape, bind(program, {"held": held, "value": values})
        )
        begins = page.both(may_begin, page.compare("oge", which, page.every(0.0)))
        first, second, about = (
            page.do_all("fadd", t, page.do_all("fmul", x, tried)) for x in (*fractions, guess)
        )
        whole = page.compare("oge", fractions[1], page.every(1.0))
        value = self._own(values)
        holds = page.both(self.seeking, page.compare("ogt", value, page.every(0.0)))
        sides = self._sides(begins, holds, (first, page.choose(whole, end, second)))
        aim, found = self._aim(begins, holds, value, sides, (about, end))
        (at,) = f.rows("aim", 1)
        rows = (*sides, aim, page.choose(begins, first, at), page.choose(begins, below, value))
        self._keep(begins, found, dict(zip(SOUGHT, rows, strict=True)))
        f.keep("whole", [page.choose(begins, tried, f.rows("whole", 1)[0])])
        f.keep("sought", [page.choose(begins, which, f.rows("sought", 1)[0])])
        self._count()

    def _sides(self, begins: str, holds: str, first: tuple[str, str]) -> tuple[str, str]:
        """Write the times around where a condition turns, from the first ones inwards."""
        page = self.page
        low, high, at = (self.f.rows(name, 1)[0] for name in SOUGHT[:3])
        below = page.both(self.seeking, page.other(holds))
        low, high = page.choose(below, at, low), page.choose(holds, at, high)
        return page.choose(begins, first[0], low), page.choose(begins, first[1], high)

    def _aim(
        self, begins: str, holds: str, value: str, sides: tuple[str, str], first: tuple[str, str]
    ) -> tuple[str, str]:
        """Write the time to try next, and whether the last one was near enough.

        It is where a straight line through the last two values is zero, aimed a little behind it;
        or the middle, if that is not between the sides or there have been many.
        """
        page, (low, high) = self.page, sides
        _, _, at, last_at, last_value, tries = (
            self.f.rows(name, 1)[0] for name in (*SOUGHT, "tries")
        )
        near = page.do_all("fmul", ulp(page, page.choose(begins, first[1], at)),
                           page.every(float(CLOSE)))  # fmt: skip
        slope = page.do_all("fdiv", page.do_all("fsub", value, last_value),
                            page.do_all("fsub", at, last_at))  # fmt: skip
        off = page.do_all("fdiv", value, slope)
        aim = page.do_all("fadd", page.do_all("fsub", at, off), near)
        aim = page.choose(begins, first[0], aim)
        closed = page.compare("ole", page.do_all("fsub", high, low),
                              page.do_all("fadd", near, near))  # fmt: skip
        exact = page.compare("ole", page.known("fabs", off), near)
        inner = page.both(page.compare("olt", low, aim), page.compare("olt", aim, high))
        inner = page.both(inner, page.compare("ole", tries, page.every(float(SECANTS))))
        middle = page.do_all("fmul", page.every(0.5), page.do_all("fadd", low, high))
        aim = self._between(page.choose(inner, aim, middle), low, high, near)
        return page.choose(closed, high, aim), page.both(holds, self._either(closed, exact))

    def _keep(self, begins: str, found: str, rows: Mapping[str, str]) -> None:
        """Write down where searches are; those that take too long are given up."""
        f, page = self.f, self.page
        on = page.both(self.seeking, page.other(found))
        (tries,) = f.rows("tries", 1)
        tired = page.both(on, page.compare("ogt", tries, page.every(MOST)))
        more = page.do_all("fadd", tries, page.every(1.0))
        rows = {**rows, "tries": page.choose(begins, page.every(0.0), more)}
        moving = self._either(begins, on)
        for name, new in rows.items():
            f.keep(name, [page.choose(moving, new, f.rows(name, 1)[0])])
        f.keep("sought", [page.choose(tired, page.every(REPEAT), self.sought)])
        verdict = page.choose(begins, page.every(_BEGUN), page.every(0.0))
        f.keep("verdict", [page.choose(found, page.every(_FOUND), verdict)])

    def _own(self, values: Sequence[str]) -> str:
        """Write the value at the end of the step of the condition that is sought."""
        page = self.page
        ends = values[len(PROBES) - 1 :: len(PROBES)]
        own = ends[0]
        for c, value in enumerate(ends[1:], 1):
            own = page.choose(page.compare("oeq", self.sought, page.every(float(c))), value, own)
        return own

    def _between(self, x: str, low: str, high: str, near: str) -> str:
        """Write a time that differs by more than rounding from those around it."""
        page = self.page
        least, most = page.do_all("fadd", low, near), page.do_all("fsub", high, near)
        x = page.choose(page.compare("olt", x, least), least, x)
        return page.choose(page.compare("ogt", x, most), most, x)

    def _count(self) -> None:
        """Write how often steps have been made again."""
        page, integers = self.page, self.page.machine.integers
        minus = page.put(f"sext {page.machine.truths} {self.seeking} to {integers}")
        count = self.f.integers("retaken")
        self.f.keep("retaken", [page.put(f"sub {integers} {count}, {minus}")], integers)

    def _either(self, a: str, b: str) -> str:
        return self.page.put(f"or {self.page.machine.truths} {a}, {b}")


def ulp(page: Page, number: str) -> str:
    """Write how far the next larger numbers are away from some."""
    vector, integers = page.machine.vector, page.machine.integers
    size = page.known("fabs", number)
    bits = page.put(f"bitcast {vector} {size} to {integers}")
    bits = page.put(f"add {integers} {bits}, {page.every_integer(1)}")
    return page.do_all("fsub", page.put(f"bitcast {integers} {bits} to {vector}"), size)
