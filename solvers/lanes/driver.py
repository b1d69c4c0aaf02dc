"""Lanes: the code that integrates trajectories side by side, each at its own time and step.

W trajectories are the lanes of a vector. Each iteration attempts one step in every lane; a lane
whose outputs are due, or whose trajectory ended, is attended to alone, and an ended one is refilled
with the next trajectory. Nothing a lane computes depends on its number or on its neighbours.

A trajectory leaves its lane also where something falls due, or when a condition may have turned in
its last step. What happens then is not known here: it comes back as if it had never begun, from
where it stands by then.
"""

from __future__ import annotations

from ...models.tape import Tape
from ..kernels.llvm import module
from ..kernels.page import Machine, Page
from .layout import ALARM, Layout
from .leave import blame, finish
from .outputs import outputs, see
from .refill import begin, fill, stage
from .work import Stepper, Work

SIGNATURES = (("begin", "vp"), ("run", "qpq"))


def kernel(
    stepper: Stepper, machine: Machine, layout: Layout, *, adaptive: bool, tally: Tape | None = None
) -> str:
    """Return the module that integrates.

    Its functions are ``begin(block)``, which fills the lanes, and ``run(block, iterations)``, which
    returns how many lanes are still at work; `layout` says what the block and the record hold.

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
    """
    work = Work(stepper, machine, layout, adaptive, tally, {})
    writers = (begin, stage, fill, blame, finish, see, outputs, _attend, _run)
    pages = [write(work) for write in writers]
    return module([*pages, *stepper.pages(machine, layout, work.declared)], work.declared)


def _attend(work: Work) -> Page:
    """Write ``attend``: outputs and ends of the lanes that have any.

    The outputs of a step that may have to be cut are left to those who cut it.
    """
    f = work.frame("i64 @attend(ptr %w)")
    page = f.page
    with page.loop(work.layout.width) as lane:
        at_work = page.put(f"icmp sge i64 {f.get('index', lane, 'i64')}, 0")
        with page.when(at_work):
            direction = f.head("direction", "double")
            due = page.put(f"fmul double {direction}, {f.get('due', lane)}")
            reached = page.put(f"fmul double {direction}, {f.get('t', lane)}")
            wanted = page.put(f"fcmp ole double {due}, {reached}")
            code = f.get("code", lane, "i64")
            for whole in (f"icmp ne i64 {f.get('good', lane, 'i64')}, 0",
                          f"icmp ne i64 {code}, {ALARM}"):  # fmt: skip
                wanted = page.put(f"and i1 {wanted}, {page.put(whole)}")
            with page.when(wanted):
                page.call("i64", "outputs", "ptr %w", f"i64 {lane}")
            with page.when(page.put(f"icmp sge i64 {code}, 0")):
                page.call("i64", "finish", "ptr %w", f"i64 {lane}", f"i64 {code}")
                page.call("i64", "fill", "ptr %w", f"i64 {lane}")
    page.leave("ret i64 0")
    return page


def _run(work: Work) -> Page:
    """Write ``run``: so many iterations, or fewer when all is done."""
    f = work.frame("i64 @run(ptr %w, i64 %count)")
    iteration = work.stepper.iteration(f, adaptive=work.adaptive)
    with f.page.loop("%count"):
        iteration.write()
    f.page.leave(f"ret i64 {f.head('live')}")
    return f.page
