"""What to tell someone whose function cannot be recorded: the line, and what to write instead."""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable
from typing import Any

from ..errors import SpecificationError
from ..tape.value import BranchError

_CONDITION = re.compile(r"\b(?:if|elif|while)\b\s*(.+?)\s*(?:\belse\b.*|:.*)?$")


def located(function: Callable[..., Any], error: Exception) -> SpecificationError:
    """Return what went wrong while a function was recorded, with the line at which it did."""
    line = _line(function, error)
    if isinstance(error, BranchError):
        return SpecificationError(f"{error.problem}{_shown(line)}; {_choice(line)}")
    known = isinstance(error, SpecificationError)
    problem = error.problem if known else f"the function cannot be recorded: {error}"
    return SpecificationError(problem + _shown(line))


def refuse_yields(function: Callable[..., Any]) -> None:
    """Raise for a function that gives its rates one by one, or later."""
    is_plain = not (inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function))
    if is_plain:
        return
    first = getattr(getattr(function, "__code__", None), "co_firstlineno", 0)
    raise SpecificationError(
        f"the function that begins in line {first} yields or awaits; return all rates at once"
    )


def _line(function: Callable[..., Any], error: Exception) -> tuple[int, str] | None:
    """Return number and text of the function's line at which an error came up."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    return (own[-1].lineno or 0, (own[-1].line or "")[:80]) if own else None


def _shown(line: tuple[int, str] | None) -> str:
    return f" (line {line[0]}: {line[1]})" if line else ""


def _choice(line: tuple[int, str] | None) -> str:
    """Return how a branch is written as a formula, with the condition of that line."""
    found = _CONDITION.search(line[1]) if line else None
    condition = _as_formula(found[1]) if found else "x > 1"
    return (
        f"write rl.where({condition}, a, b), or in two lines\n"
        f"    holds = {condition}\n"
        f"    return rl.where(holds, a, b)"
    )


def _as_formula(condition: str) -> str:
    """Return a condition with the signs that stand for and, or and not between values."""
    for word, sign in ((" or ", " | "), (" and ", " & ")):
        parts = condition.split(word)
        if len(parts) > 1:
            return sign.join(f"({_as_formula(part)})" for part in parts)
    return f"~({condition[4:]})" if condition.startswith("not ") else condition
