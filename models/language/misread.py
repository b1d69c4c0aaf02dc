"""What to tell someone whose model text cannot be read: the place, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from ..errors import SpecificationError
from .misread_event import misread_event
from .slips import likely

_HINTS = {
    "!": "a condition is turned around with not, and there is no factorial",
    '"': "quotes have no place in a model",
    "\\": "a backslash has no place in a model",
    "{": "use round brackets in formulas",
    "}": "use round brackets in formulas",
    "%": "write a percentage as a fraction, 5 % is 0.05",
    ":": "a value is given with =, as in k = 0.1",
    "$": "a dollar sign has no place in a model",
    "@": "a product is written with *",
    "&": "conditions are joined with and",
    "|": "an absolute value is written abs(x), and conditions are joined with or",
    "?": "a choice is written if(x < 1, a, b)",
    ".": "a dot stands between a part and a name of it: mug.T",
    "\u2264": "write <=",
    "\u2265": "write >=",
    "\u221a": "write sqrt(x)",
    "\u00f7": "write /",
    "\u221e": "there is no infinity in a model",
    "\u2202": "a rate of change is written dx/dt = …",
    "\u200b": "it is invisible; delete it",
    "\u201c": "quotes have no place in a model",
    "\u201d": "quotes have no place in a model",
    "\u222b": "write the rate of change, dx/dt = …",
}


def explain(error: Any, text: str, start: str) -> SpecificationError:
    """Return a parser's complaint as a sentence that points at the place.

    Parameters
    ----------
    error
        As lark raised it.
    text, start
        What was parsed, and as what: ``model``, ``condition`` or ``expression``.
    """
    token = getattr(error, "token", None)
    at = _place(token, text) if token is not None else (error.line, error.column)
    meant = likely(text, *at) if start == "model" else None
    if token is None:
        return SpecificationError(meant or _unknown_character(text, *at, start), text, *at)
    offence = _Offence(error, token, text)
    habits = [(meant is not None, meant or "")]
    rules = chain(habits, misread_event(offence), _rules(offence, start))
    problem = next((problem for applies, problem in rules if applies), None)
    return SpecificationError(problem or f"unexpected {_clip(str(token))!r} here", text, *at)


def _place(token: Any, text: str) -> tuple[int, int]:
    if token.type != "$END":
        return token.line, token.column
    lines = text.rstrip().split("\n")
    return len(lines), len(lines[-1]) + 1


def _clip(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"


def _unknown_character(text: str, line: int, column: int, start: str) -> str:
    character = text.split("\n")[line - 1][column - 1 : column]
    if character in _RAISED:
        return "a power is written with ^, as in x^2"
    if character == "[":
        return "a unit is written at the end of a statement, after a space: k = 0.07 [1/min]"
    hint = _HINTS.get(character)
    return f"unexpected character {character!r}" + (f": {hint}" if hint else "")


class _Offence:
    """The token that does not fit, what stands around it, and what would have fitted."""

    def __init__(self, error: Any, token: Any, text: str) -> None:
        self.kind = _ALIKE.get(str(token.type), str(token.type))
        self.text = _clip(str(token))
        self.line: int = token.line or 0
        self.ends = self.kind in {"_NEWLINE", "$END"}
        self.expected: set[str] = set(error.expected)
        stack: list[Any] = error.interactive_parser.parser_state.value_stack
        self.bracket = _open_bracket(stack)
        self.inside_bracket = self.bracket is not None
        at_end = self.kind == "$END"
        before = text.rstrip() if at_end else text[: token.start_pos]
        self.statement = re.split(r"[\n;]", before)[-1].strip()
        self.before = _clip(_last_word(before))
        self.last = _kind(self.before)
        after = "" if at_end else text[token.end_pos :].lstrip()
        is_head = self.kind == "NAME" and _REST_OF_HEAD.match(after) is not None
        self.begins_statement = is_head or self.kind == "DERIVATIVE"

    @property
    def unclosed(self) -> str:
        """What to say of the bracket that a new statement stands in."""
        line = getattr(self.bracket, "line", 0)
        which = f"the bracket of line {line}" if line < self.line else "a bracket before this"
        return f"{which} is not closed; add )"


# Kinds of token that are another kind anywhere but in their own place.
_ALIKE = {
    "INTEGER": "NUMBER", "AND": "NAME", "OR": "NAME", "NOT": "NAME", "_FOR": "NAME", "_IN": "NAME",
    "PRIMES": "PRIME", "_FROM": "NAME", "_UPTO": "NAME", "WHEN": "NAME", "AT": "NAME",
    "EVERY": "NAME", "STOPS": "NAME", "STOP": "NAME", "NOTE": "NAME",
}  # fmt: skip


def _open_bracket(stack: list[Any]) -> Any:
    """Return the innermost bracket that is still open, None if all are closed."""
    found: list[Any] = []
    for value in stack:
        kind = getattr(value, "type", "")
        if kind == "LPAR":
            found.append(value)
        elif kind == "RPAR" and found:
            found.pop()
    return found[-1] if found else None


def _last_word(text: str) -> str:
    """Return the last number, name or sign of a text, comments left out."""
    for line in reversed(text.split("\n")):
        code = line.partition("#")[0].rstrip()
        if code:
            found = re.search(r"(\d[\d.]*|\w+|\S)$", code[-200:])
            return found[1] if found else ""
    return ""


def _kind(word: str) -> str:
    if word[:1].isdigit():
        return "NUMBER"
    return "NAME" if word.isidentifier() else word


def _side_by_side(found: _Offence) -> Iterator[tuple[bool, str]]:
    """Yield what may be wrong where a sign between two things is missing."""
    kind, last, before = found.kind, found.last, found.before
    product = f"{before}*{found.text}"
    halved = re.search(r"([\d.]+) ?/ ?[\d.]+$", found.statement[-30:])
    yield (
        (last, kind) == ("NUMBER", "NAME") and halved is not None,
        f"a number touches a name; write {halved and halved[0]}*{found.text} or "
        f"{halved and halved[1]}/({product})",
    )
    yield (last, kind) == ("NUMBER", "NAME"), f"a number touches a name; write {product}"
    yield (last, kind) == ("NUMBER", "LPAR"), f"a number touches a bracket; write {before}*(…)"
    yield (last, kind) == ("NUMBER", "NUMBER"), "two numbers side by side"
    yield last == ")" and kind in {"NAME", "NUMBER", "LPAR"}, "a product is written with *"
    yield last == "NAME" and kind in {"NAME", "NUMBER"}, f"two names side by side; write {product}"


def _rules(found: _Offence, start: str) -> Iterator[tuple[bool, str]]:
    """Yield what may be wrong, the likeliest first."""
    kind, last, before = found.kind, found.last, found.before
    unclosed = found.inside_bracket and (found.begins_statement or kind == "EQUAL")
    yield found.text[:1] in _RAISED, "a power is written with ^, as in x^2"
    yield kind == "NAME" and found.text in {"and", "or"}, _JOINED[start]
    yield start == "condition" and kind == "EQUAL", "a condition compares with < or >: T < 60"
    several = kind in {"COMMA", "COMPARE"} and last in {"NAME", "NUMBER", ")"}
    yield start == "condition" and several and not found.inside_bracket, _ONE_COMPARISON
    yield unclosed, found.unclosed
    yield (
        found.begins_statement and start == "model",
        "a new statement begins on a new line, or after a ;",
    )
    yield from _side_by_side(found)
    yield kind == "PRIME", "a prime stands right behind a name: T' is the rate of change of T"
    yield kind == "COLON", _HINTS[":"]
    second = kind == "DIVIDE" and before[:2] == "d2"
    yield second, f"a second derivative stands alone: {before}/dt2 = …, or x'' = …"
    yield kind == "DIVIDE" and last == "NAME", f"a rate of change stands alone: {before}/dt = …"
    yield kind == "COMMA" and last == "NUMBER", "a decimal number is written with a point: 0.07"
    yield kind == "COMMA", "a comma stands between the arguments of a function only"
    yield "SIGN" in found.expected, "the time of a start value is a number: x(0) = 1"
    yield (last, kind) == ("=", "EQUAL") or found.text == "==", "an equation has one ="
    yield (
        "DERIVATIVE" in found.expected,
        f"a statement begins with a name: {_EXAMPLES[start]}",
    )
    yield kind in _SIGNS, f"something is missing before {found.text}"
    yield found.ends and not before, f"the {start} is empty; write {_EXAMPLES[start]}"
    yield found.ends and found.inside_bracket, "a bracket is not closed; add )"
    yield kind == "EQUAL", "one statement has one =; put the next one on its own line or after a ;"
    yield kind == "COMPARE", "a comparison stands in brackets, as in if(x < 1, a, b)"
    yield kind == "RPAR" and found.inside_bracket, f"something is missing after {before}"
    yield kind == "RPAR", "this bracket closes nothing"
    yield kind == "UNIT", "a unit is written once, at the end of a statement, after the value"
    yield found.ends and last == "NAME", f"{before} alone says nothing; write {_EXAMPLES[start]}"
    yield found.ends, f"something is missing after {before}"


_SIGNS = frozenset({"PLUS", "TIMES", "DIVIDE", "POWER"})
_ONE_COMPARISON = "one comparison at a time, joined by and, or: 30 < T and T < 60"
_JOINED = {
    "model": (_JOINING := "and, or join conditions, as in if(x > 0 and x < 1, a, b)"),
    "condition": _ONE_COMPARISON,
    "expression": _JOINING,
}
_REST_OF_HEAD = re.compile(r"('|\([^()\n]*\))?\s*=(?!=)")  # of x = …, x' = … and x(0) = …
_EXAMPLES = {
    "model": "an equation dx/dt = -k*x, a value k = 0.1, or a start value x(0) = 1",
    "condition": "T < 60",
    "expression": "sin(x^2)",
}
_RAISED = frozenset("\u00b2\u00b3\u00b9\u2070\u2074\u2075\u2076\u2077\u2078\u2079")
