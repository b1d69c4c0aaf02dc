"""Operations on vectors of lanes that LLVM has no instruction for, composed of those it has."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from .page import Page

_LARGEST_POWER = 32  # up to here a power is products; beyond, their rounding adds up


def power(page: Page, base: str, exponent: float) -> str:
    """Write a power: products and a root where its exponent is a multiple of one half."""
    if (2 * exponent) % 1 or not 0 < abs(exponent) <= _LARGEST_POWER:
        return call(page, "pow", [base, page.every(exponent)])
    whole, half = divmod(abs(exponent), 1.0)
    result = _whole_power(page, base, int(whole))
    if half:
        root = page.known("sqrt", base)
        result = root if result is None else page.do_all("fmul", result, root)
    assert result is not None
    return page.do_all("fdiv", page.every(1.0), result) if exponent < 0 else result


def _whole_power(page: Page, base: str, exponent: int) -> str | None:
    result = None
    while exponent:
        if exponent & 1:
            result = base if result is None else page.do_all("fmul", result, base)
        exponent >>= 1
        base = page.do_all("fmul", base, base) if exponent else base
    return result


def _extreme(page: Page, how: str, a: str, b: str) -> str:
    """Write the smaller or larger of two; nan where either is."""
    found = page.choose(page.compare(how, a, b), a, b)
    return page.choose(page.compare("uno", a, a), a, found)


def _smaller(page: Page, a: str, b: str) -> str:
    return _extreme(page, "olt", a, b)


def larger(page: Page, a: str, b: str) -> str:
    """Write the larger of two; nan where either is."""
    return _extreme(page, "ogt", a, b)


def larger_size(page: Page, a: str, b: str) -> str:
    """Write the larger of two without a sign: their bits compare as integers do, nan above all."""
    vector, integers = page.machine.vector, page.machine.integers
    left, right = (page.put(f"bitcast {vector} {x} to {integers}") for x in (a, b))
    name = f"llvm.smax.v{page.machine.width}i64"
    larger = page.call(integers, name, f"{integers} {left}", f"{integers} {right}")
    return page.put(f"bitcast {integers} {larger} to {vector}")


def _sign(page: Page, a: str) -> str:
    side = page.known("copysign", page.every(1.0), a)
    return page.choose(page.compare("one", a, page.every(0.0)), side, a)


def _sum_error(page: Page, a: str, b: str) -> str:
    """Write what a sum has lost to rounding (Knuth's six operations)."""
    whole = page.do_all("fadd", a, b)
    other = page.do_all("fsub", whole, a)
    left = page.do_all("fsub", a, page.do_all("fsub", whole, other))
    return page.do_all("fadd", left, page.do_all("fsub", b, other))


def _product_error(page: Page, a: str, b: str) -> str:
    """Write what a product has lost to rounding, nan where it is infinite (Dekker's)."""
    whole = page.do_all("fmul", a, b)
    less = page.negative(whole)
    if page.machine.fused:
        error = page.known("fma", a, b, less)
    else:
        (c, d), (e, f) = _halves(page, a), _halves(page, b)
        error = page.do_all("fadd", page.do_all("fmul", c, e), less)
        for left, right in ((c, f), (d, e), (d, f)):
            error = page.do_all("fadd", error, page.do_all("fmul", left, right))
    return page.do_all("fadd", error, page.do_all("fsub", whole, whole))


def _halves(page: Page, a: str) -> tuple[str, str]:
    far = page.do_all("fmul", a, page.every(2.0**27 + 1.0))
    high = page.do_all("fsub", far, page.do_all("fsub", far, a))
    return high, page.do_all("fsub", a, high)


def _refined(page: Page, a: str, b: str) -> str:
    return b


COMPOSED: Mapping[str, Callable[..., str]] = {
    "sum_error": _sum_error,
    "product_error": _product_error,
    "refined": _refined,
    "neg": Page.negative,
    "sign": _sign,
    "min": _smaller,
    "max": larger,
}


def call(page: Page, op: str, words: Sequence[str]) -> str:
    """Write a function of the C library, of some lanes together where it has such a one."""
    machine = page.machine
    name = machine.functions.get(op)
    if name is None:
        return _lane_by_lane(page, op, words)
    if machine.together == machine.width:
        return page.call(machine.vector, name, *(f"{machine.vector} {w}" for w in words))
    part = f"<{machine.together} x double>"
    if machine.width < machine.together:
        return _filled_up(page, name, part, words)
    parts = [
        page.call(part, name, *(f"{part} {_cut(page, w, begin)}" for w in words))
        for begin in range(0, machine.width, machine.together)
    ]
    return _joined(page, parts)


def _filled_up(page: Page, name: str, part: str, words: Sequence[str]) -> str:
    """Write a vector function of fewer lanes than it takes: they are repeated, and read once."""
    vector, width, size = page.machine.vector, page.machine.width, page.machine.together
    lanes = ", ".join(f"i32 {i % width}" for i in range(size))
    places = f"<{size} x i32> <{lanes}>"
    full = [page.put(f"shufflevector {vector} {w}, {vector} poison, {places}") for w in words]
    found = page.call(part, name, *(f"{part} {w}" for w in full))
    first = ", ".join(f"i32 {i}" for i in range(width))
    return page.put(f"shufflevector {part} {found}, {part} poison, <{width} x i32> <{first}>")


def _cut(page: Page, word: str, begin: int) -> str:
    vector, size = page.machine.vector, page.machine.together
    lanes = ", ".join(f"i32 {begin + i}" for i in range(size))
    return page.put(f"shufflevector {vector} {word}, {vector} poison, <{size} x i32> <{lanes}>")


def _joined(page: Page, parts: list[str]) -> str:
    size = page.machine.together
    while len(parts) > 1:
        kind, size = f"<{size} x double>", 2 * size
        lanes = f"<{size} x i32> <{', '.join(f'i32 {i}' for i in range(size))}>"
        parts = [
            page.put(f"shufflevector {kind} {a}, {kind} {b}, {lanes}")
            for a, b in zip(parts[::2], parts[1::2], strict=True)
        ]
    return parts[0]


def _lane_by_lane(page: Page, op: str, words: Sequence[str]) -> str:
    vector, result = page.machine.vector, "poison"
    for lane in range(page.machine.width):
        numbers = [page.put(f"extractelement {vector} {w}, i32 {lane}") for w in words]
        value = page.call("double", op, *(f"double {x}" for x in numbers))
        result = page.put(f"insertelement {vector} {result}, double {value}, i32 {lane}")
    return result


_ROOT_HALF = 0x3FE6A09E667F3BCD  # the bits of sqrt(1/2)
_ONE = 0x3FF0000000000000  # of 1
_FRACTION = (1 << 52) - 1  # the bits of a number's fraction
_BIAS = 1023
_SHIFTER = 0x4330000000000000  # of 2^52: an integer below it is its fraction
_ROUNDER = 1.5 * 2.0**52  # added, it rounds to an integer, which its last bits then are


# Polynomials of least largest error, found by weighted least squares: log(1 + t)/t between
# sqrt(1/2) and sqrt(2), wrong by 5e-7 at most, and exp(t) between the logarithms of these, by 8e-8.
_LOG = (
    1.0000008773918332, -0.5000139830226135, 0.33316029377134576, -0.2489679316343799,
    0.20454756864586246, -0.18782725151534843, 0.12210968392664404,
)  # fmt: skip
_EXP = (
    1.0000000754895726, 1.0000000647018004, 0.49998869147285985, 0.16666325649042152,
    0.04191752648466786, 0.008381111739155556,
)  # fmt: skip


def _coarse_log(page: Page, x: str) -> str:
    """Write the logarithm of a positive normal number: of its exponent, and of its fraction."""
    vector, integers = page.machine.vector, page.machine.integers
    bits = page.put(f"bitcast {vector} {x} to {integers}")
    bits = page.put(f"add {integers} {bits}, {page.every_integer(_ONE - _ROOT_HALF)}")
    exponent = page.put(f"lshr {integers} {bits}, {page.every_integer(52)}")
    exponent = page.put(f"or {integers} {exponent}, {page.every_integer(_SHIFTER)}")
    whole = page.put(f"bitcast {integers} {exponent} to {vector}")
    whole = page.do_all("fsub", whole, page.every(2.0**52 + _BIAS))
    bits = page.put(f"and {integers} {bits}, {page.every_integer(_FRACTION)}")
    bits = page.put(f"add {integers} {bits}, {page.every_integer(_ROOT_HALF)}")
    t = page.do_all("fsub", page.put(f"bitcast {integers} {bits} to {vector}"), page.every(1.0))
    rest = page.do_all("fmul", t, _polynomial(page, t, _LOG))
    return fused(page, whole, page.every(math.log(2)), rest)


def _coarse_exp(page: Page, x: str) -> str:
    """Write the exponential of a moderate number: a power of two, and a short series."""
    vector, integers = page.machine.vector, page.machine.integers
    shifted = fused(page, x, page.every(1 / math.log(2)), page.every(_ROUNDER))
    whole = page.do_all("fsub", shifted, page.every(_ROUNDER))
    series = _polynomial(page, fused(page, whole, page.every(-math.log(2)), x), _EXP)
    bits = page.put(f"bitcast {vector} {shifted} to {integers}")
    bits = page.put(f"shl {integers} {bits}, {page.every_integer(52)}")
    value = page.put(f"bitcast {vector} {series} to {integers}")
    value = page.put(f"add {integers} {value}, {bits}")
    return page.put(f"bitcast {integers} {value} to {vector}")


def _coarse_smaller(page: Page, a: str, b: str) -> str:
    """Write the smaller of two; the second where the first is no number."""
    return page.choose(page.compare("olt", a, b), a, b)


def _coarse_larger(page: Page, a: str, b: str) -> str:
    """Write the larger of two; the second where the first is no number."""
    return page.choose(page.compare("ogt", a, b), a, b)


COARSE: Mapping[str, Callable[..., str]] = {
    "exp": _coarse_exp, "log": _coarse_log, "min": _coarse_smaller, "max": _coarse_larger,
}  # fmt: skip


def _polynomial(page: Page, x: str, coefficients: Sequence[float]) -> str:
    """Write a polynomial by halves (Estrin's scheme), so that few operations wait for others."""
    terms = [page.every(c) for c in coefficients]
    while len(terms) > 1:
        pairs = zip(terms[::2], terms[1::2], strict=False)
        rest = terms[len(terms) & ~1 :]
        terms = [fused(page, high, x, low) for low, high in pairs] + rest
        x = page.do_all("fmul", x, x) if len(terms) > 1 else x
    return terms[0]


def fused(page: Page, a: str, b: str, c: str) -> str:
    """Write a*b + c, as one operation where there is one."""
    if page.machine.fused:
        return page.known("fma", a, b, c)
    return page.do_all("fadd", page.do_all("fmul", a, b), c)
