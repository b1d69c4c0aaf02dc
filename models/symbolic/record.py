"""Sympy expressions recorded on a tape, sums and products in the order a person writes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..errors import SpecificationError, listing
from ..lazy import load
from ..special_functions import SHELF
from ..tape import Builder, Value
from ..tape.composed.special import by_class
from ..tape.meaning import as_double

# sympy's functions of one argument, and ours; and those that are written by means of others.
_FUNCTIONS: Mapping[str, str] = {
    **{n: n for n in "exp log sin cos tan asin acos atan sinh cosh tanh floor sign".split()},
    "Abs": "abs",
}
_REWRITTEN: Mapping[str, str] = {
    "cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh", "sech": "cosh", "csch": "sinh",
    "asinh": "log", "acosh": "log", "atanh": "log", "ceiling": "floor",
}  # fmt: skip
_UNKNOWN, _NO_SYMBOL = -1, -2  # places of symbols that stand for nothing, and of numbers
_JOINING = (2, 4, 8)  # what stands with a denominator; dividing by it does not round
_EXTREMES: Mapping[str, str] = {"Min": "min", "Max": "max"}
_JUNCTIONS: Mapping[str, str] = {"And": "min", "Or": "max"}
_RELATIONS: Mapping[str, tuple[str, int]] = {  # with the order in which its sides are written
    "StrictLessThan": ("lt", 1), "LessThan": ("le", 1), "Equality": ("eq", 1),
    "StrictGreaterThan": ("lt", -1), "GreaterThan": ("le", -1),
}  # fmt: skip


def record(builder: Builder, expression: Any, values: Mapping[Any, Value]) -> Value:
    """Record a sympy expression on a tape under construction.

    Parameters
    ----------
    builder
        Where it is recorded.
    expression
        What is recorded.
    values
        What each symbol stands for; factors and terms are written in the order of these symbols.

    Raises
    ------
    SpecificationError
        If something has no exact counterpart on a tape.
    """
    return _Recorder(builder, values).value(load("sympy").sympify(expression))


class _Recorder:
    """One recording."""

    def __init__(self, builder: Builder, values: Mapping[Any, Value]) -> None:
        self.sympy = load("sympy")
        self.builder, self.values = builder, values
        self.places = {symbol: place for place, symbol in enumerate(values)}
        self.done: dict[Any, Value] = {}
        self.lasts: dict[Any, int] = {}

    def value(self, expression: Any) -> Value:
        """Return the value of an expression, recorded once."""
        if expression not in self.done:
            self.done[expression] = self._new(expression)
        return self.done[expression]

    def _new(self, e: Any) -> Value:
        if e in self.values:
            return self.values[e]
        if e.is_number and not _is_real(e):
            raise SpecificationError(f"{e} is no real number")
        if e.is_Float:
            return self._float(e)
        if e.is_Rational:
            return self._rational(e)
        if e == self.sympy.pi:
            return self.builder.constant(math.pi)
        for kind, write in (("Add", self._sum), ("Mul", self._product), ("Pow", self._power)):
            if getattr(e, f"is_{kind}"):
                return write(e)
        return self._function(e)

    def _float(self, e: Any) -> Value:
        if self.sympy.Rational(e) != self.sympy.Rational(float(e)):
            raise SpecificationError(f"{e} has more digits than a double; write it as a fraction")
        return self.builder.constant(float(e))

    def _rational(self, e: Any) -> Value:
        value = as_double(Fraction(int(e.p), int(e.q)))
        if value is not None:
            return self.builder.constant(value)
        if e.is_Integer:
            raise SpecificationError(f"{e} is no double and would become inexact on a tape")
        return self._product(e)

    def _sum(self, e: Any) -> Value:
        if all(term.could_extract_minus_sign() for term in e.args):
            return -self.value(-e)
        first, *others = self._in_order(e.args, self._place_of_term)
        total = self.value(first)
        for term in others:
            total = total + self.value(term)
        return total

    def _in_order(self, parts: Sequence[Any], place: Callable[[Any], tuple[int, ...]]) -> list[Any]:
        """Return terms or factors by their places; of those at the same one, as they are spelt."""
        places = [place(p) for p in parts]
        told = len({*places}) == len(places)
        keys = {p: (at, "" if told else str(p)) for p, at in zip(parts, places, strict=True)}
        return sorted(parts, key=keys.__getitem__)

    def _place_of_term(self, term: Any) -> tuple[int, ...]:
        """Positive terms first, numbers last, the others by their symbols."""
        number = self._last(term) == _NO_SYMBOL
        return (term.could_extract_minus_sign(), number, *self._place(term))

    def _place(self, factor: Any) -> tuple[int, ...]:
        """By the last of its symbols, so that time stands last; then powers, sums, functions."""
        return max(self._last(factor), _UNKNOWN), factor.is_Add + 2 * factor.is_Function

    def _last(self, e: Any) -> int:
        """Return the place of the last symbol in an expression."""
        if e not in self.lasts:
            own = self.places.get(e, _UNKNOWN) if e.is_Symbol else _NO_SYMBOL
            self.lasts[e] = max(map(self._last, e.args), default=own)
        return self.lasts[e]

    def _product(self, e: Any) -> Value:
        number, rest = e.as_coeff_Mul()
        if number.is_negative:
            return -self.value(-e)
        above, below = list[Any](), list[Any]()
        for factor in self._in_order(self.sympy.Mul.make_args(rest), self._place):
            base, power = factor.as_base_exp()
            if self._is_inverse(base, power):
                below.append(base**-power)
            else:
                above.append(factor)
        top, bottom = self._decimal_or_quotient(number, has_denominator=bool(below))
        return self._multiplied([*top, *above]) / self._multiplied([*bottom, *below])

    def _decimal_or_quotient(
        self, number: Any, *, has_denominator: bool
    ) -> tuple[list[Any], list[Any]]:
        """Return the factors of a number above and below; half a quotient is F/(2*w)."""
        if number.is_Rational:
            top, bottom = int(number.p), int(number.q)
            joins = has_denominator and top == 1 and bottom in _JOINING
            if joins or as_double(Fraction(top, bottom)) is None:
                return [self.sympy.Integer(top)], [self.sympy.Integer(bottom)]
        return [number], []

    def _multiplied(self, factors: Iterable[Any]) -> Value:
        total = self.builder.constant(1.0)
        for factor in factors:
            total = total * self.value(factor)
        return total

    def _is_inverse(self, base: Any, power: Any) -> bool:
        return bool(base != self.sympy.E and power.could_extract_minus_sign())

    def _power(self, e: Any) -> Value:
        base, power = e.as_base_exp()
        if self._is_inverse(base, power):
            return 1.0 / self.value(base**-power)
        if power == self.sympy.Rational(1, 2):
            return self.value(base).apply("sqrt")
        return self.value(base) ** self.value(power)

    def _function(self, e: Any) -> Value:
        name = type(e).__name__
        if name in _FUNCTIONS:
            return self.value(e.args[0]).apply(_FUNCTIONS[name])
        if e == self.sympy.E:
            return self.builder.constant(1.0).apply("exp")
        if name in _EXTREMES:
            return self._joined(
                _EXTREMES[name], map(self.value, self._in_order(e.args, self._place))
            )
        if name in _REWRITTEN:
            return self.value(e.rewrite(getattr(self.sympy, _REWRITTEN[name])))
        if name == "Piecewise":
            return self._cases(e.args)
        return self._special(e, name)

    def _special(self, e: Any, name: str) -> Value:
        """Return a special function that both know, or that was called by our name."""
        args = e.args
        if name == "hyper":
            above, below, argument = e.args
            name, args = f"hyp{len(above)}f{len(below)}", (*above, *below, argument)
        for more, own in by_class(name).items():
            given = len(e.args) - len(more)
            if given == SHELF[own].arity and e.args[given:] == more:
                name, args = own, e.args[:given]
        if name not in SHELF or len(args) != SHELF[name].arity:
            raise SpecificationError(_unknown(e))
        return self.builder.apply(name, *map(self.value, args))

    def _joined(self, op: str, values: Iterable[Value]) -> Value:
        first, *others = values
        for other in others:
            first = first.apply(op, other)
        return first

    def _cases(self, pairs: Sequence[Any]) -> Value:
        *others, (last, always) = pairs
        if always != self.sympy.true:
            raise SpecificationError("a case is missing: the last one of a Piecewise must be True")
        result = self.value(last)
        for choice, condition in reversed(others):
            result = self._condition(condition).apply("select", self.value(choice), result)
        return result

    def _condition(self, e: Any) -> Value:
        """Return a condition as 1 where it holds and 0 elsewhere."""
        name = type(e).__name__
        if name in _JUNCTIONS:
            return self._joined(_JUNCTIONS[name], map(self._condition, e.args))
        if name in {"Not", "Unequality"}:
            return 1.0 - self._condition(self.sympy.Not(e))
        if name not in _RELATIONS:
            raise SpecificationError(f"the condition {e} has no exact counterpart on a tape")
        op, order = _RELATIONS[name]
        left, right = (self.value(side) for side in e.args[::order])
        return left.apply(op, right)


def _unknown(e: Any) -> str:
    if e.is_Symbol:
        return f"the symbol {e} is not among the inputs"
    known = sorted({*_FUNCTIONS, *_EXTREMES, *_REWRITTEN, *SHELF, "sqrt", "Piecewise"})
    return f"{e} has no exact counterpart on a tape; the functions that have are {listing(known)}"


def _is_real(e: Any) -> bool:
    """Tell whether a number is real and finite; sympy does not know all that of Ei(1)."""
    if None in (e.is_extended_real, e.is_finite):
        e = e.evalf()
    return bool(e.is_extended_real and e.is_finite)
