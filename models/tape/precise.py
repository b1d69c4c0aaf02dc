"""Tapes evaluated with many digits: the arithmetic that certificates are judged by."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import finalize

from ..lazy import load
from ..special_functions import SHELF
from .composed.special import found
from .digits import Raw, RawOperation, raw_operations
from .meaning import meaning
from .program import Tape

_LARGEST = 1 << 16  # binary digits before the point; a larger number counts as infinite
_DOUBLES = 1024  # binary digits before the point of the largest double

Own = tuple[Any, dict[str, RawOperation]]
# By digits, contexts that nobody uses: each belongs to one arithmetic at a time, so that threads do
# not disturb each other, but to make one takes as long as to put back a short formula.
_IDLE: defaultdict[int, list[Own]] = defaultdict(list[Own])


def _context(digits: int) -> Own:
    """Return a context of mpmath with its operations, one that is idle if there is any."""
    try:
        context, operations = _IDLE[digits].pop()
    except IndexError:
        context = load("mpmath").MPContext()
        operations = raw_operations(context)
    context.dps = digits
    return context, operations


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
        self._context, self._operations = own = _context(digits)
        finalize(self, _IDLE[digits].append, own).atexit = False
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
        for op, args, value in tape.nodes:
            if args:
                results.append(self._applied(op, args, results))
            elif op == "input":
                results.append(self._given(values[tape.inputs[len(results)]]))
            else:
                results.append(self._known(value))
        return tuple(self._context.make_mpf(results[o]) for o in tape.outputs)

    def _given(self, value: Any) -> Raw:
        if type(value) is not float:
            return self._context.mpf(value)._mpf_
        if value not in self._doubles:
            self._doubles[value] = self._context.mpf(value)._mpf_
        return self._doubles[value]

    def _known(self, value: float) -> Raw:
        if value not in self._constants:
            self._constants[value] = self.meant(value)._mpf_
        return self._constants[value]

    def meant(self, value: float) -> Any:
        """Return what a constant on a tape means."""
        if not math.isfinite(value):
            return self._context.mpf(value)
        exact, of_pi = meaning(value)
        number = self._context.mpf(exact.numerator) / exact.denominator
        return number * self._context.pi if of_pi else number

    def _applied(self, op: str, args: tuple[int, ...], results: Sequence[Raw]) -> Raw:
        operation, binary = self._operations.get(op), self._context.prec
        try:
            if operation is None:
                result = self._called(op, [results[a] for a in args])
            elif len(args) == 2:
                result = operation(results[args[0]], results[args[1]], binary, "n")
            else:
                result = operation(*[results[a] for a in args], binary, "n")
        except (ArithmeticError, ValueError):  # outside its domain, a complex result included
            return self._context.nan._mpf_
        if result[2] + result[3] > _LARGEST and result[1]:
            return (self._context.ninf if result[0] else self._context.inf)._mpf_
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
