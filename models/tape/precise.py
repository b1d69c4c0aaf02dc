"""Tapes evaluated with many digits: the arithmetic that certificates are judged by."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ..lazy import load
from ..special_functions import SHELF
from .meaning import meaning
from .program import Tape
from .special import found

_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
}
_LARGEST = 1 << 16  # binary digits before the point; a larger number counts as infinite
_DOUBLES = 1024  # binary digits before the point of the largest double
_NAMED = "sqrt exp expm1 log log1p sin cos tan asin acos atan sinh cosh tanh floor sign".split()


class Precise:
    """Arithmetic with many decimal digits, on reals.

    A constant on a tape counts as what it means, 0.07 as seven hundredths and the double nearest
    to pi as pi. Outside its domain an operation gives nan.

    Parameters
    ----------
    digits
        Decimal digits carried.

    Examples
    --------
    >>> from ratelaw.models.tape import Builder
    >>> builder = Builder(["x"])
    >>> tape = builder.finish([builder.input("x") * 0.1])
    >>> print(Precise()(tape, {"x": 3})[0])
    0.3
    """

    def __init__(self, digits: int = 40) -> None:
        self.digits = digits
        self._context = load("mpmath").MPContext()  # of its own: threads do not disturb each other
        self._context.dps = digits
        self._operations = _operations(self._context)
        self._constants: dict[float, Any] = {}
        self._found: dict[tuple[Any, ...], Any] = {}

    @property
    def context(self) -> Any:
        """The context of mpmath all this is computed in, with its functions."""
        return self._context

    def __call__(self, tape: Tape, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the outputs of a tape.

        Parameters
        ----------
        tape
            The program.
        values
            A number for every input: a float, taken as it is, an int, or an earlier result.

        Returns
        -------
        outputs
            Reals of mpmath; ``float`` makes them doubles.
        """
        results: list[Any] = []
        for position, node in enumerate(tape.nodes):
            if node.op == "input":
                results.append(self._context.mpf(values[tape.inputs[position]]))
            elif node.op == "const":
                results.append(self._known(node.value))
            else:
                results.append(self._apply(node.op, [results[a] for a in node.args]))
        return tuple(results[o] for o in tape.outputs)

    def _known(self, value: float) -> Any:
        if value not in self._constants:
            self._constants[value] = self._constant(value)
        return self._constants[value]

    def _constant(self, value: float) -> Any:
        if not math.isfinite(value):
            return self._context.mpf(value)
        exact, of_pi = meaning(value)
        number = self._context.mpf(exact.numerator) / exact.denominator
        return number * self._context.pi if of_pi else number

    def _apply(self, op: str, args: list[Any]) -> Any:
        context = self._context
        if op not in self._operations:
            result = self._special(op, tuple(args))
        else:
            result = self._plain(op, args)
        if context.isfinite(result) and context.mag(result) > _LARGEST:
            return context.inf * context.sign(result)
        return result

    def _special(self, name: str, args: tuple[Any, ...]) -> Any:
        """Return a special function, found once: it takes milliseconds.

        Beyond the doubles it counts as infinite, as in every target: no algebra cancels it there.
        """
        key, context = (name, *args), self._context
        if key not in self._found:
            value = found(SHELF[name], context, args)
            large = context.isfinite(value) and context.mag(value) > _DOUBLES
            self._found[key] = context.inf * context.sign(value) if large else value
        return self._found[key]

    def _plain(self, op: str, args: list[Any]) -> Any:
        context = self._context
        try:
            result = self._operations[op](*args)
        except (ArithmeticError, ValueError):
            return context.nan
        return context.nan if isinstance(result, context.mpc) else result


def _operations(context: Any) -> dict[str, Callable[..., Any]]:
    """Return each operation of a tape, in one context."""
    one, zero, isnan = context.mpf(1), context.mpf(0), context.isnan
    choosing: dict[str, Callable[[Any, Any], Any]] = {
        "min": lambda x, y: x if x <= y or isnan(x) else y,
        "max": lambda x, y: x if x >= y or isnan(x) else y,
        "lt": lambda x, y: one if x < y else zero,
        "le": lambda x, y: one if x <= y else zero,
        "eq": lambda x, y: one if x == y else zero,
    }
    named = {name: getattr(context, name) for name in _NAMED}
    return {**_ARITHMETIC, **choosing, **named, "neg": _neg, "abs": abs, "select": _select}


def _neg(x: Any) -> Any:
    return -x


def _select(condition: Any, yes: Any, no: Any) -> Any:
    return yes if condition else no
