"""What is added up at outputs: the terms of a tally, W output times of one lane at once."""

from __future__ import annotations

from collections.abc import Callable

from ...models.tape import Tape
from ..kernels.llvm import reached, write
from ..kernels.page import literal
from .frame import Frame

Dense = Callable[[Frame, str, Callable[[str, str], None]], None]
"""Writes the states of one lane at fractions of its step, each put where it belongs."""


def add_up(f: Frame, tape: Tape, dense: Dense) -> None:
    """Write ``tally``: the terms of the outputs that are due are added to a trajectory's sums."""
    page, layout = f.page, f.layout
    vector, width = page.machine.vector, page.machine.width
    dense(f, "%theta", lambda state, word: f.put("sight", state, word))
    needed = reached(tape, range(len(tape.outputs)))

    def given(first: int, count: int, fetch: Callable[[int], str]) -> list[str]:
        return [fetch(i) if first + i in needed else "undef" for i in range(count)]

    n, m = layout.n, layout.m
    inputs = [
        "%times",
        *given(1, n, lambda i: f.at("sight", str(i))),
        *given(1 + n, m, lambda i: f.spread("p", i)),
        *given(1 + n + m, len(tape.inputs) - 1 - n - m, lambda i: _reading(f, i)),
    ]
    terms = write(page, tape, inputs)
    index = f.get("index", "%lane", "i64")
    sums = f.item("sums", page.put(f"mul i64 {index}, {len(terms)}"))
    for i, term in enumerate(terms):
        due = page.choose("%due", term, page.every(0.0))
        # In the order of time: the sum does not depend on how a machine would add.
        new = page.call(
            "double", f"llvm.vector.reduce.fadd.v{width}f64", f"double {literal(0.0)}",
            f"{vector} {due}",
        )  # fmt: skip
        place = page.place(sums, i)
        page.store("double", page.put(f"fadd double {page.fetch('double', place)}, {new}"), place)
    page.leave("ret i64 0")


def _reading(f: Frame, number: int) -> str:
    """Return a reading of the rows from `%written` on."""
    row = f.page.put(f"mul i64 {f.head('readings_row')}, {number}")
    place = f.item("readings", f.page.put(f"add i64 {row}, %written"))
    return f.page.fetch(f.page.machine.vector, place)
