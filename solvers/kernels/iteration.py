"""One attempted step in every lane: the inside of the loop over steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..control import CLOSE, FIRST_NORM
from ..integrator import Integrator
from ..status import Status
from .frame import Frame, bind
from .llvm import write

FEWEST_ULPS = 16.0  # of the time: a step of fewer is too small
_SHARED = ("t_end", "rtol", "longest", "direction")


class _Attempt(NamedTuple):
    """The words of an attempted step: its length, its judgement, and its outcome."""

    tried: str
    last: str
    accept: str
    new: Sequence[str]
    slope: Sequence[str]
    kept: Sequence[str]


class Iteration:
    """The writer of one iteration; made before the loop, for what all iterations share.

    Parameters
    ----------
    integrator
        The tapes.
    frame
        Where to.
    adaptive
        Whether steps are chosen by the error.
    """

    def __init__(self, integrator: Integrator, frame: Frame, *, adaptive: bool) -> None:
        self.integrator, self.f, self.page = integrator, frame, frame.page
        self.adaptive = adaptive
        self.n, self.m = frame.layout.n, frame.layout.m
        self.machine = frame.page.machine
        self.shared = {x: self.page.splat(frame.head(x, "double")) for x in _SHARED}
        self.limit = self.page.splat(frame.head("max_steps"), "i64")

    def write(self) -> None:
        """Write the attempt, its judgement, and what follows from it."""
        f, page = self.f, self.page
        (self.t,), (h,) = f.rows("t", 1), f.rows("h", 1)
        self.y, self.slope = f.rows("y", self.n), f.rows("f", self.n)
        self.p, self.atol = f.rows("p", self.m), f.rows("atol", self.n)
        h, last, tried = self._try(h)
        new, error, slope, kept = self._attempt(tried)
        accept, factor = self._judge(new, error)
        found = _Attempt(tried, last, accept, new, slope, kept)
        t, following = self._advance(found, h, factor)
        code, ended = self._end(found, t, following)
        with page.when(self._special(accept, t, ended)):
            self._note(found, code)
            page.call("i64", "attend", "ptr %w")
            with page.when(page.put(f"icmp sle i64 {f.head('live')}, 0")):
                page.leave("ret i64 0")

    def _try(self, h: str) -> tuple[str, str, str]:
        """Write the step to try: no longer than allowed, and just to the end where it is near."""
        page, longest = self.page, self.shared["longest"]
        longer = page.compare("ogt", page.known("fabs", h), longest)
        h = page.choose(longer, page.known("copysign", longest, h), h)
        left = page.do_all("fsub", self.shared["t_end"], self.t)
        near = page.do_all("fmul", page.known("fabs", left), page.every(CLOSE))
        last = page.compare("oge", page.known("fabs", h), near)
        return h, last, page.choose(last, left, h)

    def _attempt(self, tried: str) -> tuple[list[str], list[str], list[str], list[str]]:
        program, n = self.integrator.attempt, self.n
        values = {
            "t": [self.t], "h": [tried], "limit": [self.shared["t_end"]], "y": self.y,
            "f": self.slope, "p": self.p,
        }  # fmt: skip
        words = write(self.page, program.tape, bind(program, values))
        return words[:n], words[n : 2 * n], words[2 * n : 3 * n], words[3 * n :]

    def _judge(self, new: Sequence[str], error: Sequence[str]) -> tuple[str, str]:
        """Write whether each step is accepted, and the factor to the next."""
        page = self.page
        if not self.adaptive:
            return page.always, page.every(1.0)
        program = self.integrator.control
        (before,) = self.f.rows("before", 1)
        values = {
            "y": self.y, "z": new, "e": error, "atol": self.atol,
            "rtol": [self.shared["rtol"]], "before": [before],
        }  # fmt: skip
        norm, accept, factor = write(page, program.tape, bind(program, values), coarse=True)
        accepted = page.compare("ogt", accept, page.every(0.0))
        least = page.every(FIRST_NORM)
        noted = page.choose(page.compare("ogt", norm, least), norm, least)
        self.f.keep("before", [page.choose(accepted, noted, before)])
        return accepted, factor

    def _advance(self, found: _Attempt, h: str, factor: str) -> tuple[str, str]:
        """Write where each lane is now, and its next step; return the new time and that step."""
        f, page, accept = self.f, self.page, found.accept
        sum_ = page.do_all("fadd", self.t, found.tried)
        t = page.choose(accept, page.choose(found.last, self.shared["t_end"], sum_), self.t)
        # A last step was cut short: it says nothing about the step size that fits.
        whole = page.both(accept, found.last)
        following = page.choose(whole, h, page.do_all("fmul", found.tried, factor))
        f.keep("t", [t])
        f.keep("h", [following])
        f.keep("y", [page.choose(accept, a, b) for a, b in zip(found.new, self.y, strict=True)])
        pairs = zip(found.slope, self.slope, strict=True)
        f.keep("f", [page.choose(accept, a, b) for a, b in pairs])
        return t, following

    def _end(self, found: _Attempt, t: str, h: str) -> tuple[str, str]:
        """Write how each lane ends: a status, or -1 where it goes on; and where it ends at all."""
        page, machine = self.page, self.machine
        finite = self._finite([*found.new, *found.slope])
        arrived = page.both(page.both(found.accept, found.last), finite)
        code, ended = page.every_integer(-1), arrived
        for which, status in (
            (self._too_many(found.accept), Status.MAX_STEPS),
            (self._too_small(t, h), Status.STEP_TOO_SMALL),
            (page.both(found.accept, page.other(finite)), Status.NOT_FINITE),
            (arrived, Status.SUCCESS),
        ):
            value, integers = page.every_integer(int(status)), machine.integers
            code = page.put(
                f"select {machine.truths} {which}, {integers} {value}, {integers} {code}"
            )
            ended = page.put(f"or {machine.truths} {ended}, {which}")
        return code, ended

    def _finite(self, values: Sequence[str]) -> str:
        """Write whether all values are finite: nothing of them adds up to a number."""
        zero = total = self.page.every(0.0)
        for value in values:
            total = self.page.do_all("fadd", total, self.page.do_all("fmul", value, zero))
        return self.page.compare("ord", total, zero)

    def _too_small(self, t: str, h: str) -> str:
        """Write whether a step is but a few of the last bits of its time."""
        page, vector, integers = self.page, self.machine.vector, self.machine.integers
        step, time = page.known("fabs", h), page.known("fabs", t)
        size = page.choose(page.compare("ogt", time, step), time, step)
        bits = page.put(f"bitcast {vector} {size} to {integers}")
        bits = page.put(f"add {integers} {bits}, {page.every_integer(1)}")
        above = page.put(f"bitcast {integers} {bits} to {vector}")
        ulp = page.do_all("fsub", above, size)
        return page.compare("ole", step, page.do_all("fmul", ulp, page.every(FEWEST_ULPS)))

    def _too_many(self, accept: str) -> str:
        """Write the counting of steps, and whether they are as many as allowed."""
        page, truths, integers = self.page, self.machine.truths, self.machine.integers
        counts: list[str] = []
        for name, which in (("n_steps", accept), ("n_rejected", page.other(accept))):
            minus = page.put(f"sext {truths} {which} to {integers}")
            counts.append(page.put(f"sub {integers} {self.f.integers(name)}, {minus}"))
            self.f.keep(name, counts[-1:], integers)
        total = page.put(f"add {integers} {counts[0]}, {counts[1]}")
        return page.put(f"icmp sge {integers} {total}, {self.limit}")

    def _special(self, accept: str, t: str, ended: str) -> str:
        """Write whether any lane at work ended, or reached the time of an output."""
        page, direction = self.page, self.shared["direction"]
        (due,) = self.f.rows("due", 1)
        there, here = (page.do_all("fmul", direction, x) for x in (due, t))
        behind = page.both(accept, page.compare("ole", there, here))
        wanted = page.put(f"or {self.machine.truths} {ended}, {behind}")
        index, integers = self.f.integers("index"), self.machine.integers
        at_work = page.put(f"icmp sgt {integers} {index}, {page.every_integer(-1)}")
        return page.any(page.both(wanted, at_work))

    def _note(self, found: _Attempt, code: str) -> None:
        """Write what those who attend to single lanes need to know of the step."""
        f, truths, integers = self.f, self.machine.truths, self.machine.integers
        f.keep("from", [self.t])
        f.keep("tried", [found.tried])
        good = self.page.put(f"zext {truths} {found.accept} to {integers}")
        f.keep("good", [good], integers)
        f.keep("code", [code], integers)
        f.keep("old", self.y)
        f.keep("new", found.new)
        f.keep("kept", found.kept)
