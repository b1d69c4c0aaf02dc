"""Simplification by sympy: a tape goes there and comes back in the order a person writes.

Nothing rests on it: derivatives are taken on the tape, and a result that sympy rewrote is compared
with numbers like any other. What it cannot rewrite stays as it was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from ..errors import RefusalError
from ..lazy import load
from ..operations import FUNCTIONS
from ..sympy_bridge import to_sympy
from ..tape import Builder, Tape, Value

_LARGEST = 60  # operations; above this a simplification takes longer than it is worth
_BACK = {"Abs": "abs", "Min": "min", "Max": "max"}
_RELATIONS = {"StrictLessThan": "lt", "LessThan": "le", "Equality": "eq"}
_FLIPPED = {"StrictGreaterThan": "lt", "GreaterThan": "le"}


@cache
def tidy(tape: Tape) -> Tape:
    """Return a formula in its shortest form that sympy finds; the formula itself if it cannot."""
    operations = sum(node.op not in {"input", "const"} for node in tape.nodes)
    if operations > 4 * _LARGEST or not operations:
        return tape
    if any(node.op == "const" and not math.isfinite(node.value) for node in tape.nodes):
        return tape
    expression = to_sympy(_unguarded(tape))[0]
    shortest = min(_forms(expression), key=lambda e: e.count_ops())
    try:
        return written(shortest)
    except RefusalError:
        return tape


def _forms(expression: Any) -> list[Any]:
    sp = load("sympy")
    forms = [expression, sp.factor_terms(expression)]
    if expression.count_ops() <= _LARGEST:
        above, below = sp.fraction(sp.together(expression))
        forms += [sp.simplify(expression), sp.expand(above) / sp.factor(below)]
    return forms


def _unguarded(tape: Tape) -> Tape:
    """Return a tape without the choices that only keep 0^y from being nan, see `differentiate`."""
    builder = Builder(tape.inputs)
    values: list[Value] = []
    for place, node in enumerate(tape.nodes):
        args = [values[a] for a in node.args]
        if node.op == "input":
            values.append(builder.inputs[place])
        elif node.op == "const":
            values.append(builder.constant(node.value))
        elif node.op == "select" and _guards_logarithm(tape, place):
            values.append(args[2])
        else:
            values.append(builder.apply(node.op, *args))
    return builder.finish(values[o] for o in tape.outputs)


def _guards_logarithm(tape: Tape, place: int) -> bool:
    condition, _, other = (tape.nodes[a] for a in tape.nodes[place].args)
    return condition.op == "eq" and other.op == "log" and condition.args[0] == other.args[0]


def written(expression: Any) -> Tape:
    """Return a sympy expression as a tape over the names it uses, in the order a person writes.

    Exponentials that decay stay above the line, as exp(-k*t), and 7/100 is 0.07.

    Raises
    ------
    RefusalError
        If it has something that a tape has not.
    """
    back = _Back()
    return back.builder.formula(back.value(expression))


class _Back:
    def __init__(self) -> None:
        self.builder = Builder()

    def value(self, e: Any) -> Value:
        """Return an expression as a value of the builder."""
        kind = type(e).__name__
        if e.is_Symbol:
            return self.builder.input(e.name)
        if e.is_Rational:
            return self._rational(Fraction(int(e.p), int(e.q)))
        if e.is_number and not e.args:
            return self._real(e)
        if e.is_Add:
            return self._sum(e)
        if e.is_Mul:
            return self._product(e)
        if e.is_Pow:
            return self._power(e.base, e.exp)
        return self._function(kind, e)

    def _real(self, e: Any) -> Value:
        if e.is_real is not True:
            raise RefusalError(f"{e} is not a real number")
        return self.builder.constant(float(e))

    def _rational(self, x: Fraction) -> Value:
        """Write 1/3 as a fraction and 0.07 as a decimal."""
        tens = next((k for k in range(16) if 10**k % x.denominator == 0), None)
        if x.denominator == 1 or (x.denominator > 10 and tens is not None):
            return self.builder.constant(float(x))
        top = self.builder.constant(float(x.numerator))
        return top / self.builder.constant(float(x.denominator))

    def _sum(self, e: Any) -> Value:
        """Begin with what is not subtracted: T_s - T, not -T + T_s."""
        terms = sorted(e.as_ordered_terms(), key=lambda t: bool(t.could_extract_minus_sign()))
        total = self.value(terms[0])
        for term in terms[1:]:
            if term.could_extract_minus_sign():
                total = total - self.value(-term)
            else:
                total = total + self.value(term)
        return total

    def _product(self, e: Any) -> Value:
        count, rest = e.as_coeff_Mul()
        count = Fraction(int(count.p), int(count.q)) if count.is_Rational else None
        factors = rest.as_ordered_factors() if rest.is_Mul else [rest]
        flipped = [-f if _all_subtracted(f) else f for f in factors]
        if sum(map(_all_subtracted, factors)) % 2:  # a*(-x - y) is -a*(x + y)
            return -self._scaled(e, count, flipped)
        return self._scaled(e, count, flipped)

    def _scaled(self, e: Any, count: Fraction | None, factors: Sequence[Any]) -> Value:
        if count is not None and count < 0:
            return -self._scaled(e, -count, factors)
        above, below = self._split(factors)
        if count is None:
            above.insert(0, self.value(e.as_coeff_Mul()[0]))
        elif count.denominator <= 10:
            above[:0] = [self.builder.constant(float(count.numerator))] * (count.numerator != 1)
            below[:0] = [self.builder.constant(float(count.denominator))] * (count.denominator != 1)
        else:
            above.insert(0, self._rational(count))
        top = self._times(above)
        return top / self._times(below) if below else top

    def _split(self, factors: Sequence[Any]) -> tuple[list[Value], list[Value]]:
        """Sort factors into those above and those below the line."""
        above: list[Value] = []
        below: list[Value] = []
        for factor in factors:
            if factor.is_Pow and factor.exp.could_extract_minus_sign():
                below.append(self._power(factor.base, -factor.exp))
            else:
                above.append(self.value(factor))
        return above, below

    def _times(self, factors: Sequence[Value]) -> Value:
        product = self.builder.constant(1.0)
        for factor in factors:
            product = product * factor
        return product

    def _power(self, base: Any, exponent: Any) -> Value:
        if exponent == 1:
            return self.value(base)
        if exponent.could_extract_minus_sign():
            return 1.0 / self._power(base, -exponent)
        if exponent.is_Rational and exponent.p == 1 and exponent.q == 2:
            return self.value(base).apply("sqrt")
        return self.value(base) ** self.value(exponent)

    def _function(self, kind: str, e: Any) -> Value:
        if kind == "Piecewise":
            return self._piecewise(e)
        if kind in _FLIPPED:
            return self.builder.apply(_FLIPPED[kind], self.value(e.args[1]), self.value(e.args[0]))
        op = _BACK.get(kind) or _RELATIONS.get(kind) or kind
        if op not in FUNCTIONS | set(_RELATIONS.values()):
            raise RefusalError(f"{kind} has no counterpart on a tape")
        first, *others = (self.value(a) for a in e.args)
        if not others:
            return first.apply(op)
        for other in others:
            first = first.apply(op, other)
        return first

    def _piecewise(self, e: Any) -> Value:
        *cases, last = e.args
        if last.args[1] != True:  # noqa: E712, sympy's own truth
            raise RefusalError("the cases leave something out")
        total = self.value(last.args[0])
        for case in reversed(cases):
            condition = self.value(case.args[1])
            total = self.builder.apply("select", condition, self.value(case.args[0]), total)
        return total


def _all_subtracted(e: Any) -> bool:
    return bool(e.is_Add) and all(term.could_extract_minus_sign() for term in e.args)
