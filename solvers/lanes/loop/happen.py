"""What an event does in its lane: the states leap, and it is noted.

The rules are those of `happenings`. Where several events meet at one time, or one sets off another,
where events come too fast or no room is left to note them, nothing is done and the lane is left.
"""

from __future__ import annotations

from ....models.system import BEFORE
from ...compose.leaps import Leaps
from ...events.calendar import SAME
from ...events.triggers import STILL
from ...events.zeno import CHATTER, OFTEN, SHORT
from ...kernels.llvm import write
from ...kernels.page import WORD, Page, literal
from .anew import SLOPES, STEPS, anew
from .frame import Frame, bind
from .work import Work

DONE, STOP, LEFT = 0, 1, 2  # what becomes of a lane


def happen(work: Work) -> list[Page]:
    """Write ``happen``, which lets one event happen, and what it calls."""
    leaps = work.leaps
    if leaps is None:
        return []
    f = work.frame("i64 @happen(ptr %w, i64 %lane, i64 %event, i64 %sought, double %before)")
    page = f.page
    t = f.get("t", "%lane")
    _leave_if(page, page.put(f"fcmp oeq double {t}, {f.head('t_end', 'double')}"))
    steps = page.put(f"add i64 {f.get('n_steps', '%lane', 'i64')}, "
                     f"{f.get('n_rejected', '%lane', 'i64')}")  # fmt: skip
    _leave_if(page, page.put(f"icmp sge i64 {steps}, {f.head('max_steps')}"))
    _leave_if(page, page.put(f"icmp sge i64 {f.head('logged')}, {f.head('log_end')}"))
    noted = _too_soon(f, t)
    left = page.call("i64", "leap", "ptr %w", "i64 %lane", "i64 %event", "double %before")
    _leave_if(page, page.put(f"icmp ne i64 {left}, 0"))
    if leaps.after is not None:
        other = page.call("i64", "turns", "ptr %w", "i64 %lane", "i64 %sought")
        _leave_if(page, page.put(f"icmp ne i64 {other}, 0"))
    _note(f, noted)
    _write_outputs(f, t)
    if any(leaps.told):
        with page.when(_among(page, "%event", leaps.told)):
            _log(f, t)
    _move(f, work)
    _correct(f, t)
    stops = _among(page, "%event", leaps.stops)
    page.leave(f"ret i64 {page.put(f'select i1 {stops}, i64 {STOP}, i64 {DONE}')}")
    return [f.page, _leap(work, leaps), *_turns(work, leaps), *anew(work)]


def _leave_if(page: Page, condition: str) -> None:
    with page.when(condition):
        page.leave(f"ret i64 {LEFT}")


def _among(page: Page, number: str, chosen: tuple[bool, ...]) -> str:
    """Write whether a number is one of those chosen."""
    found = "false"
    for i in (i for i, yes in enumerate(chosen) if yes):
        found = page.put(f"or i1 {found}, {page.put(f'icmp eq i64 {number}, {i}')}")
    return page.put(f"or i1 {found}, false")


def _too_soon(f: Frame, t: str) -> tuple[str, str]:
    """Write that a lane is left whose event comes ever faster; return its gap and how often."""
    page, span = f.page, f.head("span", "double")
    last, earlier = (page.fetch("double", f.cell(x, "%lane", "%event")) for x in ("met", "gap"))
    often = page.fetch("double", f.cell("often", "%lane", "%event"))
    gap = page.call("double", "llvm.fabs.f64",
                    f"double {page.put(f'fsub double {t}, {last}')}")  # fmt: skip

    def below(part: float) -> str:
        bound = page.put(f"fmul double {span}, {literal(part)}")
        return page.put(f"fcmp olt double {gap}, {bound}")

    faster = page.put(f"fcmp olt double {gap}, {earlier}")
    soon = page.put(f"or i1 {page.put(f'and i1 {faster}, {below(SHORT)}')}, {below(CHATTER)}")
    more = page.put(f"fadd double {often}, {literal(1.0)}")
    often = page.put(f"select i1 {soon}, double {more}, double {literal(0.0)}")
    _leave_if(page, page.put(f"fcmp ogt double {often}, {literal(float(OFTEN))}"))
    return gap, often


def _note(f: Frame, noted: tuple[str, str]) -> None:
    """Write down when an event happened, for those that come ever faster."""
    gap, often = noted
    for name, word in (("met", f.get("t", "%lane")), ("gap", gap), ("often", often)):
        f.page.store("double", word, f.cell(name, "%lane", "%event"))


def _write_outputs(f: Frame, t: str) -> None:
    """Write the outputs of the step that ends here, if that has not been done."""
    page, direction = f.page, f.head("direction", "double")
    due, here = (page.put(f"fmul double {direction}, {x}") for x in (f.get("due", "%lane"), t))
    with page.when(page.put(f"fcmp ole double {due}, {here}")):
        page.call("i64", "outputs", "ptr %w", "i64 %lane")


def _log(f: Frame, t: str) -> None:
    """Write a line of the log: which trajectory and event, when, the states before and after."""
    page, n = f.page, f.layout.n
    count = f.head("logged")
    line = f.item("log", count, (3 + 2 * n) * WORD)
    page.store("i64", f.get("index", "%lane", "i64"), line)
    page.store("i64", "%event", page.place(line, 1))
    page.store("double", t, page.place(line, 2))
    for name, begin in (("y", 3), ("after", 3 + n)):
        first = page.place(line, begin)
        with page.loop(n) as row:
            word = page.fetch("double", f.cell(name, "%lane", row))
            page.store("double", word, page.place(first, row))
    f.set_head("logged", page.put(f"add i64 {count}, 1"))


def _move(f: Frame, work: Work) -> None:
    """Write the states after the event to the lane, and how it begins anew."""
    page = f.page
    moved = page.local("i1")
    page.store("i1", "false", moved)
    with page.loop(f.layout.n) as row:
        place = f.cell("y", "%lane", row)
        new, old = page.fetch("double", f.cell("after", "%lane", row)), page.fetch("double", place)
        differs = page.put(f"fcmp une double {new}, {old}")
        page.store("i1", page.put(f"or i1 {page.fetch('i1', moved)}, {differs}"), moved)
        page.store("double", new, place)
    # Where only a rate has jumped, the step that fitted before is as good a guess as any.
    new = literal(STEPS if work.adaptive else SLOPES)
    how = page.put(f"select i1 {page.fetch('i1', moved)}, double {new}, double {literal(SLOPES)}")
    earlier = f.get("anew", "%lane")  # for another event at the same time
    more = page.put(f"fcmp ogt double {earlier}, {how}")
    f.set("anew", "%lane", page.put(f"select i1 {more}, double {earlier}, double {how}"))


def _correct(f: Frame, t: str) -> None:
    """Write the states after the event where an output was asked for at its time, or so."""
    page, again, done = f.page, f.page.label(), f.page.label()
    next_place = page.local("i64")
    page.store("i64", f.get("written", "%lane", "i64"), next_place)
    size = page.call("double", "llvm.fabs.f64", f"double {t}")
    near = page.put(f"fmul double {size}, {literal(SAME)}")
    page.start(again)
    place = page.put(f"sub i64 {page.fetch('i64', next_place)}, 1")
    with page.when(page.put(f"icmp slt i64 {place}, 0")):
        page.leave(f"br label %{done}")
    time = page.fetch("double", f.item("t_eval", place))
    gap = page.call("double", "llvm.fabs.f64", f"double {page.put(f'fsub double {time}, {t}')}")
    with page.when(page.put(f"fcmp ogt double {gap}, {near}")):
        page.leave(f"br label %{done}")
    _write_states(f, place)
    page.store("i64", place, next_place)
    page.leave(f"br label %{again}")
    page.start(done)


def _write_states(f: Frame, place: str) -> None:
    """Write the states of a lane to the outputs at one time."""
    page = f.page
    column = page.put(f"mul i64 {f.get('index', '%lane', 'i64')}, {f.head('out_column')}")
    first = f.item("out", page.put(f"add i64 {column}, {place}"))
    with page.loop(f.layout.n) as row:
        word = page.fetch("double", f.cell("y", "%lane", row))
        offset = page.put(f"mul i64 {row}, {f.head('out_row')}")
        page.store("double", word, page.place(first, offset))


def _leap(work: Work, leaps: Leaps) -> Page:
    """Write ``leap``: the states after an event; 1 if that is not known here, else 0."""
    f = work.frame("i64 @leap(ptr %w, i64 %lane, i64 %event, double %before)")
    page, n, m = f.page, f.layout.n, f.layout.m
    for e, program in enumerate(leaps.programs):
        if program is None:
            continue
        with page.when(page.put(f"icmp eq i64 %event, {e}")):
            used = program.tape.used()
            values = {
                BEFORE: [page.splat("%before")], "t": [f.spread("t", 0)],
                **{x: [f.spread(x, i) if f"{x}[{i}]" in used else "undef" for i in range(count)]
                   for x, count in (("y", n), ("p", m))},
            }  # fmt: skip
            f.keep("after", write(page, program.tape, bind(program, values)))
            page.leave("ret i64 0")
    page.leave("ret i64 1")
    return page


def _turns(work: Work, leaps: Leaps) -> list[Page]:
    """Write ``turns``: which conditions hold after an event, and how fast they change.

    It returns 1, and writes nothing, if another holds now that did not, or by what the event did.
    """
    if leaps.after is None:
        return []
    f = work.frame("i64 @turns(ptr %w, i64 %lane, i64 %sought)")
    page, n, m, count = f.page, f.layout.n, f.layout.m, len(leaps.triggers)
    used = leaps.after.tape.used()
    values = {"t": [f.spread("t", 0)]}
    for name, row, size in (("y", "y", n), ("z", "after", n), ("p", "p", m)):
        values[name] = [f.spread(row, i) if f"{name}[{i}]" in used else "undef"
                        for i in range(size)]  # fmt: skip
    words = write(page, leaps.after.tape, bind(leaps.after, values))
    before, after, earlier, speeds, noise = (
        [page.put(f"extractelement {page.machine.vector} {word}, i32 0")
         for word in words[i * count : (i + 1) * count]] for i in range(5)
    )  # fmt: skip
    zero, one = literal(0.0), literal(1.0)
    holds = [page.put(f"fcmp ogt double {value}, {zero}") for value in after]
    for c, value in enumerate(before):
        held = page.put(f"fcmp ogt double {value}, {zero}")
        new = page.put(f"and i1 {held}, {_is(f, 'held', c, zero)}")
        new = page.put(f"and i1 {new}, {page.put(f'icmp ne i64 %sought, {c}')}")
        set_off = page.put(f"and i1 {holds[c]}, {page.put(f'xor i1 {held}, true')}")
        with page.when(page.put(f"or i1 {new}, {set_off}")):
            page.leave("ret i64 1")
    for c, hold in enumerate(holds):
        fired = page.put(f"icmp eq i64 %sought, {c}")
        same = page.put(f"fcmp oeq double {before[c]}, {after[c]}")
        back = page.put(f"select i1 {fired}, i1 {_back(page, earlier[c], speeds[c])}, "
                        f"i1 {_is(f, 'ceasing', c, one)}")  # fmt: skip
        back = page.put(f"and i1 {back}, {page.put(f'and i1 {hold}, {same}')}")
        # What was turned holds, and what held still does, though a rounding may deny it.
        known = page.put(f"or i1 {fired}, {_is(f, 'held', c, one)}")
        known = page.put(f"and i1 {known}, {same}")  # of a leap no part is rounding
        beyond = page.put(f"fadd double {after[c]}, {noise[c]}")
        near = page.put(f"fcmp ogt double {beyond}, {zero}")
        hold = page.put(f"or i1 {hold}, {page.put(f'and i1 {known}, {near}')}")
        level = page.fetch("double", f.cell("level", "%lane", str(c)))
        for name, word in (
            ("held", page.put(f"select i1 {hold}, double {one}, double {zero}")),
            ("ceasing", page.put(f"select i1 {back}, double {one}, double {zero}")),
            ("level", page.put(f"select i1 {fired}, double {after[c]}, double {level}")),
            ("speed", speeds[c]),
        ):
            page.store("double", word, f.cell(name, "%lane", str(c)))
    f.set("fresh", "%lane", one)
    page.leave("ret i64 0")
    return [page]


def _is(f: Frame, row: str, c: int, number: str) -> str:
    """Write whether what is kept of a condition is a number."""
    return f.page.put(f"fcmp oeq double {f.page.fetch('double', f.cell(row, '%lane', str(c)))}, "
                      f"{number}")  # fmt: skip


def _back(page: Page, before: str, after: str) -> str:
    """Write whether an event turned back a condition that changed at a speed before, and after."""
    still = page.put(f"fmul double {literal(STILL)}, {before}")
    slow = page.put(f"fcmp ole double {after}, {still}")
    return page.put(f"and i1 {slow}, {page.put(f'fcmp ogt double {still}, {literal(0.0)}')}")
