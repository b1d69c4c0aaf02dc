"""Functions of arrays as machine code: a tape evaluated column by column, W at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from ...models.tape import Tape
from ..arrays import Float
from .compile import compiled, host
from .llvm import module, write
from .page import Machine, Page

Arguments = tuple[tuple[str, int | None], ...]
Rows = Callable[..., Float]
_SIGNATURES = (("rows", "vppq"),)


def compiled_rows(tape: Tape, name: str, arguments: Sequence[tuple[str, int | None]]) -> Rows:
    """Return a function of arrays that gives all outputs as one array, (output, batch).

    It stands for that of `evaluate.rows_function`, where all arguments are (…, batch).

    Raises
    ------
    RuntimeError
        If the C library lacks a function.
    """
    del name
    return _compiled(tape, tuple(arguments))


@lru_cache(maxsize=64)
def _compiled(tape: Tape, arguments: Arguments) -> Rows:
    machine, n_outputs = host(), len(tape.outputs)
    code = compiled("", _SIGNATURES, _text(tape, arguments, machine))  # to compile well costs more

    def rows(*values: Float) -> Float:
        batch = values[0].shape[-1]
        columns = max(batch, machine.width)
        # Addresses are read as they are, so rows must be whole pieces of memory, and a vector long.
        kept = [_whole(v, columns) for v in values]
        out = np.empty((n_outputs, columns))
        places = np.array([v.__array_interface__["data"][0] for v in [*kept, out]])
        strides = np.array([v.strides[0] if v.ndim > 1 else 0 for v in [*kept, out]])
        if batch:
            code.functions[0](_address(places), _address(strides), columns)
        return out[:, :batch]

    return rows


def _whole(value: Float, columns: int) -> Float:
    """Return rows as they can be read: one number after the other, and as many as a vector has."""
    if value.shape[-1] < columns:
        longer = np.ones((*value.shape[:-1], columns))
        longer[..., : value.shape[-1]] = value
        return longer
    return value if value.strides[-1] == value.itemsize else np.ascontiguousarray(value)


def _address(array: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> int:
    return array.__array_interface__["data"][0]


def _text(tape: Tape, arguments: Arguments, machine: Machine) -> str:
    """Return the module: ``rows(addresses, strides, columns)``.

    Addresses and strides, in bytes, are those of the arguments and of the result. The last vector
    of columns overlaps the one before where they are not a multiple of its width.
    """
    declared: dict[str, str] = {}
    page = Page(machine, "void @rows(ptr %places, ptr %strides, i64 %columns)", declared)
    used, width = tape.used(), machine.width
    bases = [page.fetch("ptr", page.place("%places", a)) for a in range(len(arguments) + 1)]
    steps = [page.fetch("i64", page.place("%strides", a)) for a in range(len(arguments) + 1)]
    last = page.put(f"sub i64 %columns, {width}")
    rounded = page.put(f"add i64 %columns, {width - 1}")
    with page.loop(page.put(f"udiv i64 {rounded}, {width}")) as group:
        begin = page.put(f"mul i64 {group}, {width}")
        begin = page.call("i64", "llvm.smin.i64", f"i64 {begin}", f"i64 {last}")

        def place(argument: int, row: int) -> str:
            offset = page.put(f"mul i64 {steps[argument]}, {row}")
            return page.place(page.place(bases[argument], offset, 1), begin)

        elements = [(a, row) for a, (_, count) in enumerate(arguments) for row in range(count or 1)
                    if count != 0]  # fmt: skip
        inputs = [
            page.fetch(machine.vector, place(a, row)) if name in used else "undef"
            for (a, row), name in zip(elements, tape.inputs, strict=True)
        ]
        for row, word in enumerate(write(page, tape, inputs)):
            page.store(machine.vector, word, place(len(arguments), row))
    page.leave("ret void")
    return module([page], declared)
