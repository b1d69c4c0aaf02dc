"""What outputs within steps add to the slopes of a loss, on the way back.

The last output within a step is seen to in all lanes at once; those before it, which are few unless
outputs are dense, W at a time in one lane. Which way is taken depends on that lane alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...compose.program import Program
from ...kernels.llvm import reached, write
from ...kernels.page import Machine, Page
from ..layout import BackLayout
from ..loop.frame import Abreast, Frame


def seeding(
    program: Program, machine: Machine, layout: BackLayout, declared: dict[str, str]
) -> list[Page]:
    """Return ``seed_abreast``, ``seeds`` and ``seed``, which add to the rows of slopes.

    Parameters
    ----------
    program
        The slopes of what an output adds up, as in `Reverse.seed`.
    machine, layout, declared
        As for the way back.
    """
    heads = ("seed_abreast(ptr %w)", "seeds(ptr %w)", "seed(ptr %w, i64 %lane)")
    all_lanes, each, one = (Page(machine, f"i64 @{head}", declared) for head in heads)
    _abreast(Abreast(all_lanes, layout), program)
    _seeds(Frame(each, layout))
    _seed(Frame(one, layout), program)
    return [all_lanes, each, one]


def await_output(f: Frame, row: str) -> None:
    """Write which output is the next on a lane's way back, and its time."""
    f.set("row", "%lane", row, "i64")
    place = f.page.put(f"add i64 {row}, {f.layout.width}")
    f.set("due", "%lane", f.page.fetch("double", f.item("t_eval", place)))


def _abreast(f: Abreast, program: Program) -> None:
    """Write the last output within each lane's step; return whether any has another one."""
    page, machine = f.page, f.page.machine
    direction = page.splat(f.head("direction", "double"))
    (due,), (t,), (h,) = (f.rows(name, 1) for name in ("due", "t", "h"))
    here = page.do_all("fmul", direction, t)
    at_work = f"icmp sge {machine.integers} {f.integers('index')}, {page.every_integer(0)}"
    wanted = page.compare("ogt", page.do_all("fmul", direction, due), here)
    wanted = page.both(wanted, page.put(at_work))
    theta = page.do_all("fdiv", page.do_all("fsub", due, t), h)
    row, width = f.integers("row"), page.every_integer(f.layout.width)
    place = page.put(f"add {machine.integers} {row}, {width}")

    def reading(begin: str) -> str:
        return f.picked("readings", place, begin)

    slopes = write(page, program.tape, _within(f, program, due, theta, reading))
    for i, slope in _nonzero(page, slopes):
        new = page.choose(wanted, slope, page.every(0.0))
        f.put("by y", str(i), page.do_all("fadd", f.at("by y", str(i)), new))
    one = page.put(f"sext {machine.truths} {wanted} to {machine.integers}")
    f.keep("row", [page.put(f"add {machine.integers} {row}, {one}")], machine.integers)
    due = f.picked("t_eval", page.put(f"add {machine.integers} {place}, {one}"))
    f.keep("due", [due])
    more = page.compare("ogt", page.do_all("fmul", direction, due), here)
    page.leave(f"ret i64 {page.put(f'zext i1 {page.any(page.both(more, wanted))} to i64')}")


def _seeds(f: Frame) -> None:
    """Write all outputs that are left within the steps of all lanes."""
    page = f.page
    direction = f.head("direction", "double")
    with page.loop(f.layout.width) as lane:
        ahead = page.put(f"fmul double {direction}, {f.get('due', lane)}")
        here = page.put(f"fmul double {direction}, {f.get('t', lane)}")
        within = page.put(f"fcmp ogt double {ahead}, {here}")
        at_work = page.put(f"icmp sge i64 {f.get('index', lane, 'i64')}, 0")
        with page.when(page.put(f"and i1 {within}, {at_work}")):
            again, done = page.label(), page.label()
            page.start(again)
            count = page.call("i64", "seed", "ptr %w", f"i64 {lane}")
            more = page.put(f"icmp eq i64 {count}, {f.layout.width}")
            page.leave(f"br i1 {more}, label %{again}, label %{done}")
            page.start(done)
    page.leave("ret i64 0")


def _seed(f: Frame, program: Program) -> None:
    """Write outputs within a lane's step, W at once; return how many they were."""
    page, width = f.page, f.layout.width
    vector = page.machine.vector
    row = f.get("row", "%lane", "i64")
    first = page.put(f"add i64 {row}, 1")
    times = page.fetch(vector, f.item("t_eval", first))
    direction, t = page.splat(f.head("direction", "double")), f.spread("t", 0)
    there, here = (page.do_all("fmul", direction, x) for x in (times, t))
    due = page.compare("ogt", there, here)
    theta = page.do_all("fdiv", page.do_all("fsub", times, t), f.spread("h", 0))

    def reading(begin: str) -> str:
        return page.fetch(vector, f.item("readings", page.put(f"add i64 {begin}, {first}")))

    slopes = write(page, program.tape, _within(f, program, times, theta, reading))
    for i, slope in _nonzero(page, slopes):
        _add(f, i, page.choose(due, slope, page.every(0.0)))
    bits = page.put(f"bitcast {page.machine.truths} {due} to i{width}")
    count = page.call(f"i{width}", f"llvm.ctpop.i{width}", f"i{width} {bits}")
    count = page.put(f"zext i{width} {count} to i64")
    await_output(f, page.put(f"sub i64 {row}, {count}"))
    page.leave(f"ret i64 {count}")


def _nonzero(page: Page, slopes: Sequence[str]) -> list[tuple[int, str]]:
    """Return the slopes that are not known to be zero, and their numbers."""
    return [(i, slope) for i, slope in enumerate(slopes) if slope != page.every(0.0)]


def _within(
    f: Frame, program: Program, times: str, theta: str, reading: Callable[[str], str]
) -> Sequence[str]:
    """Return the words of the arguments of outputs; readings by where each kind begins."""
    page = f.page
    needed = reached(program.tape, range(len(program.tape.outputs)))

    def fetch(name: str, i: int) -> str:
        if name == "reading":
            return reading(page.put(f"mul i64 {f.head('readings_row')}, {i}"))
        return f.spread("kept" if name == "k" else name, i)

    words = [times, theta, f.spread("h", 0)]
    for name, length in program.arguments[3:]:
        for i in range(length or 0):
            words.append(fetch(name, i) if len(words) in needed else "undef")
    return words


def _add(f: Frame, row: int, word: str) -> None:
    """Write that the lanes of a word are added to one lane's slope, the last in time first.

    So the sum does not depend on how many outputs are seen to at once.
    """
    page, width, vector = f.page, f.layout.width, f.page.machine.vector
    lanes = ", ".join(f"i32 {width - 1 - lane}" for lane in range(width))
    turned = f"shufflevector {vector} {word}, {vector} poison, <{width} x i32> <{lanes}>"
    place = f.cell("by y", "%lane", str(row))
    total = page.call(
        "double", f"llvm.vector.reduce.fadd.v{width}f64", f"double {page.fetch('double', place)}",
        f"{vector} {page.put(turned)}",
    )  # fmt: skip
    page.store("double", total, place)
