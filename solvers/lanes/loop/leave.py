"""How a trajectory leaves its lane: where it stands goes to the account, and why it left."""

from __future__ import annotations

from ...kernels.page import Page
from ...status import Status
from ..layout import ALARM, DUE
from .frame import Frame
from .tallying import give_sums
from .work import Work

_NO_FAILURES = (int(Status.SUCCESS), int(Status.STOPPED), DUE, ALARM)


def finish(work: Work) -> Page:
    """Write ``finish``: where a lane's trajectory stands goes to the account."""
    f, layout = work.frame("i64 @finish(ptr %w, i64 %lane, i64 %code)"), work.layout
    page = f.page
    member = f.get("index", "%lane", "i64")
    page.store("i64", "%code", f.entry("status", member))
    page.store("i64", "-1", f.entry("state", member))
    for name, count in layout.standing:
        if count:
            f.give("%lane", member, name, count)
    if layout.tallied:
        give_sums(f, member)
    if layout.recording:
        page.store("i64", f.get("last", "%lane", "i64"), f.item("links", member))
    if layout.n_watched:
        with page.when(page.put(f"icmp eq i64 %code, {ALARM}")):
            _tell_step(f, member)
    failed = "true"
    for code in _NO_FAILURES:
        failed = page.put(f"and i1 {failed}, {page.put(f'icmp ne i64 %code, {code}')}")
    with page.when(failed):
        culprit = page.call("i64", "blame", "ptr %w", "i64 %lane")
        page.store("i64", culprit, f.entry("state", member))
    page.leave("ret i64 0")
    return page


def _tell_step(f: Frame, member: str) -> None:
    """Write the copying of the step in which a condition may have turned."""
    n = f.layout.n
    for name, count in f.layout.stride:
        f.give("%lane", member, name, count)
    for place, slope in enumerate(f.layout.dense):
        f.give("%lane", member, "kept", n, skip=slope * n, to=place * n)


def blame(work: Work) -> Page:
    """Write ``blame``: which of a lane's new values is largest, or no number at all."""
    f = work.frame("i64 @blame(ptr %w, i64 %lane)")
    page = f.page
    largest, culprit = page.local("double"), page.local("i64")
    page.store("double", "-1.0", largest)
    page.store("i64", "0", culprit)
    with page.loop(work.layout.n) as row:
        value = f.get("new", "%lane", row=row)
        size = page.call("double", "llvm.fabs.f64", f"double {value}")
        number = page.put(f"fcmp ord double {size}, 0.0")
        size = page.put(f"select i1 {number}, double {size}, double 0x7FF0000000000000")
        larger = page.put(f"fcmp ogt double {size}, {page.fetch('double', largest)}")
        with page.when(larger):
            page.store("double", size, largest)
            page.store("i64", row, culprit)
    page.leave(f"ret i64 {page.fetch('i64', culprit)}")
    return page
