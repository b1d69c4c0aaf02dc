"""What is added up at outputs: the terms of a tally, in each lane's row of sums.

The first output that a step went past is added in all lanes at once; those after it, which are few
unless outputs are dense, W at a time in one lane. Which way is taken depends on that lane alone.
"""

from __future__ import annotations

from collections.abc import Callable

from ....models.tape import Tape
from ...kernels.llvm import reached, write
from .frame import Abreast, Frame

Dense = Callable[[Frame, str, Callable[[str, str], None]], None]
"""Writes the states of one lane at fractions of its step, each put where it belongs."""


def add_up(f: Frame, tape: Tape, dense: Dense) -> None:
    """Write ``tally``: the terms of the outputs that are due are added to a trajectory's sums."""
    page = f.page
    vector, width = page.machine.vector, page.machine.width
    dense(f, "%theta", lambda state, word: f.put("sight", state, word))
    for i, term in enumerate(_terms(f, tape, "%times", lambda i: _reading(f, i))):
        due = page.choose("%due", term, page.every(0.0))
        # One after the other in the order of time: the sum does not depend on how many are seen to
        # at once.
        place = f.cell("sum", "%lane", str(i))
        total = page.call(
            "double", f"llvm.vector.reduce.fadd.v{width}f64",
            f"double {page.fetch('double', place)}", f"{vector} {due}",
        )  # fmt: skip
        page.store("double", total, place)
    page.leave("ret i64 0")


def add_abreast(f: Abreast, tape: Tape, dense: Dense) -> None:
    """Write ``abreast``: the next output of each lane that has gone past it is added to its sums.

    It returns whether any has gone past another one.
    """
    page, machine = f.page, f.page.machine
    direction = page.splat(f.head("direction", "double"))
    (due,), (t,), (begin,), (length,) = (f.rows(x, 1) for x in ("due", "t", "from", "tried"))
    here = page.do_all("fmul", direction, t)
    wanted = page.compare("ole", page.do_all("fmul", direction, due), here)
    for row, how in (("good", "ne"), ("index", "sge")):
        integers = f"{machine.integers} {f.integers(row)}, {page.every_integer(0)}"
        wanted = page.both(wanted, page.put(f"icmp {how} {integers}"))
    theta = page.do_all("fdiv", page.do_all("fsub", due, begin), length)
    dense(f, theta, lambda state, word: f.put("sight", state, word))
    written = f.integers("written")

    def reading(i: int) -> str:
        return f.picked("readings", written, page.put(f"mul i64 {f.head('readings_row')}, {i}"))

    for i, term in enumerate(_terms(f, tape, due, reading)):
        new = page.choose(wanted, term, page.every(0.0))
        f.put("sum", str(i), page.do_all("fadd", f.at("sum", str(i)), new))
    one = page.put(f"sext {machine.truths} {wanted} to {machine.integers}")
    written = page.put(f"sub {machine.integers} {written}, {one}")
    f.keep("written", [written], machine.integers)
    due = f.picked("t_eval", written)
    f.keep("due", [due])
    more = page.compare("ole", page.do_all("fmul", direction, due), here)
    page.leave(f"ret i64 {page.put(f'zext i1 {page.any(page.both(more, wanted))} to i64')}")


def _terms(f: Frame, tape: Tape, times: str, reading: Callable[[int], str]) -> list[str]:
    """Write the terms at the states in sight."""
    needed = reached(tape, range(len(tape.outputs)))

    def given(first: int, count: int, fetch: Callable[[int], str]) -> list[str]:
        return [fetch(i) if first + i in needed else "undef" for i in range(count)]

    n, m = f.layout.n, f.layout.m
    inputs = [
        times,
        *given(1, n, lambda i: f.at("sight", str(i))),
        *given(1 + n, m, lambda i: f.spread("p", i)),
        *given(1 + n + m, len(tape.inputs) - 1 - n - m, reading),
    ]
    return write(f.page, tape, inputs)


def take_sums(f: Frame, member: str) -> None:
    """Write the copying of what a trajectory has added up to its lane."""
    with f.page.loop(f.layout.tallied) as row:
        f.page.store("i64", f.page.fetch("i64", _sum(f, member, row)), f.cell("sum", "%lane", row))


def give_sums(f: Frame, member: str) -> None:
    """Write the copying of what a lane has added up to where it is asked for."""
    with f.page.loop(f.layout.tallied) as row:
        f.page.store("i64", f.get("sum", "%lane", "i64", row), _sum(f, member, row))


def _sum(f: Frame, member: str, row: str) -> str:
    sums = f.item("sums", f.page.put(f"mul i64 {member}, {f.layout.tallied}"))
    return f.page.place(sums, row)


def _reading(f: Frame, number: int) -> str:
    """Return a reading of the rows from `%written` on."""
    row = f.page.put(f"mul i64 {f.head('readings_row')}, {number}")
    place = f.item("readings", f.page.put(f"add i64 {row}, %written"))
    return f.page.fetch(f.page.machine.vector, place)
