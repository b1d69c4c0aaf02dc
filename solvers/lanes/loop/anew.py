"""How lanes begin anew where an event was: with new slopes, and with a first step if states leapt.

A lane in which more happened than lanes know of goes back to where its step began.
"""

from __future__ import annotations

from ...kernels.page import Page, literal
from ..layout import NOTHING, REPEAT
from .frame import Frame
from .work import Work

SLOPES, STEPS, _BROKEN = 1.0, 2.0, 3.0  # how one begins anew, and if it cannot


def anew(work: Work) -> list[Page]:
    """Write ``anew``: slopes and first steps of all lanes that begin anew.

    It returns whether a slope is no number.
    """
    f = work.frame("i64 @anew(ptr %w)")
    page, vector, n = f.page, work.machine.vector, f.layout.n
    step = work.stepper.begin(f, "", "anew f")
    (how,), (h,) = f.rows("anew", 1), f.rows("h", 1)
    which = page.compare("ogt", how, page.every(0.0))
    total = page.local(vector)
    page.store(vector, page.every(0.0), total)
    with page.loop(n) as s:
        slope = f.at("anew f", s)
        f.put("f", s, page.choose(which, slope, f.at("f", s)))
        for value in (slope, f.at("y", s)):
            nothing = page.do_all("fmul", value, page.every(0.0))
            page.store(vector, page.do_all("fadd", page.fetch(vector, total), nothing), total)
    direction = page.splat(f.head("direction", "double"))
    new = page.compare("oeq", how, page.every(STEPS))
    f.keep("h", [page.choose(new, page.do_all("fmul", step, direction), h)])
    broken = page.compare("uno", page.fetch(vector, total), page.every(0.0))
    broken = page.both(which, broken)
    f.keep("anew", [page.choose(broken, page.every(_BROKEN), page.every(0.0))])
    integers = work.machine.integers
    minus = page.put(f"sext {work.machine.truths} {which} to {integers}")
    count = page.put(f"sub {integers} {f.integers('begun')}, {minus}")
    f.keep("begun", [count], integers)
    page.leave(f"ret i64 {page.put(f'zext i1 {page.any(broken)} to i64')}")
    return [page]


def give_up(f: Frame, lane: str) -> None:
    """Write that a lane goes back to where its step began: it is made once more and then left."""
    page = f.page
    f.set("t", lane, f.get("from", lane))
    with page.loop(f.layout.n) as row:
        old = page.fetch("double", f.cell("old", lane, row))
        page.store("double", old, f.cell("y", lane, row))
    steps = page.put(f"sub i64 {f.get('n_steps', lane, 'i64')}, 1")
    f.set("n_steps", lane, steps, "i64")
    f.set("sought", lane, literal(REPEAT))
    f.set("anew", lane, literal(SLOPES))


def forget(f: Frame, lane: str) -> None:
    """Write that nothing is sought in a lane any more."""
    f.set("sought", lane, literal(NOTHING))


def is_broken(f: Frame, lane: str) -> str:
    """Write whether a lane could not begin anew."""
    return f.page.put(f"fcmp oeq double {f.get('anew', lane)}, {literal(_BROKEN)}")
