"""Indices: whole numbers that vectors are written with, and the ranges they run over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from ..names import normal_name

Indices = Mapping[str, int]
Fail = Callable[[str, Any], Exception]

MOST = 200_000  # elements that one statement, or one sum, may run over
_LARGEST = 10**6


def index(tree: Any, known: Indices, fail: Fail) -> int:
    """Return the whole number an index comes to; iterative, so that no nesting is too deep.

    Raises
    ------
    SpecificationError
        If it has a name that is no index and no whole constant.
    """
    if tree.data in ("name", "number"):  # most are
        return _READ[tree.data](tree.children, known, fail)
    values: dict[int, int] = {}
    for node in tree.iter_subtrees():
        parts = [values.get(id(child), child) for child in node.children]
        values[id(node)] = _READ[node.data](parts, known, fail)
    return values[id(tree)]


def _number(parts: Any, _: Indices, fail: Fail) -> int:
    (token,) = parts
    if len(token) > 6:
        raise fail(f"an index is at most {_LARGEST}", token)
    return int(token)


def _name(parts: Any, known: Indices, fail: Fail) -> int:
    (token,) = parts
    name = str(token)
    if name not in known and (name := normal_name(token)) not in known:
        raise fail(
            f"{token} is no index; a unit is written after a space, k = 0.07 [1/min], an index "
            f"runs over a range, … for {token} in 1..10, or is a constant, const {token} = 10",
            token,
        )
    return known[name]


def _infix(parts: Any, _: Indices, fail: Fail) -> int:
    left, sign, right = parts
    result = left * right if sign.type == "TIMES" else left + right * _SIGN[sign.type]
    if abs(result) > _LARGEST:
        raise fail(f"an index is at most {_LARGEST}", sign)
    return result


_SIGN = {"PLUS": 1, "MINUS": -1}
_READ: Mapping[str, Callable[[Any, Indices, Fail], int]] = {
    "number": _number,
    "name": _name,
    "infix": _infix,
    "negative": lambda parts, _, __: -parts[1],
    "group": lambda parts, _, __: parts[0],
}


def runs(ranges: Any, known: Indices, fail: Fail) -> Iterator[Indices]:
    """Yield what the indices are, over all ranges, the last running fastest.

    Raises
    ------
    SpecificationError
        If a range is empty or endless.
    """
    if ranges is None:
        yield known
        return
    spans = [_span(r, known, fail) for r in ranges.children]
    count = 1
    for name, span in spans:
        count *= len(span)
        if count > MOST:
            raise fail(f"this runs over more than {MOST} elements", name)
    names = [normal_name(name) for name, _ in spans]
    for values in product(*(span for _, span in spans)):
        yield {**known, **dict(zip(names, values, strict=True))}


def _span(tree: Any, known: Indices, fail: Fail) -> tuple[Any, range]:
    name, first, last = tree.children
    if normal_name(name) in known:
        raise fail(f"{name} is an index or a constant already; run over another name", name)
    begin, end = index(first, known, fail), index(last, known, fail)
    if end < begin:
        raise fail(f"{name} runs over nothing: {begin}..{end}; write the smaller end first", name)
    return name, range(begin, end + 1)


def element(head: str, indices: Iterator[int] | list[int]) -> str:
    """Return the name of an element: ``x[3]``, or ``x[1,2]`` of a matrix."""
    return f"{head}[{','.join(map(str, indices))}]"
