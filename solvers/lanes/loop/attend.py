"""What single lanes need after an iteration: outputs, events, the end of a trajectory."""

from __future__ import annotations

from ...kernels.page import WORD, Page, literal
from ...status import Status
from ..layout import ALARM, DUE, PLANNED, TURNED
from .anew import forget, give_up, is_broken
from .frame import Frame
from .happen import DONE, LEFT, STOP
from .refill import note_start
from .work import Work


def attend(work: Work) -> list[Page]:
    """Write ``attend``, for lanes that have outputs, events or an end, and what it calls."""
    f = work.frame("i64 @attend(ptr %w, i64 %lanes)")
    page = f.page
    if work.layout.tallied:
        with page.when(page.put(f"xor i1 {_needed(f)}, true")):
            page.leave("ret i64 0")
    with page.each("%lanes") as lane:
        page.call("i64", "tend", "ptr %w", f"i64 {lane}")
    if work.leaps is None:
        page.leave("ret i64 0")
        return [page, _tend(work)]
    (how,) = f.rows("anew", 1)
    with page.when(page.any(page.compare("ogt", how, page.every(0.0)))):
        broken = page.call("i64", "anew", "ptr %w")
        with page.when(page.put(f"icmp ne i64 {broken}, 0")):
            with page.loop(work.layout.width) as lane, page.when(is_broken(f, lane)):
                page.call("i64", "lose", "ptr %w", f"i64 {lane}")
    page.leave("ret i64 0")
    return [page, _tend(work), _lose(work), _due(work), *_turned(work)]


def _needed(f: Frame) -> str:
    """Write the adding up of the next outputs, and whether any lane needs more than that."""
    page, integers = f.page, f.page.machine.integers
    more = page.call("i64", "abreast", "ptr %w")
    ended, at_work = (
        page.put(f"icmp sge {integers} {f.integers(row)}, {page.every_integer(0)}")
        for row in ("code", "index")
    )
    over = page.any(page.both(ended, at_work))
    return page.put(f"or i1 {over}, {page.put(f'icmp ne i64 {more}, 0')}")


def _tend(work: Work) -> Page:
    """Write ``tend``: what one lane needs.

    The outputs of a step that may have to be cut are left to those who cut it.
    """
    f = work.frame("i64 @tend(ptr %w, i64 %lane)")
    page, code = f.page, f.get("code", "%lane", "i64")
    direction = f.head("direction", "double")
    due = page.put(f"fmul double {direction}, {f.get('due', '%lane')}")
    reached = page.put(f"fmul double {direction}, {f.get('t', '%lane')}")
    wanted = page.put(f"fcmp ole double {due}, {reached}")
    for whole in (f"icmp ne i64 {f.get('good', '%lane', 'i64')}, 0",
                  f"icmp ne i64 {code}, {ALARM}", f"icmp ne i64 {code}, {TURNED}"):  # fmt: skip
        wanted = page.put(f"and i1 {wanted}, {page.put(whole)}")
    with page.when(wanted):
        page.call("i64", "outputs", "ptr %w", "i64 %lane")
    if work.leaps is not None:
        for way in (DUE, TURNED):
            with page.when(page.put(f"icmp eq i64 {code}, {way}")):
                _settled(f, way)
    with page.when(page.put(f"icmp sge i64 {code}, 0")):
        _leave(f, code)
    page.leave("ret i64 0")
    return page


def _leave(f: Frame, code: str | int) -> None:
    f.page.call("i64", "finish", "ptr %w", "i64 %lane", f"i64 {code}")
    f.page.call("i64", "fill", "ptr %w", "i64 %lane")


def _settled(f: Frame, way: int) -> None:
    """Write that an event happens, if that is done here; then there is nothing else to do."""
    page = f.page
    end = page.call("i64", "due" if way == DUE else "turned", "ptr %w", "i64 %lane")
    with page.when(page.put(f"icmp eq i64 {end}, {STOP}")):
        _leave(f, int(Status.STOPPED))
        page.leave("ret i64 0")
    done = page.put(f"icmp eq i64 {end}, {DONE}")
    with page.when(done):
        page.leave("ret i64 0")


def _lose(work: Work) -> Page:
    """Write ``lose``: a lane that cannot begin anew is left."""
    f = work.frame("i64 @lose(ptr %w, i64 %lane)")
    note_start(f)
    _leave(f, int(Status.NOT_FINITE))
    f.page.leave("ret i64 0")
    return f.page


def _due(work: Work) -> Page:
    """Write ``due``: what is planned for the time at which a lane has arrived, one by one."""
    f = work.frame("i64 @due(ptr %w, i64 %lane)")
    page = f.page
    length = f.head("plan_length")
    following = page.put(f"add i64 {f.get('planned', '%lane', 'i64')}, 1")
    with page.when(page.put(f"icmp sge i64 {following}, {length}")):
        page.leave(f"ret i64 {LEFT}")
    first = page.put(f"mul i64 {f.get('index', '%lane', 'i64')}, {length}")
    plan = f.item("plan", page.put(f"add i64 {first}, {following}"), PLANNED * WORD)
    event = page.fetch("i64", page.place(plan, 2 - PLANNED))  # of the entry before the following
    with page.when(page.put(f"icmp slt i64 {event}, 0")):
        page.leave(f"ret i64 {LEFT}")
    before = f.get("limit", "%lane")
    end = _happen(f, event, "-1", before)
    with page.when(page.put(f"icmp eq i64 {end}, {LEFT}")):
        page.leave(f"ret i64 {LEFT}")
    f.set("planned", "%lane", following, "i64")
    time = page.fetch("double", plan)
    size = page.call("double", "llvm.fabs.f64", f"double {time}")
    never = page.put(f"fcmp oeq double {size}, 0x7FF0000000000000")
    goal = page.put(f"select i1 {never}, double {f.head('t_end', 'double')}, double {time}")
    f.set("goal", "%lane", goal)
    f.set("limit", "%lane", page.fetch("double", page.place(plan, 1)))
    at_once = page.put(f"fcmp oeq double {time}, {f.get('t', '%lane')}")
    on = page.put(f"icmp eq i64 {end}, {DONE}")
    with page.when(page.put(f"and i1 {on}, {at_once}")):
        page.leave(f"ret i64 {page.call('i64', 'due', 'ptr %w', 'i64 %lane')}")
    page.leave(f"ret i64 {end}")
    return page


def _turned(work: Work) -> list[Page]:
    """Write ``turned``: the event whose condition has turned at the end of a lane's step."""
    f = work.frame("i64 @turned(ptr %w, i64 %lane)")
    page, leaps = f.page, work.leaps
    if leaps is None or not leaps.triggers:
        page.leave(f"ret i64 {LEFT}")
        return [page]
    t, left = f.get("t", "%lane"), page.local("i64")
    page.store("i64", str(LEFT), left)
    sought = page.put(f"fptosi double {f.get('sought', '%lane')} to i64")
    event = str(leaps.triggers[0])
    for c, number in enumerate(leaps.triggers[1:], 1):
        this = page.put(f"icmp eq i64 {sought}, {c}")
        event = page.put(f"select i1 {this}, i64 {number}, i64 {event}")
    with page.when(page.put(f"fcmp une double {t}, {f.get('goal', '%lane')}")):
        page.store("i64", _happen(f, event, sought, _before(page, t)), left)
    end = page.fetch("i64", left)
    with page.when(page.put(f"icmp eq i64 {end}, {LEFT}")):
        give_up(f, "%lane")
        page.leave(f"ret i64 {DONE}")
    forget(f, "%lane")
    page.leave(f"ret i64 {end}")
    return [page]


def _happen(f: Frame, event: str, sought: str, before: str) -> str:
    lane = ("ptr %w", "i64 %lane", f"i64 {event}", f"i64 {sought}", f"double {before}")
    return f.page.call("i64", "happen", *lane)


def _before(page: Page, t: str) -> str:
    """Write the number next to a time, before it."""
    bits = page.put(f"bitcast double {t} to i64")
    positive = page.put(f"fcmp ogt double {t}, {literal(0.0)}")
    step = page.put(f"select i1 {positive}, i64 -1, i64 1")
    near = page.put(f"bitcast i64 {page.put(f'add i64 {bits}, {step}')} to double")
    zero = page.put(f"fcmp oeq double {t}, {literal(0.0)}")
    return page.put(f"select i1 {zero}, double {literal(-5e-324)}, double {near}")
