"""Many steps of a fixed length at once: those before anything can fall due in any lane.

Between them nothing is asked. If a state was no number after the last, or time too large for the
step, they count as not taken, and are taken again one by one, each of them looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .frame import Frame

MOST = 1024  # of one stretch: an interrupt waits for its end
SPARE = 2.0  # steps before the next output or end that are left to be looked at


class Stepping(Protocol):
    """What writes the steps."""

    f: Frame
    new: list[str]
    slope: list[str]

    def attempt(self, t: str, tried: str, limit: str) -> None:
        """Write an attempted step from a time."""
        ...

    def in_parts(self) -> None:
        """Write a step of one vector of lanes after another, and what it comes to."""
        ...

    def finite(self) -> str:
        """Write whether what it came to is finite."""
        ...

    def too_small(self, t: str, h: str) -> str:
        """Write whether a step is but a few of the last bits of its time."""
        ...


class Stretch:
    """The writer of a stretch; made before the loop over steps.

    Parameters
    ----------
    steps
        Who writes the steps.
    most
        Steps allowed, in all lanes.
    """

    def __init__(self, steps: Stepping, most: str) -> None:
        self.steps, self.most, self.page = steps, most, steps.f.page
        self.careful = self.page.local("i64")  # steps still to be looked at one by one
        self.page.store("i64", "0", self.careful)

    def write(self) -> None:
        """Write the steps that may be taken without a look at them."""
        page = self.page
        careful = page.fetch("i64", self.careful)
        watched = page.put(f"icmp sgt i64 {careful}, 0")
        with page.when(watched):
            page.store("i64", page.put(f"sub i64 {careful}, 1"), self.careful)
        with page.when(page.put(f"xor i1 {watched}, true")):
            count = self._count()
            with page.when(page.put(f"icmp sgt i64 {count}, 0")):
                self._take(count)

    def _take(self, count: str) -> None:
        """Write so many steps, and their withdrawal if they came to nothing."""
        f, page, integers = self.steps.f, self.page, self.page.machine.integers
        self._copy((("t", "from"), ("y", "old"), ("f", "new")))
        with page.loop(count):
            if page.machine.vectors > 1:
                self.steps.in_parts()
            else:
                t, h, limit = (f.rows(name, 1)[0] for name in ("t", "h", "limit"))
                self.steps.attempt(t, h, limit)
                f.keep("y", self.steps.new)
                f.keep("f", self.steps.slope)
                f.keep("t", [page.do_all("fadd", t, h)])
        self.steps.new, self.steps.slope = f.rows("y", f.layout.n), f.rows("f", f.layout.n)
        small = self.steps.too_small(*(f.rows(name, 1)[0] for name in ("t", "h")))
        broken = page.put(f"or {page.machine.truths} {page.other(self.steps.finite())}, {small}")
        broken = page.any(page.both(broken, self._at_work()))
        with page.when(broken):
            self._copy((("from", "t"), ("old", "y"), ("new", "f")))
            page.store("i64", count, self.careful)
        with page.when(page.put(f"xor i1 {broken}, true")):
            taken = page.put(f"add {integers} {f.integers('n_steps')}, {page.splat(count, 'i64')}")
            f.keep("n_steps", [taken], integers)

    def _copy(self, pairs: Sequence[tuple[str, str]]) -> None:
        f = self.steps.f
        for source, target in pairs:
            f.keep(target, f.rows(source, 1 if "t" in (source, target) else f.layout.n))

    def _at_work(self) -> str:
        index, integers = self.steps.f.integers("index"), self.page.machine.integers
        return self.page.put(f"icmp sgt {integers} {index}, {self.page.every_integer(-1)}")

    def _count(self) -> str:
        """Write how many steps no lane at work has anything to fall due in."""
        f, page, machine = self.steps.f, self.page, self.page.machine
        t, h, goal, due = (f.rows(name, 1)[0] for name in ("t", "h", "goal", "due"))
        left = [page.known("fabs", page.do_all("fsub", end, t)) for end in (goal, due)]
        nearest = page.choose(page.compare("olt", *left), *left)
        steps = page.do_all("fdiv", nearest, page.known("fabs", h))
        steps = page.do_all("fsub", steps, page.every(SPARE))
        some = page.both(self._at_work(), page.compare("olt", steps, page.every(float(MOST))))
        steps = page.choose(some, steps, page.every(float(MOST)))
        whole = page.put(f"fptosi {machine.vector} {steps} to {machine.integers}")
        whole = self._smaller(whole, self._room())
        return page.call(
            "i64", f"llvm.vector.reduce.smin.v{machine.width}i64", f"{machine.integers} {whole}"
        )

    def _room(self) -> str:
        """Write how many steps are allowed before the last, where a lane is at work."""
        f, page, integers = self.steps.f, self.page, self.page.machine.integers
        room = self.most
        for name in ("n_steps", "n_rejected"):
            room = page.put(f"sub {integers} {room}, {f.integers(name)}")
        room = page.put(f"sub {integers} {room}, {page.every_integer(1)}")
        idle = f"{integers} {page.every_integer(MOST)}"
        return page.put(
            f"select {page.machine.truths} {self._at_work()}, {integers} {room}, {idle}"
        )

    def _smaller(self, a: str, b: str) -> str:
        page, integers = self.page, self.page.machine.integers
        less = page.put(f"icmp slt {integers} {a}, {b}")
        return page.put(f"select {page.machine.truths} {less}, {integers} {a}, {integers} {b}")
