"""What a step leaves in the outputs: dense output, at as many times at once as one vector holds.

At the very end of a step it is what the step came to: mostly nothing but the last output falls due.
"""

from __future__ import annotations

from ...kernels.page import WORD, Page
from .frame import Abreast, Frame
from .tallying import add_abreast, add_up
from .work import Work


def see(work: Work) -> list[Page]:
    """Write what is done with the states at outputs: they are kept, or added up."""
    if work.tally is None:
        return [_dense(work)]
    vector, truths = work.machine.single.vector, work.machine.single.truths
    f = work.narrow_frame(
        f"i64 @tally(ptr %w, i64 %lane, {vector} %theta, {truths} %due, {vector} %times, "
        "i64 %written)"
    )
    add_up(f, work.tally, work.stepper.dense)
    all_lanes = Abreast(work.frame("i64 @abreast(ptr %w)").page, work.layout)
    add_abreast(all_lanes, work.tally, work.stepper.dense)
    return [f.page, all_lanes.page]


def _dense(work: Work) -> Page:
    """Write ``dense``: the states of one lane at some fractions of its step, to the outputs."""
    machine = work.machine.single
    vector, truths = machine.vector, machine.truths
    head = f"i64 @dense(ptr %w, i64 %lane, {vector} %theta, {truths} %due, ptr %out)"
    f = work.narrow_frame(head)
    page = f.page
    stride = f.head("out_row")
    name = f"llvm.masked.store.v{machine.width}f64.p0"
    work.declared[name] = f"declare void @{name}({vector}, ptr, i32 immarg, {truths})"

    ended = page.compare("oeq", "%theta", page.every(1.0))

    def put(state: str, word: str) -> None:
        word = page.choose(ended, f.spread("new", state), word)
        place = page.place("%out", page.put(f"mul i64 {state}, {stride}"))
        page.do(f"call void @{name}({vector} {word}, ptr {place}, i32 {WORD}, {truths} %due)")

    work.stepper.dense(f, "%theta", put)
    page.leave("ret i64 0")
    return page


def outputs(work: Work) -> Page:
    """Write ``outputs``: all that fell due in a lane's step, W at a time."""
    f, machine = work.narrow_frame("i64 @outputs(ptr %w, i64 %lane)"), work.machine.single
    page, width, vector, truths = f.page, machine.width, machine.vector, machine.truths
    again, done = page.label(), page.label()
    column = page.put(f"mul i64 {f.get('index', '%lane', 'i64')}, {f.head('out_column')}")
    if work.tally is None:
        _at_end(f, column)
    direction = page.splat(f.head("direction", "double"))
    begin, length, reached = (page.splat(f.get(x, "%lane")) for x in ("from", "tried", "t"))
    ahead = page.put(f"fmul {vector} {direction}, {reached}")
    page.start(again)
    written = f.get("written", "%lane", "i64")
    times = page.fetch(vector, f.item("t_eval", written))
    there = page.put(f"fmul {vector} {direction}, {times}")
    due = page.put(f"fcmp ole {vector} {there}, {ahead}")
    since = page.put(f"fsub {vector} {times}, {begin}")
    theta = page.put(f"fdiv {vector} {since}, {length}")
    if work.tally is None:
        theta = page.choose(page.compare("oeq", times, reached), page.every(1.0), theta)
    seen = "ptr %w", "i64 %lane", f"{vector} {theta}", f"{truths} {due}"
    if work.tally is None:
        out = f.item("out", page.put(f"add i64 {column}, {written}"))
        page.call("i64", "dense", *seen, f"ptr {out}")
    else:
        page.call("i64", "tally", *seen, f"{vector} {times}", f"i64 {written}")
    bits = page.put(f"bitcast {truths} {due} to i{width}")
    count = page.call(f"i{width}", f"llvm.ctpop.i{width}", f"i{width} {bits}")
    count = page.put(f"zext i{width} {count} to i64")
    written = page.put(f"add i64 {written}, {count}")
    f.set("written", "%lane", written, "i64")
    f.set("due", "%lane", page.fetch("double", f.item("t_eval", written)))
    full = page.put(f"icmp eq i64 {count}, {width}")
    page.leave(f"br i1 {full}, label %{again}, label %{done}")
    page.start(done)
    page.leave("ret i64 0")
    return page


def _at_end(f: Frame, column: str) -> None:
    """Write what a step came to where the next output is at its end, and that this is all."""
    page = f.page
    at_end = page.put(f"fcmp oeq double {f.get('due', '%lane')}, {f.get('t', '%lane')}")
    with page.when(at_end):
        written = f.get("written", "%lane", "i64")
        out, stride = f.item("out", page.put(f"add i64 {column}, {written}")), f.head("out_row")
        with page.loop(f.layout.n) as state:
            place = page.place(out, page.put(f"mul i64 {state}, {stride}"))
            page.store("double", f.get("new", "%lane", row=state), place)
        written = page.put(f"add i64 {written}, 1")
        f.set("written", "%lane", written, "i64")
        f.set("due", "%lane", page.fetch("double", f.item("t_eval", written)))
        page.leave("ret i64 0")
