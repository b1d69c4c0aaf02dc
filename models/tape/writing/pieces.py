"""Pieces of a formula in writing: how tightly each binds, and how numbers are written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

_MOST_PARTS = 64  # that a unit is cut into by halving, in a fraction
_PARTS_OF_PI, _MOST_PI = (1, 2, 3, 4, 6, 8, 12, 180), 1000
# How tightly a written piece binds, as the grammar of models has it.
OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 10)


class Infix(NamedTuple):
    """An operation between two pieces: how tightly it binds, its sign, and what each may be."""

    rank: int
    sign: str
    left: int
    right: int


INFIX: Mapping[str, Infix] = {
    "lt": Infix(COMPARISON, " < ", SUM, SUM),
    "le": Infix(COMPARISON, " <= ", SUM, SUM),
    "eq": Infix(COMPARISON, " == ", SUM, SUM),
    "add": Infix(SUM, " + ", SUM, PRODUCT),
    "sub": Infix(SUM, " - ", SUM, PRODUCT),
    "mul": Infix(PRODUCT, "*", PRODUCT, UNARY),
    "div": Infix(PRODUCT, "/", PRODUCT, UNARY),
    "pow": Infix(POWER, "^", ATOM, UNARY),
}
# Conditions joined: how tightly, the word, and what each side may be.
JOINED: Mapping[str, Infix] = {
    "min": Infix(AND, "and", AND, NOT),
    "max": Infix(OR, "or", OR, AND),
}


class Written(NamedTuple):
    """A piece of formula in writing, and how tightly it binds."""

    text: str
    rank: int


def number(value: float) -> str:
    """Return a number as short as it can be written without loss: 2, 0.07, 1e-9."""
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    digits, _, power = repr(value).partition("e")
    return f"{digits}e{int(power)}" if power else digits


def parts_of(value: float) -> tuple[int, int] | None:
    """Return a number as a fraction of whole numbers where that is short; None elsewhere."""
    above, below = value.as_integer_ratio() if math.isfinite(value) else (0, 1)
    return (above, below) if 1 < below <= _MOST_PARTS else None


def turns_of(value: float) -> str:
    """Return a number as pi, 2*pi or pi/3 where it is that to the last digit, else nothing."""
    for below in _PARTS_OF_PI if abs(value) < _MOST_PI else ():
        above = round(abs(value) * below / math.pi)
        if 0 < above <= _MOST_PI and above * math.pi / below == abs(value):
            times = "" if above == 1 else f"{above}*"
            return f"{'-' if value < 0 else ''}{times}pi{'' if below == 1 else f'/{below}'}"
    return ""
