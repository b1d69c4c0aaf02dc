"""Named array types. Axes in order: states (or parameters) first, then batch, then time."""

import ctypes
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

HELD = 15 << 18  # numbers, 31 MB: from 32 MB on the C library always gives back
AT_ONCE = 1 << 23  # numbers, 64 MB: some hundredths of a second
NOT_PLAIN = "bcmMSUV"  # kinds of arrays that are no plain numbers: truths, complex, dates, texts
_BYTE = ctypes.c_char
_LINE = 64  # bytes

Float: TypeAlias = NDArray[np.float64]
Int: TypeAlias = NDArray[np.int64]
Bool: TypeAlias = NDArray[np.bool_]

BatchTime: TypeAlias = Float  # (batch,): one time or step per trajectory
StateBatch: TypeAlias = Float  # (state, batch)
ParameterBatch: TypeAlias = Float  # (parameter, batch)
StateBatchTime: TypeAlias = Float  # (state, batch, time)


def blank(values: StateBatchTime) -> None:
    """Make all values nan, some times at once: an interruption is heard between two writings."""
    n_states, n_batch, n_times = values.shape
    width = max(1, AT_ONCE // max(1, n_states * n_batch))
    for begin in range(0, n_times, width):
        values[:, :, begin : begin + width] = np.nan


@cache
def hold_freed_memory() -> None:
    """Have freed arrays of up to 31 MB reused, not given back to the system, once for this process.

    The C library gives back at once what is larger than the largest block freed so far, 128 kB at
    first, and the system clears every page that is asked for again: a fifth of the time of ten
    thousand small trajectories. So a block is freed that was never written to. Other C libraries
    than GNU's are not moved by it, nor hurt.
    """
    np.empty(HELD)


def read_only(array: Float) -> Float:
    """Return the same numbers as an array that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


def aligned(size: int) -> Float:
    """Return zeros that begin where a line of the cache does.

    A vector that reaches from one line into the next is fetched twice.
    """
    room: Float = np.zeros(size + _LINE // 8)
    begin = -own_address(room) % _LINE // 8
    return room[begin : begin + size]


def address(array: Float | Int) -> int:
    """Return where an array's numbers are in memory."""
    return array.__array_interface__["data"][0]


def own_address(array: Float | Int) -> int:
    """Return the address of a contiguous array that may be written to, which is found sooner."""
    return ctypes.addressof(_BYTE.from_buffer(array.data))


def columns(array: Float) -> tuple[int, int, int]:
    """Return an array's address, and its strides along rows and columns in words.

    One row or column stands for all.
    """
    word = array.itemsize
    strides = [s // word if n > 1 else 0 for s, n in zip(array.strides, array.shape, strict=True)]
    return address(array), strides[0], strides[1]
