"""Partial differential equations: how one that was typed is known, and what is told of it.

States follow time alone. An equation with derivatives by place is written for the points of a grid:
the method of lines (Schiesser 1991, *The Numerical Method of Lines*).
"""

from __future__ import annotations

import re

_PLACE = r"(?:xx|yy|zz|rr|xxx|xxxx|xy|xz|yz)"  # u_xx; of a single letter u_x may be any number
_SUBSCRIPT = re.compile(rf"\b([^\W\d_](?:\w*[^\W_])?)_({_PLACE}|[txyzr]|tt)\b")
_D = r"(?:(?<![\w])d|\u2202|\\partial(?![A-Za-z]))"
_TIMES = r"\s*(?:\^?[2-9]|\^\{[2-9]\}|\u00b2|\u00b3)?"
_QUOTIENT = re.compile(rf"{_D}{_TIMES}\s*([^\W\d_]\w*?)[\s{{}}/]*{_D}\s*([^\W\d_]+)(?=\W|\d|$)")


def by_place(statement: str) -> str | None:
    """Return the function of which a statement has derivatives by time and place, None if of none.

    They are written as quotients, du/dt and d2u/dx2, or as subscripts: u_t, alone on the left, and
    u_xx; by two places also where time has no part.
    """
    found: dict[str, set[str]] = {}
    for name, variable in _QUOTIENT.findall(statement):
        found.setdefault(name, set()).add(variable)
    subscripts = _SUBSCRIPT.findall(statement)
    head = _SUBSCRIPT.match(statement.strip())
    for name, places in subscripts:
        if len(places) > 1 or (head and head[1] == name and head[2][0] == "t"):
            found.setdefault(name, set()).add(places[:1])
    return next((name for name, by in found.items() if len(by) > 1), None)


def on_a_grid(name: str) -> str:
    """Return how a partial differential equation for a function is written."""
    return (
        "states follow time alone, and a partial differential equation is written for the points "
        f"of a grid (method of lines), {name}[i]' = D*({name}[i-1] - 2*{name}[i] + {name}[i+1])"
        f"/h^2 for i in 1..50; {name}[0] = 0; {name}[51] = 0"
    )
