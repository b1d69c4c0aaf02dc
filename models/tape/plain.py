"""Tapes as plain data, lists of names and numbers, to be kept in files and read back with care."""

from __future__ import annotations

import math
from typing import Any, cast

from ..special_functions import SHELF
from .operations import OPERATIONS, Node, arity
from .program import Tape


def to_plain(tape: Tape) -> list[Any]:
    """Return a tape as names of inputs, one list for each further node, and numbers of outputs."""
    rest = tape.nodes[len(tape.inputs) :]
    nodes = [[n.op, n.value] if n.op == "const" else [n.op, *n.args] for n in rest]
    return [list(tape.inputs), nodes, list(tape.outputs)]


def from_plain(data: object) -> Tape:
    """Return the tape that data stands for.

    Raises
    ------
    ValueError
        If it stands for none: an operation nobody knows, or one on what comes later.
    """
    inputs, rows, outputs = _list(data, 3)
    names = tuple(map(_name, _list(inputs)))
    nodes = [Node("input", (), float(i)) for i in range(len(names))]
    for row in _list(rows):
        nodes.append(_node(_list(row), len(nodes)))
    return Tape(names, tuple(nodes), tuple(_number(o, len(nodes)) for o in _list(outputs)))


def _node(row: list[Any], known: int) -> Node:
    op, *rest = row or [None]
    if op == "const" and len(rest) == 1 and isinstance(rest[0], float):
        (value,) = rest
        return Node("const", (), math.nan if math.isnan(value) else value)  # one object for nan
    known_op = isinstance(op, str) and (op in OPERATIONS or op in SHELF)
    if not known_op or len(rest) != arity(op):
        raise ValueError(f"no operation of a tape: {row!r:.60}")
    return Node(op, tuple(_number(place, known) for place in rest))


def _list(data: object, length: int | None = None) -> list[Any]:
    if not isinstance(data, list) or length not in (None, len(cast("list[Any]", data))):
        raise ValueError(f"no part of a tape: {data!r:.60}")
    return cast("list[Any]", data)


def _name(data: object) -> str:
    if not isinstance(data, str):
        raise ValueError(f"no name of an input: {data!r:.60}")
    return data


def _number(data: object, below: int) -> int:
    if type(data) is not int or not 0 <= data < below:
        raise ValueError(f"no number of an earlier node: {data!r:.60}")
    return data
