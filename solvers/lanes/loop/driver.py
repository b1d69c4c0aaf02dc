"""Lanes: the code that integrates trajectories side by side, each at its own time and step.

W trajectories are the lanes of a vector. Each iteration attempts one step in every lane; a lane
whose outputs are due, or whose trajectory ended, is attended to alone, and an ended one is refilled
with the next trajectory. Nothing a lane computes depends on its number or on its neighbours.

What happens to a trajectory on its way happens in its lane where that is simple. Otherwise it
leaves its lane, where something falls due, or when a condition may have turned in its last step,
and comes back as if it had never begun, from where it stands by then.
"""

from __future__ import annotations

from ....models.tape import Tape
from ...compose.leaps import Leaps
from ...compose.program import Program
from ...kernels.llvm import module
from ...kernels.page import WORD, Machine, Page
from ..layout import Layout
from .attend import attend
from .happen import happen
from .leave import blame, finish
from .outputs import outputs, see
from .refill import begin, fill, stage
from .work import Stepper, Work

SIGNATURES = (("begin", "vp"), ("run", "qpq"), ("again", "qp"))
ORDER = 3  # words: an address, bytes, iterations


def kernel(
    stepper: Stepper, machine: Machine, layout: Layout, *, adaptive: bool,
    tally: Tape | None = None, leaps: Leaps | None = None, hidden: Program | None = None,
    poles: Program | None = None,
) -> tuple[str, str]:  # fmt: skip
    """Return the module that integrates: what is run in every step, and what is run seldom.

    Its functions are ``begin(block)``, which fills the lanes, ``run(block, iterations)``, which
    returns how many lanes are still at work, and ``again(order)``, which does both over memory that
    is made what it was at first, and of a trajectory that came to its end returns the status, made
    negative; `layout` says what the block and the record hold. The order is the block's address,
    its bytes, iterations, and all that the block is at first: to hand over one address takes a
    third of the time of four numbers.

    Parameters
    ----------
    stepper
        Who writes the steps.
    machine
        What the code may count on.
    layout
        Of the memory.
    adaptive
        Whether steps are chosen by the error; else all are as long as the first.
    tally
        What is added up at outputs, in place of keeping the states there; see `Tally`.
    leaps
        The events of the system, where it has any.
    hidden
        How many tolerances a step may hide, where the rates have pulses.
    poles
        The look for poles in a step, where states drive what the rates divide by.
    """
    work = Work(stepper, machine, layout, adaptive, tally, leaps, hidden, poles, {})
    writers = (begin, stage, fill, blame, finish, _again)
    seldom = [*(write(work) for write in writers), *attend(work), *happen(work)]
    often = [_run(work), outputs(work), *see(work)]
    often += stepper.pages(machine, layout, work.declared)
    if machine.width > 1:  # lanes are refilled all the time
        return module([*seldom, *often], work.declared), ""
    return module(often, work.declared), module(seldom, work.declared)


def _run(work: Work) -> Page:
    """Write ``run``: so many iterations, or fewer when all is done."""
    f = work.frame("i64 @run(ptr %w, i64 %count)")
    iteration = work.stepper.iteration(f, adaptive=work.adaptive)
    iteration.hidden, iteration.poles = work.hidden, work.poles
    with f.page.loop("%count"):
        iteration.hurry()
        iteration.write()
    f.page.leave(f"ret i64 {f.head('live')}")
    return f.page


def _again(work: Work) -> Page:
    """Write ``again``: all from the beginning, in one call."""
    f = work.frame("i64 @again(ptr %order)")
    f.page.do(f"%w = load ptr, ptr %order, align {WORD}")
    size, count = (f.page.fetch("i64", f.page.place("%order", i)) for i in (1, 2))
    origin = f.page.place("%order", ORDER)
    copy = "llvm.memcpy.p0.p0.i64"
    work.declared[copy] = f"declare void @{copy}(ptr, ptr, i64, i1 immarg)"
    f.page.do(f"call void @{copy}(ptr %w, ptr {origin}, i64 {size}, i1 false)")
    f.page.do("call void @begin(ptr %w)")
    live = f.page.call("i64", "run", "ptr %w", f"i64 {count}")
    with f.page.when(f.page.put(f"icmp sgt i64 {live}, 0")):
        f.page.leave(f"ret i64 {live}")
    status = f.page.fetch("i64", f.entry("status", "0"))
    f.page.leave(f"ret i64 {f.page.put(f'sub i64 0, {status}')}")
    return f.page
