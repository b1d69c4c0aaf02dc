"""What to tell someone whose statement of an event cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol


class Offence(Protocol):
    """What does not fit, and what stands around it."""

    kind: str
    text: str
    statement: str  # as far as it goes
    before: str
    last: str  # the kind of what stands before
    expected: set[str]
    inside_bracket: bool


_BEGINS = re.compile(r"(stop[ \t]+)?(when|at|every)\b(?![ \t]*=)")
_ALMOST = re.compile(r"(if|whenever|once|while|until|after)\b")
_UNITS = frozenset("ms s sec min h hr hour hours d day days week weeks month months y year".split())
_EXAMPLE = "when x < 0: v = -v"
_SHAPES = {
    "when": "when x < 0: …",
    "at": "at t = 5, 10: …",
    "every": "every 24 from 0 to 96: …",
}


def begins_event(statement: str) -> bool:
    """Tell whether a statement, as far as it goes, is that of an event."""
    return _BEGINS.match(statement.lstrip()) is not None


def misread_event(found: Offence) -> Iterator[tuple[bool, str]]:
    """Yield what may be wrong with an event, the likeliest first."""
    kind, statement = found.kind, found.statement
    begins = _BEGINS.match(statement)
    almost = _ALMOST.match(statement) is not None
    yield (
        almost and (kind in {"NAME", "COLON", "COMPARE", "LPAR"}),
        f"an event is written {_EXAMPLE}",
    )
    yield statement == "stop", "write stop when x < 0, or when x < 0: stop"
    yield kind == "COLON" and not begins, "a value is given with =, as in k = 0.1"
    if begins and not found.inside_bracket:
        yield from _after(found) if ":" in statement else _before(found, begins[2])


def _before(found: Offence, word: str) -> Iterator[tuple[bool, str]]:
    """Yield what may be wrong before the colon."""
    kind, last = found.kind, found.last
    shape = _SHAPES[word]
    complete = last in {"NAME", "NUMBER", ")"} and found.before != word
    yield kind == "EQUAL" and word == "when", f"a condition compares with <, <=, > or >=: {shape}"
    yield kind == "COMPARE" and complete, "one comparison at a time: 0 < x and x < 1"
    yield found.before == "not", "turn the comparison round instead: x >= 0 for not x < 0"
    yield kind == "COLON" or found.before == word, f"something is missing: {shape}"
    yield (
        found.text in _UNITS and last == "NUMBER" and word != "when",
        f"a time is a number in the unit of time of the model, without a unit here: {shape}",
    )
    yield word == "every" and kind in {"NAME", "COMMA"} and complete, f"write {shape}"
    yield kind in {"NAME", "DERIVATIVE"} and complete, f"a colon is missing: {shape}"


def _after(found: Offence) -> Iterator[tuple[bool, str]]:
    """Yield what may be wrong after the colon."""
    kind, last = found.kind, found.last
    example = "a state: v = 0, or v += 1; or writes stop, or note"
    sets = last == ":" or last == ","
    several = "an event has one colon; what is set is separated by commas: v = 0, x = 1"
    yield kind == "COLON", several
    yield kind == "UNIT", "a number set by an event has the unit of the state; leave this out"
    bare = "EQUAL" in found.expected and "CHANGE" in found.expected
    yield sets or bare, f"an event sets {example}"
    yield kind == "EQUAL", "what is set is separated by commas: v = 0, x = 1"
