"""Formulas simplified as rational functions of their parts, with work bounded beforehand.

Whatever is no sum, product, quotient or whole power, such as sqrt(m), counts as one part without
inner structure. Cancelling takes milliseconds as long as the expanded numerator and denominator are
short, factoring as long as they also have few symbols; so these are bounded first, and a longer
formula is left as it is: no clock is needed, and the result does not depend on the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from ..errors import SpecificationError
from ..lazy import load
from ..tape import Builder, Node, Tape, Value
from ..tape.writing.expression import to_text
from .bridge import symbols, to_sympy
from .record import record

_LONGEST = 30  # terms of the expanded numerator, and of the denominator
_QUICK = 48  # terms times symbols up to which a polynomial is factored
_HIGHEST = 8  # whole power that is multiplied out
_REMEMBERED = 256  # formulas: those of one search come again and again
_RATIONAL = frozenset("add sub mul div neg".split())


def simplified(formula: Tape) -> Tape:
    """Return a formula of one output in its shortest form: as it is, cancelled or factored.

    Factors and terms are written in the order of the tape's inputs.
    """
    return _shortest(formula) if _is_short(formula) else formula


@lru_cache(maxsize=_REMEMBERED)
def _shortest(formula: Tape) -> Tape:
    whole = _Rational(formula)
    if whole.expression is None:
        return formula
    return shortest(*(list(whole.forms()) or [formula]))


def shortest(*forms: Tape) -> Tape:
    """Return the form that is shortest in writing, the first of several."""
    return min(forms, key=lambda tape: len(to_text(tape)[0]))


def have_common_zero(denominator_of: Tape, other: Tape) -> bool:
    """Tell whether a quotient may be infinite because another formula is zero.

    Both are taken as simplified rational functions; the answer is yes when in doubt.
    """
    quotient, zero = _Rational(denominator_of).expression, _Rational(other).expression
    if quotient is None or zero is None:
        return True
    bottom, top = quotient.cancel().as_numer_denom()[1], zero.cancel().as_numer_denom()[0]
    left = (top / bottom).cancel().as_numer_denom()[1]  # of the denominator, after cancelling
    return not (bottom / left).cancel().is_number


def _is_bare(expression: Any) -> bool:
    """Tell whether an expression has no sum in it, or is one of symbols: nothing cancels there."""
    sympy = load("sympy")
    if not expression.is_Add:
        return not expression.has(sympy.Add)
    terms = (-e if e.could_extract_minus_sign() else e for e in expression.args)
    return all(e.is_Symbol or e.is_Integer for e in terms)


def _is_quick_to_factor(cancelled: Any) -> bool:
    """Tell whether factoring takes milliseconds: it grows fast with terms and symbols."""
    parts = cancelled.as_numer_denom()
    terms = max(len(part.args) if part.is_Add else 1 for part in parts)
    return bool(terms * len(cancelled.free_symbols) <= _QUICK)


class _Rational:
    """A formula as sympy sees it, its parts replaced by symbols."""

    def __init__(self, formula: Tape) -> None:
        self.inputs = formula.inputs
        self.builder = Builder(formula.inputs)
        self.parts: dict[str, Value] = dict(zip(formula.inputs, self.builder.inputs, strict=True))
        self.expression: Any = None
        if _is_short(formula):
            skeleton = self._skeleton(formula)
            self.symbols = symbols(skeleton.inputs)
            self.expression = _to_sympy(skeleton, self.symbols)

    def forms(self) -> Iterator[Tape]:
        """Yield ways to write it, the most natural first."""
        for form in dict.fromkeys(self._written()):
            with suppress(SpecificationError):  # a number in it has too many digits
                yield self._recorded(form)

    def _written(self) -> Iterator[Any]:
        """Yield it as it is, cancelled, factored; what is short is all that."""
        yield self.expression
        if not _is_bare(self.expression):
            cancelled = self.expression.cancel()
            yield cancelled
            if _is_quick_to_factor(cancelled):
                yield cancelled.factor()

    def _recorded(self, form: Any) -> Tape:
        """Return an expression as a tape over the formula's own inputs."""
        order = sorted(self.parts, key=self._place)
        values = {self.symbols[name]: self.parts[name] for name in order}
        return self.builder.finish([record(self.builder, form, values)], self.inputs)

    def _place(self, part: str) -> int:
        """Return the place of a part among the inputs: that of the last input it uses."""
        used = self.builder.formula(self.parts[part]).inputs
        return max((self.inputs.index(name) for name in used), default=-1)

    def _skeleton(self, formula: Tape) -> Tape:
        """Return the formula with a new input for each part; remember what the parts are."""
        skeleton = Builder(formula.inputs)
        whole: list[Value] = []  # each node, in full
        bare: list[Value] = []  # each node, its parts replaced
        for position, node in enumerate(formula.nodes):
            if node.op == "input":
                whole.append(self.builder.inputs[position])
                bare.append(skeleton.inputs[position])
            elif node.op == "const":
                whole.append(self.builder.constant(node.value))
                bare.append(skeleton.constant(node.value))
            else:
                whole.append(self.builder.apply(node.op, *(whole[a] for a in node.args)))
                if _is_rational(formula.nodes, node):
                    bare.append(skeleton.apply(node.op, *(bare[a] for a in node.args)))
                else:
                    bare.append(self._part(skeleton, whole[-1]))
        return skeleton.finish([bare[formula.outputs[0]]])

    def _part(self, skeleton: Builder, value: Value) -> Value:
        known = {v.number: name for name, v in self.parts.items()}
        name = known.get(value.number) or f"part {value.number}"  # no name has a space
        self.parts[name] = value
        return skeleton.input(name)


def _to_sympy(skeleton: Tape, known: Mapping[str, Any]) -> Any:
    try:
        return to_sympy(skeleton, known)[0]
    except SpecificationError:  # infinite constants, division by zero
        return None


def _is_rational(nodes: Sequence[Node], node: Node) -> bool:
    if node.op != "pow":
        return node.op in _RATIONAL
    power = nodes[node.args[1]]
    return power.op == "const" and power.value.is_integer() and abs(power.value) <= _HIGHEST


def _is_short(formula: Tape) -> bool:
    """Tell whether the expanded numerator and denominator have few terms."""
    sizes: list[tuple[int, int]] = []
    for node in formula.nodes:
        sizes.append(_size(formula.nodes, node, [sizes[a] for a in node.args]))
        if max(sizes[-1]) > _LONGEST:
            return False
    return True


def _size(nodes: Sequence[Node], node: Node, args: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return bounds on the terms of numerator and denominator."""
    if not args or not _is_rational(nodes, node):
        return 1, 1
    (n, d), (m, e) = args[0], args[-1]
    if node.op == "neg":
        return n, d
    if node.op == "pow":
        power = int(nodes[node.args[1]].value)
        return (n**power, d**power) if power >= 0 else (d**-power, n**-power)
    if node.op in {"add", "sub"}:
        return (n + m, d) if d == e == 1 else (n * e + m * d, d * e)
    return (n * m, d * e) if node.op == "mul" else (n * e, d * m)
