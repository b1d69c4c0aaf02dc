"""The operations of a tape on reals of many digits, as bare as mpmath keeps them.

A number is a tuple of sign, mantissa, exponent and the mantissa's length. To leave out the objects
around it makes a short formula several times as fast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..lazy import load

Raw = tuple[int, int, int, int]
RawOperation = Callable[..., Raw]  # of numbers, binary digits, and how to round
_One = Callable[[Raw, int, str], Raw]
_Two = Callable[[Raw, Raw, int, str], Raw]
_Three = Callable[[Raw, Raw, Raw, int, str], Raw]

_AROUND = "expm1 log1p sign".split()  # composed by mpmath itself, with care for lost digits
_PLAIN = "add sub mul div pow exp log sqrt sin cos tan asin acos atan sinh cosh tanh floor".split()


def raw_operations(context: Any) -> dict[str, RawOperation]:
    """Return each operation of a tape, in one context of mpmath."""
    libmp = load("mpmath.libmp")
    plain = {name: getattr(libmp, f"mpf_{name}") for name in (*_PLAIN, "neg", "abs")}
    return {**plain, **_choosing(libmp), **{name: _around(context, name) for name in _AROUND}}


def _choosing(libmp: Any) -> dict[str, RawOperation]:
    """Return the operations that compare, or take one of their arguments."""
    one, zero, nan = libmp.fone, libmp.fzero, libmp.fnan
    less, most = libmp.mpf_lt, libmp.mpf_le
    pairs: dict[str, _Two] = {
        "min": lambda x, y, _, __: x if most(x, y) or x == nan else y,
        "max": lambda x, y, _, __: x if most(y, x) or x == nan else y,
        "lt": lambda x, y, _, __: one if less(x, y) else zero,
        "le": lambda x, y, _, __: one if most(x, y) else zero,
        "eq": lambda x, y, _, __: one if libmp.mpf_eq(x, y) else zero,
        "sum_error": lambda x, y, _, __: zero,  # of so many digits none are missed
        "product_error": lambda x, y, _, __: zero,
        "refined": lambda x, y, _, __: x,
    }
    chosen: dict[str, _Three] = {"select": lambda c, yes, no, _, __: no if c == zero else yes}
    return {**pairs, **chosen}


def _around(context: Any, name: str) -> _One:
    """Return a function of mpmath's as an operation, nan where it is complex."""
    function, make, nan = getattr(context, name), context.make_mpf, context.nan._mpf_
    return lambda x, _, __: getattr(context.convert(function(make(x))), "_mpf_", nan)
