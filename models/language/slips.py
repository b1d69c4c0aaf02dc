"""What a statement that cannot be read was likely meant to be: habits of other languages."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

from ..partial import by_place, on_a_grid
from .latex import plain

_NUMBER = r"[-+]?[\d.]+(?:[eE][-+]?\d+)?"
_VALUE = rf"^\s*\w+(?:'*\([^()]*\))?\s*=\s*{_NUMBER}"  # k = 0.07 or x(0) = 1
_CHOICE = "a choice is written if(x < 1, a, b)"
_RANGE = "a range is written for i in 1..10, at the end of a statement or in a sum"
_RATE = "a rate of change is written dx/dt = …, or x' = …"
_BOUNDS = "bounds are written behind the value: k = 1 in [0, 10]"
_UNIT = "a unit stands in square brackets: k = 0.07 [1/min]"

# A pattern found in the statement, and what is said then; the first that fits.
SLIPS: tuple[tuple[str, str], ...] = (
    (r"^\s*(?://|/\*|--)", "a comment begins with #"),
    (r"^[^=<>]*(?:->|=>|\u2192|<=>|\u21cc)", "a reaction is written as rates: dA/dt = -k*A*B"),
    (r"\d_\d", "digits stand together: 10000, or 1e4"),
    (r"^\s*d\s+\w+\s*/\s*d", _RATE),
    (r"^\s*d\w+\(\w+\)\s*/\s*d\w", "a state is written without its time: dx/dt = -x"),
    (
        r"^\s*(?:[\w.]+\s*\*\s*)(?:d[^\W\d]\w*/d\w+|\w+'+)\s*=",
        "the rate of change stands alone on the left; divide the right side instead",
    ),
    (
        r"^\s*(?:d[^\W\d]\w*/d\w+|\w+'+)\s*[-+]\s*[\w(].*=",
        "the rate of change stands alone on the left; move the rest to the right side",
    ),
    (
        r"\btable\s*\(\s*[\[(]",
        "measured values have a name: a = [(0, 20), (5, 22)], read by table(a, t)",
    ),
    (
        r"\d\s*\[[^\]\d,]*[^\W\d][^\],]*\]\s*[-+*/]|\d\s*\[1/[^\],]*\]\s*[-+*/]",
        "a unit is written once, at the end of a statement, after the value",
    ),
    (
        r"^\s*(?:param|parameter|par|let|var|real|double|float)\s+\w",
        "a value needs no word before it: k = 0.1",
    ),
    (r"^\s*constant\s+\w", "a constant is written const g = 9.81"),
    (
        r"^\s*(observe|input|independent)\s+\w",
        "a colon is missing: observe: total = S + I, input: u = sin(t)",
    ),
    (
        r"^\s*(?:output|outputs|observable|observed|measure|measured|assignment)\s*:",
        "what is measured is written observe: total = S + I",
    ),
    (r"^\s*observe\s*:\s*\w+\s*$", "what is measured is a formula: observe: total = S + I"),
    (r"^\s*input\s*:\s*\w+\s*$", "an input is a formula of time and parameters: input: u = sin(t)"),
    (
        r"^\s*(?:d/d\w+\b|diff\s*\(|Derivative\s*\(|d\(\w+\)/d|\w+'+\s*\(\s*[^\W\d]\w*\s*\)\s*=)",
        _RATE,
    ),
    (r"^\s*\w+\s*\(\s*[^\W\d]\w*\s*\)\s*'", _RATE),
    (
        r"^\s*d\w+/d\w+\s*\(",
        "a start value is one of the state: x(0) = 1, and of its rate, x'(0) = 1",
    ),
    (
        r"^\s*\w+\s*\(\s*[-\d.]+\s*\)\s*'",
        "the start value of a rate of change is written x'(0) = 1",
    ),
    (r"^\s*\w+'*\s*\(\s*\w+\s*=", "the time of a start value is a number: x(0) = 1"),
    (r"^\s*\w+'*\s*\(\s*[-\d.]+\s*\)\s*[-\d.]", "an = is missing: x(0) = 1"),
    (r"\?", _CHOICE),
    (r"\bif\s+[^\s(=]", _CHOICE),
    (r"!=|<>", "what differs is asked for with not: if(not x == 1, a, b)"),
    (
        r"\bif\s*\([^,<>=]*[^,<>=]=[^=]",
        "a condition compares: if(x == 1, a, b), or with <, <=, > and >=",
    ),
    (
        r"[<>]=?[^<>=,()&|]*[<>](?![^(]*\bor\b)",
        "a comparison has two sides; join two with and: if(0 < x and x < 1, a, b)",
    ),
    (
        r"\b(?:and|or|not)\s*[,)]",
        "something is missing beside and, or or not: if(x > 0 and x < 1, a, b)",
    ),
    (r"=\s*not\s+\w", "not turns a condition around, as in if(not x < 1, a, b)"),
    (
        r"\b(?:sin|cos|tan|exp|log|sqrt|abs|tanh)\s+[^\W\d]",
        "the argument of a function stands in brackets: sin(x)",
    ),
    (
        r"^\s*[^\W\d]\w*\s+in\s*\[.*\d\s+points",
        f"points of a grid are numbered by an index: {on_a_grid('u')}",
    ),
    (r"\bfor\b(?!\s+\w+\s+in\s+[^.]+\.\.[^.]+$)(?![^()]*\.\.[^()]*\))", _RANGE),
    (r"\bin\s*\(|\bin\s*$|\bin\s*\[", _BOUNDS),
    (rf"{_VALUE}\s*(?:\(1?/?[^\W\d]|1/[^\W\d]|\s[^\W\d])", _UNIT),
    (rf"{_VALUE}\s*\[[^\]]*$", "the bracket of the unit is not closed; add ]"),
    (rf"{_VALUE}\s*(?:\u00b1|\+-|\+/-)", f"a value is one number; {_BOUNDS}"),
    (
        r"^\s*\w+\s*=\s*\[\s*(?:1/)?[^\W\d][^,]*\]\s*$|^\s*\w+\s*=\s*\[1/",
        "the value is missing before its unit: k = 0.07 [1/min]",
    ),
    (
        r"^\s*\w+\s*=\s*\[",
        "measured values are pairs of numbers, time first: a = [(0, 20), (5, 22)]",
    ),
    (
        r"\w\[\s*\]|\w\[[\d.]*\.",
        "an index is a whole number: x[3], or x[i+1] where i runs over a range",
    ),
    (r"\w\[[^\]]*$", "the bracket of an index is not closed; add ]"),
)
_LATEX = "dx/dt = …, products with *, quotients a/b, powers x^2, names without a backslash"
_EVENT = re.compile(
    r"\s*(?:when|at|every|stop|if|whenever|once|while|until|after)\b"
)  # has hints of its own
_LONGEST = 500  # characters of a statement that is looked at
_AROUND = 100  # characters that are kept of a longer one, at each side of a place and at its ends
_SIGN = re.compile(r"[-+\u2212]")


def likely(text: str, line: int, column: int) -> str | None:
    """Return what the statement at a place was likely meant to be; None if nothing is known."""
    row = text.split("\n")[line - 1].partition("#")[0].replace("\\;", "  ")
    begin = row.rfind(";", 0, column - 1) + 1
    whole = row[begin:].split(";", 1)[0]
    if _EVENT.match(whole):
        return None
    statement = _near(whole, column - 1 - begin)
    if len(statement) > _LONGEST:
        return None
    partial = by_place(statement)
    if partial is not None:
        return f"derivatives of {partial} by several variables: {on_a_grid(partial)}"
    if "\\" in statement:
        spelled = plain(statement) if statement == whole else None
        return f"this is LaTeX; write {spelled or _LATEX}"
    return next((said for pattern, said in SLIPS if re.search(pattern, statement)), None)


def _near(statement: str, place: int) -> str:
    """Return a long statement without terms that are far from a place and from both ends."""
    if len(statement) <= _LONGEST:
        return statement
    length = len(statement)
    cuts = [0, *_outside_indices(statement), length]
    kept, done = "", 0
    for low, high in ((0, _AROUND), (place - _AROUND, place + _AROUND), (length - _AROUND, length)):
        begin = cuts[bisect_right(cuts, max(low, 0)) - 1]
        end = cuts[bisect_left(cuts, min(high, length))]
        kept += statement[max(begin, done) : max(end, done)]
        done = max(end, done)
    return kept


def _outside_indices(statement: str) -> list[int]:
    """Return where a term begins that is in no square brackets, or anywhere if these do not fit."""
    signs = [found.start() for found in _SIGN.finditer(statement)]
    depth = [0, *accumulate((c == "[") - (c == "]") for c in statement)]
    return [at for at in signs if depth[at] == 0] if depth[-1] == 0 else signs
