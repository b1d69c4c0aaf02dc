r"""LaTeX typed into a model: what it says in the language of models, \frac{dT}{dt} as dT/dt."""

from __future__ import annotations

import re

from ..tape.operations import FUNCTIONS

_LONGEST = 500  # characters that are looked at
_SPACES = re.compile(r"\\left\b|\\right\b|\\[,;:! ]|\\q?quad\b|\\displaystyle\b|\\\\|[$&~]")
_WORDS = re.compile(r"\\(?:mathrm|text|operatorname|mathit|mathbf)\s*\{\s*([^{}]*?)\s*\}")
_GROUP = r"\{([^{}]*)\}"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (rf"\\ddot\s*{_GROUP}", r"\1''"),
        (rf"\\dot\s*{_GROUP}", r"\1'"),
        (rf"_{_GROUP}", r"_\1"),
        (r"\\[dt]?frac\s*\{\s*(d\s*\w+)\s*\}\s*\{\s*(d\s*\w+)\s*\}", r" \1/\2 "),
        (rf"\\[dt]?frac\s*{_GROUP}\s*{_GROUP}", r"((\1)/(\2))"),
        (rf"\\sqrt\s*{_GROUP}", r"sqrt(\1)"),
        (rf"\^\s*{_GROUP}", r"^(\1)"),
    )
)
_TIMES = re.compile(r"\\(?:cdot|times|ast)\b")
_NAME = re.compile(r"\\([A-Za-z]+)")
_CALLED = {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan"}
_NO_NAME = re.compile(
    r"\\(?:sum|prod|o?int|lim|partial|nabla|infty|pm|mp|[lg]eq?|neq|to)(?![A-Za-z])"
)
_SINGLE = re.compile(r"(?<![\w'])\((\w+(?:\.\d+)?)\)")  # brackets around one name or number
_FRACTION = re.compile(r"(?<![\w'^/])\((\([^()]*\)|\w+)/(\([^()]*\)|\w+)\)")
_RATE = re.compile(r"\bd\s+(\w+)\s*/\s*d\s*(\w+)")
_TOKEN = re.compile(r"\d+\.?\d*|[^\W\d]\w*'*|\S")
_START = re.compile(r"\s*\w+'*\s*\(\s*[-\d.]+\s*\)\s*=")
_VALUE = re.compile(r"[\w)]")


def plain(statement: str) -> str | None:
    r"""Return a statement in LaTeX as the language of models has it; None if that is not clear.

    Parameters
    ----------
    statement
        As typed.

    Examples
    --------
    >>> plain(r"\frac{dT}{dt} = -k (T - T_{s})")
    'dT/dt = -k*(T - T_s)'
    """
    text = _SPACES.sub(" ", statement.strip()[:_LONGEST])
    text = _TIMES.sub("*", _WORDS.sub(r"\1", text))
    before = ""
    while before != text:
        before = text
        for pattern, replacement in _RULES:
            text = pattern.sub(replacement, text)
    if _NO_NAME.search(text):
        return None
    text = _NAME.sub(lambda found: f" {_CALLED.get(found[1], found[1])} ", text)
    text = _RATE.sub(r"d\1/d\2", text)
    text = _FRACTION.sub(r"\1/\2", _SINGLE.sub(r"\1", text))
    return None if set(text) & set("\\{}") else _with_products(text)


def _with_products(text: str) -> str:
    """Return a formula with its products written out, and evenly spaced."""
    head = _START.match(text)
    begin, rest = (head.group(), text[head.end() :]) if head else ("", text)
    tokens, written = _TOKEN.findall(rest), ""
    for i, token in enumerate(tokens):
        last = tokens[i - 1] if i else ""
        multiplied = _VALUE.match(last) and re.match(r"[\w(]", token) and last not in FUNCTIONS
        written += ("*" if multiplied else "") + _spaced(token, last)
    return " ".join(f"{begin} {written}".split())


def _spaced(token: str, last: str) -> str:
    unary = last in {"", "=", "(", "*", "/", "^", ","}
    return f" {token} " if token == "=" or (token in "+-" and not unary) else token
