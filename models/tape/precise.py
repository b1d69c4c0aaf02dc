"""Tapes evaluated with many digits: the arithmetic that certificates are judged by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..lazy import load
from ..special_functions import SHELF
from .digits import Raw, raw_operations
from .meaning import meaning
from .program import Tape
from .special import found

_LARGEST = 1 << 16  # binary digits before the point; a larger number counts as infinite
_DOUBLES = 1024  # binary digits before the point of the largest double


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
        self._operations = raw_operations(self._context)
        self._constants: dict[float, Raw] = {}
        self._doubles: dict[float, Raw] = {}
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
        results: list[Raw] = []
        rounding = self._context.prec, "n"
        for position, node in enumerate(tape.nodes):
            if node.op == "input":
                results.append(self._given(values[tape.inputs[position]]))
            elif node.op == "const":
                results.append(self._known(node.value))
            else:
                results.append(self._apply(node.op, [results[a] for a in node.args], rounding))
        return tuple(self._context.make_mpf(results[o]) for o in tape.outputs)

    def _given(self, value: Any) -> Raw:
        if type(value) is not float:
            return self._context.mpf(value)._mpf_
        if value not in self._doubles:
            self._doubles[value] = self._context.mpf(value)._mpf_
        return self._doubles[value]

    def _known(self, value: float) -> Raw:
        if value not in self._constants:
            self._constants[value] = self._constant(value)._mpf_
        return self._constants[value]

    def _constant(self, value: float) -> Any:
        if not math.isfinite(value):
            return self._context.mpf(value)
        exact, of_pi = meaning(value)
        number = self._context.mpf(exact.numerator) / exact.denominator
        return number * self._context.pi if of_pi else number

    def _apply(self, op: str, args: list[Raw], rounding: tuple[int, str]) -> Raw:
        operation = self._operations.get(op)
        try:
            result = operation(*args, *rounding) if operation else self._called(op, args)
        except (ArithmeticError, ValueError):  # outside its domain, a complex result included
            return self._context.nan._mpf_
        sign, mantissa, exponent, length = result
        if mantissa and exponent + length > _LARGEST:
            return (self._context.ninf if sign else self._context.inf)._mpf_
        return result

    def _called(self, name: str, args: list[Raw]) -> Raw:
        return self._special(name, tuple(map(self._context.make_mpf, args)))._mpf_

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
