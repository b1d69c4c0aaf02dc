"""How lanes get trajectories: W at a time are staged, and one after the other taken up."""

from __future__ import annotations

from ...kernels.page import Page, literal
from ...kernels.vectors import fused
from ...status import Status
from ..layout import NOTHING
from .frame import Frame
from .tallying import take_sums
from .work import Work


def begin(work: Work) -> Page:
    """Write ``begin``: every lane gets its first trajectory."""
    f, width = work.frame("void @begin(ptr %w)"), work.layout.width
    f.set_head("live", str(width))
    with f.page.loop(width) as lane:
        f.page.call("i64", "fill", "ptr %w", f"i64 {lane}")
    f.page.leave("ret void")
    return f.page


def stage(work: Work) -> Page:
    """Write ``stage``: the next W trajectories are read, their first steps and slopes found."""
    f, layout = work.frame("i64 @stage(ptr %w)"), work.layout
    page = f.page
    first, end = f.head("next"), f.head("end")
    with page.loop(layout.width) as lane:
        wanted = page.put(f"add i64 {first}, {lane}")
        last = page.put(f"sub i64 {end}, 1")
        position = page.call("i64", "llvm.smin.i64", f"i64 {wanted}", f"i64 {last}")
        member = page.fetch("i64", f.item("order", position))
        for name, count in (("t", 1), ("limit", 1), ("y", layout.n)):
            f.take(lane, member, name, count, f"staged {name}")
        for name, count in (("p", layout.m), ("atol", layout.n)):
            if count:
                _read_column(f, name, count, lane, member)
    step = work.stepper.begin(f, "staged ", "staged f")
    direction = page.splat(f.head("direction", "double"))
    f.keep("staged h", [page.do_all("fmul", step, direction)])
    f.keep("staged sound", [_nothing(f)])
    f.set_head("staged", first)
    f.set_head("next", page.put(f"add i64 {first}, {layout.width}"))
    f.set_head("cursor", "0")
    page.leave("ret i64 0")
    return page


def _nothing(f: Frame) -> str:
    """Write what staged starts and their slopes are worth times nothing: a number, if they are."""
    page = f.page
    zero = page.every(0.0)
    with page.gathering(f.layout.n, zero) as (row, gathered):
        for name in ("y", "f"):
            gathered[0] = fused(page, f.at(f"staged {name}", row), zero, gathered[0])
    return gathered[0]


def _read_column(f: Frame, source: str, count: int, lane: str, member: str) -> None:
    """Write the copying of one column of an array of the caller to a staged lane."""
    page = f.page
    row_stride, column_stride = f.head(f"{source}_row"), f.head(f"{source}_column")
    base = f.item(source, page.put(f"mul i64 {member}, {column_stride}"))
    with page.loop(count) as row:
        offset = page.put(f"mul i64 {row}, {row_stride}")
        value = page.fetch("double", page.place(base, offset))
        page.store("double", value, f.cell(f"staged {source}", lane, row))


def fill(work: Work) -> Page:
    """Write ``fill``: a lane gets the next trajectory that has a rate at all, or rests."""
    f = work.frame("i64 @fill(ptr %w, i64 %lane)")
    page = f.page
    again, good, bad = page.label(), page.label(), page.label()
    if work.layout.n_events:  # what the last one left to begin anew is no matter of the next one
        f.set("anew", "%lane", literal(0.0))
    page.start(again)
    position, source = _next_position(f)
    with page.when(page.put(f"icmp sge i64 {position}, {f.head('end')}")):
        # Nothing is left. The lane goes on with a step of nothing, which harms nobody.
        f.set("h", "%lane", "0.0")
        f.set("index", "%lane", "-1", "i64")
        f.set_head("live", page.put(f"sub i64 {f.head('live')}, 1"))
        page.leave("ret i64 0")
    member = page.fetch("i64", f.item("order", position))
    f.set("index", "%lane", member, "i64")
    _take_up(f, member)
    finite = page.put(f"fcmp ord double {f.get('staged sound', source)}, 0.0")
    page.leave(f"br i1 {finite}, label %{good}, label %{bad}")
    page.start(bad)
    note_start(f)
    code = int(Status.NOT_FINITE)
    page.call("i64", "finish", "ptr %w", "i64 %lane", f"i64 {code}")
    page.leave(f"br label %{again}")
    page.start(good)
    page.leave("ret i64 0")
    return page


def _next_position(f: Frame) -> tuple[str, str]:
    """Write the copying of the next staged trajectory to the lane; return its place in the order.

    And in which lane it was staged.

    Where all that were staged are taken, others are staged, if there are any.
    """
    page, width = f.page, f.layout.width
    spent = page.put(f"icmp sge i64 {f.head('cursor')}, {width}")
    more = page.put(f"icmp slt i64 {f.head('next')}, {f.head('end')}")
    with page.when(page.put(f"and i1 {spent}, {more}")):
        page.call("i64", "stage", "ptr %w")
    cursor = f.head("cursor")
    source = page.call("i64", "llvm.smin.i64", f"i64 {cursor}", f"i64 {width - 1}")
    with page.loop(f.layout.member_rows) as row:
        value = page.fetch("double", f.cell("staged h", source, row))
        page.store("double", value, f.cell("h", "%lane", row))
    f.set_head("cursor", page.put(f"add i64 {cursor}, 1"))
    return page.put(f"add i64 {f.head('staged')}, {cursor}"), source


def _take_up(f: Frame, member: str) -> None:
    """Write the reading of where a trajectory stands; a next step of its own comes first."""
    page, layout = f.page, f.layout
    for name in ("t", "before", "n_steps", "n_rejected", "written", "goal", "limit"):
        f.take("%lane", member, name, 1)
    if layout.n_watched:
        f.take("%lane", member, "held", layout.n_watched)
    for name, count in layout.eventful:
        if count:
            f.take("%lane", member, name, count)
    if layout.tallied:
        take_sums(f, member)
    if layout.n_triggers:
        f.set("sought", "%lane", literal(NOTHING))
    if layout.recording:
        f.set("last", "%lane", "-1", "i64")
    own = page.fetch("double", f.entry("h", member))
    given = page.put(f"fcmp une double {own}, 0.0")
    step = page.put(f"select i1 {given}, double {own}, double {f.get('h', '%lane')}")
    f.set("h", "%lane", step)
    written = f.get("written", "%lane", "i64")
    f.set("due", "%lane", page.fetch("double", f.item("t_eval", written)))


def note_start(f: Frame) -> None:
    """Write the copying of a start that is not finite, or has no such slope, to `new`."""
    page = f.page
    with page.loop(f.layout.n) as row:
        y, slope = f.get("y", "%lane", row=row), f.get("f", "%lane", row=row)
        nothing = page.put(f"fmul double {y}, 0.0")
        page.store(
            "double", page.put(f"fadd double {slope}, {nothing}"), f.cell("new", "%lane", row)
        )
