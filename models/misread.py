"""What to tell someone whose model text cannot be read: the place, and what to write instead."""

from __future__ import annotations

import re
from typing import Any

from .errors import SpecificationError

_HINTS = {
    "!": "there is no factorial or 'not' in a formula",
    '"': "quotes have no place in a model",
    "\\": "a backslash has no place in a model",
    "{": "use round brackets in formulas",
    "}": "use round brackets in formulas",
    "%": "write a percentage as a fraction, 5 % is 0.05",
    ":": "a value is given with =, as in k = 0.1",
    "$": "a dollar sign has no place in a model",
    "@": "a product is written with *",
    "&": "a condition has no place in a formula",
    "|": "an absolute value is written abs(x)",
    "&&": "a condition has no place in a formula",
}


def explain(error: Any, text: str) -> SpecificationError:
    """Return a parser's complaint as a sentence that points at the place."""
    token = getattr(error, "token", None)
    if token is None:
        problem = _unknown_character(text, error.line, error.column)
        return SpecificationError(problem, text, error.line, error.column)
    line, column = _place(token, text)
    return SpecificationError(_unexpected(error, token, text), text, line, column)


def _place(token: Any, text: str) -> tuple[int, int]:
    if token.type != "$END":
        return token.line, token.column
    lines = text.rstrip().split("\n")
    return len(lines), len(lines[-1]) + 1


def _unknown_character(text: str, line: int, column: int) -> str:
    character = text.split("\n")[line - 1][column - 1 : column]
    hint = _HINTS.get(character)
    if character in "\u00b2\u00b3\u00b9":
        return "a power is written with ^, as in x^2"
    if character == "[":
        return "a unit is written at the end of a line, between [ and ]"
    return f"unexpected character {character!r}" + (f": {hint}" if hint else "")


def _unexpected(error: Any, token: Any, text: str) -> str:
    before, last = _before(token, text)
    kind = token.type
    rules = (
        (str(token)[:1] in "\u00b2\u00b3\u00b9", "a power is written with ^, as in x^2"),
        (last == "NUMBER" and kind == "NAME", f"a number touches a name; write {before}*{token}"),
        (last == "NUMBER" and kind == "LPAR", f"a number touches a bracket; write {before}*(…)"),
        (last == "RPAR" and kind in {"NAME", "NUMBER", "LPAR"}, "a product is written with *"),
        (last == "NAME" and kind in {"NAME", "NUMBER"}, f"two names side by side; write {before}*{token}"),
        (kind == "PRIME" and last == "PRIME", _SECOND_ORDER),
        (kind == "PRIME", "quotes have no place in a formula; T' = … states the rate of change of T"),
        (kind == "DIVIDE" and last == "NAME" and str(before)[:2] == "d2", _SECOND_ORDER),
        (kind == "COMPARE" and str(token) == "==", "an equation has one ="),
        (kind == "EQUAL" and last == "EQUAL", "an equation has one ="),
        (kind in {"_NEWLINE", "$END"} and "RPAR" in error.expected and _open(text, token),
         "a bracket is not closed; add )"),
        (kind == "EQUAL" and _open(text, token), "a bracket before this is not closed; add )"),
        (kind == "EQUAL", "one statement has one =; put the next one on its own line or after a ;"),
        (kind == "RPAR", "this bracket closes nothing"),
        (kind == "UNIT", "a unit is written once, at the end of a line, after the value"),
        (kind in {"_NEWLINE", "$END"} and last == "NAME", f"after {before} something is missing; "
         "write an equation dx/dt = …, a value k = 0.1, or a start value x(0) = 1"),
        (kind in {"_NEWLINE", "$END"}, f"the line ends after {before}; something is missing"),
    )  # fmt: skip
    for applies, problem in rules:
        if applies:
            return problem
    return f"unexpected {str(token)!r} here"


_SECOND_ORDER = (
    "only first-order equations are read; write a second-order one as two: dx/dt = v; dv/dt = …"
)


def _before(token: Any, text: str) -> tuple[str, str]:
    """Return what stands before a token, and its kind."""
    upto = text if token.type == "$END" else text[: token.start_pos]
    found = re.search(r"(\d[\d.]*|\w+|\S)\s*$", upto)
    before = found[1] if found else ""
    kinds = {")": "RPAR", "'": "PRIME", "=": "EQUAL"}
    is_number = before[:1].isdigit()
    return before, kinds.get(before) or (
        "NUMBER" if is_number else "NAME" if before.isidentifier() else ""
    )


def _open(text: str, token: Any) -> bool:
    upto = text if token.type == "$END" else text[: token.start_pos]
    return upto.count("(") > upto.count(")")
