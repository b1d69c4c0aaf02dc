"""Settings of the command: texts made values, and advice in words of its options."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ...models.errors import InputError

LARGEST = 1_000_000  # number of values of one sweep
_ADVISED = re.compile(r"'?([^\s{',=:]+(?:\([^)]*\))?)'?(?:=|: )([^\s,}]+)")


def as_options(message: str) -> str:
    """Return a message with the calls it advises, model(k=0.1), as options: --set k=0.1."""

    def options(call: re.Match[str]) -> str:
        pairs = _ADVISED.findall(call[1])
        return " ".join(f"--set '{n}={v}'" if "(" in n else f"--set {n}={v}" for n, v in pairs)

    return re.sub(r"\b\w+\(((?:\{['\"]|\w+=).*)\)", options, message)


def values(settings: Iterable[str] | None) -> dict[str, Any]:
    """Return the values that settings such as ``k=0.1`` or ``k=0:1:11`` give, by name.

    Raises
    ------
    InputError
        If one is none, or a name comes twice.
    """
    return _once("--set", map(_value, settings or ()))


def ranges(free: Iterable[str]) -> dict[str, Any]:
    """Return what ``T_s=0:40`` or ``k=log:0.001:1`` say is searched, by name.

    Raises
    ------
    InputError
        If one cannot be read, or a name comes twice.
    """
    return _once("--free", map(_range, free))


def _once(option: str, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise InputError(f"{option}: {name} is given twice; keep one")
        found[name] = value
    return found


def _value(setting: str) -> tuple[str, Any]:
    name, equals, text = setting.partition("=")
    try:
        if not (equals and name.strip()):
            raise ValueError
        return name.strip(), _numbers(text)
    except InputError as error:
        raise InputError(f"--set: got {setting!r}; {error}") from None
    except (ValueError, TypeError):
        raise InputError(
            f"--set: got {setting!r}; expected a name and a number, k=0.1, or a sweep, k=1,2,5 or "
            "k=0.02:0.2:10 (first, last, how many)"
        ) from None


def _numbers(text: str) -> float | list[float]:
    """Return a number, or those that a list or a range describes."""
    if ":" in text:
        low, high, count = text.split(":")
        if int(count) > LARGEST:
            raise InputError(f"one sweep has at most {LARGEST:,} values")
        return spaced(float(low), float(high), int(count))
    numbers = [float(part) for part in text.split(",")]
    return numbers[0] if len(numbers) == 1 else numbers


def spaced(low: float, high: float, count: int) -> list[float]:
    """Return so many evenly spaced numbers, both ends exactly."""
    gap = (high - low) / max(count - 1, 1)
    return [low + i * gap for i in range(count - 1)] + [high] * (count > 0)


def _range(free: str) -> tuple[str, Any]:
    from ..fit.parameters import log

    name, _, text = free.partition("=")
    scale, logarithmic, bounds = text.rpartition("log:")
    try:
        if scale or not name.strip():
            raise ValueError
        low, high = map(float, bounds.split(":"))
    except ValueError:
        raise InputError(
            f"--free: got {free!r}; expected a name and two bounds, T_s=0:40, or k=log:0.001:1 to "
            "search in the logarithm"
        ) from None
    return name.strip(), log(low, high) if logarithmic else (low, high)
