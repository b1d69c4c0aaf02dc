"""Inputs of linear systems: sums of polynomials times exponentials, sines and cosines, switched on.

Each is what a linear system with constant coefficients answers in the same terms (Boyce and DiPrima
2012, *Elementary Differential Equations*, sections 3.5 and 6.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...tape import Builder, Node, Tape, Value
from .affine import ELAPSED
from .identity import Identity

_HIGHEST = 12  # whole power of a sum that is multiplied out
_MOST = 200  # terms of one input
Key = tuple[object, ...]


@dataclass(frozen=True)
class Term:
    """coefficient * s^power * exp(rate*s) * cos(frequency*s), or sin, from s = begin on.

    Parameters
    ----------
    coefficient, rate, frequency
        Values free of time; the frequency is None without oscillation.
    power
        Of the time since the start.
    is_sine
        Whether it is a sine rather than a cosine.
    begin
        When it is switched on; None for always.
    """

    coefficient: Value
    power: int = 0
    rate: Value | None = None
    frequency: Value | None = None
    is_sine: bool = False
    begin: Value | None = None


class NotInTermsError(Exception):
    """A formula is no such sum."""


class Terms:
    """Writes values of a builder as sums of terms.

    Parameters
    ----------
    builder
        Where they are recorded.

    Attributes
    ----------
    identity
        Tells equal rates.
    """

    def __init__(self, builder: Builder) -> None:
        self.builder, self.identity = builder, Identity(builder)

    def of(self, value: Value) -> tuple[Term, ...] | None:
        """Return the terms of a value, None if it is no such sum."""
        tape = self.builder.formula(value)
        known: list[tuple[Term, ...]] = []
        try:
            for position, node in enumerate(tape.nodes):
                known.append(self._node(tape, position, node, known))
                if len(known[-1]) > _MOST:
                    return None
        except NotInTermsError:
            return None
        return known[tape.outputs[0]]

    def _node(
        self, tape: Tape, position: int, node: Node, known: list[tuple[Term, ...]]
    ) -> tuple[Term, ...]:
        one = self.builder.constant(1.0)
        if node.op == "input":
            name = tape.inputs[position]
            return (Term(one, 1),) if name == ELAPSED else (Term(self.builder.input(name)),)
        if node.op == "const":
            return self._sum([Term(self.builder.constant(node.value))])
        args = [known[a] for a in node.args]
        if all(map(_is_even, args)):
            return self._sum([Term(self.builder.apply(node.op, *map(self._constant, args)))])
        return self._varying(node.op, args)

    def _varying(self, op: str, args: list[tuple[Term, ...]]) -> tuple[Term, ...]:
        match op:
            case "add":
                return self._sum([*args[0], *args[1]])
            case "sub":
                return self._sum([*args[0], *map(_opposite, args[1])])
            case "neg":
                return tuple(map(_opposite, args[0]))
            case "mul":
                return self._product(args[0], args[1])
            case "div" if _is_even(args[1]):
                below = self._constant(args[1])
                return tuple(replace(t, coefficient=t.coefficient / below) for t in args[0])
            case "div":
                return self._product(args[0], (self._reciprocal(args[1]),))
            case "pow" if _is_even(args[1]):
                return self._power(args[0], self._constant(args[1]).constant)
            case "exp" | "expm1" | "sin" | "cos" | "sinh" | "cosh":
                return self._function(op, args[0])
            case "select":
                return self._switched(*args)
            case "lt" | "le":
                return self._comparison(*args)
            case _:
                raise NotInTermsError

    def _constant(self, terms: tuple[Term, ...]) -> Value:
        return terms[0].coefficient if terms else self.builder.constant(0.0)

    def _sum(self, terms: Iterable[Term]) -> tuple[Term, ...]:
        """Return terms with like ones taken together."""
        total: dict[Key, Term] = {}
        for term in terms:
            key = self._key(term)
            if key in total:
                both = total[key].coefficient + term.coefficient
                term = replace(term, coefficient=both)
            total[key] = term
        return tuple(t for t in total.values() if not self.identity.is_zero(t.coefficient))

    def _key(self, term: Term) -> Key:
        parts = (term.rate, term.frequency, term.begin)
        keys = (None if part is None else self.identity(part) for part in parts)
        return (term.power, term.is_sine, *keys)

    def _product(self, left: tuple[Term, ...], right: tuple[Term, ...]) -> tuple[Term, ...]:
        return self._sum(t for x in left for y in right for t in self._times(x, y))

    def _times(self, x: Term, y: Term) -> Iterable[Term]:
        factor = x.coefficient * y.coefficient
        rate = self._added(x.rate, y.rate)
        begin = x.begin if y.begin is None else y.begin
        if x.begin is not None and y.begin is not None:
            begin = x.begin.apply("max", y.begin)
        plain = Term(factor, x.power + y.power, rate, begin=begin)
        if x.frequency is None or y.frequency is None:
            wave = y if x.frequency is None else x
            return [replace(plain, frequency=wave.frequency, is_sine=wave.is_sine)]
        half = replace(plain, coefficient=factor / 2)
        total, gap = x.frequency + y.frequency, x.frequency - y.frequency
        return [*self._wave(half, x, y, gap, -1), *self._wave(half, x, y, total, 1)]

    def _wave(self, half: Term, x: Term, y: Term, frequency: Value, side: int) -> Iterable[Term]:
        """Return one of the two waves that a product of two waves consists of."""
        is_sine = x.is_sine != y.is_sine
        negative = (x.is_sine and y.is_sine and side > 0) or (
            y.is_sine and not x.is_sine and side < 0
        )
        if self.identity.is_zero(frequency):
            return [] if is_sine else [_opposite(half) if negative else half]
        wave = replace(half, frequency=frequency, is_sine=is_sine)
        return [_opposite(wave) if negative else wave]

    def _added(self, x: Value | None, y: Value | None) -> Value | None:
        if x is None or y is None:
            return x if y is None else y
        total = x + y
        return None if self.identity.is_zero(total) else total

    def _reciprocal(self, terms: tuple[Term, ...]) -> Term:
        if len(terms) != 1 or terms[0].power or not _is_growth(terms[0]) or terms[0].rate is None:
            raise NotInTermsError
        return replace(terms[0], coefficient=1.0 / terms[0].coefficient, rate=-terms[0].rate)

    def _power(self, base: tuple[Term, ...], power: float | None) -> tuple[Term, ...]:
        if len(base) == 1 and power is not None and base[0].power == 0 and _is_growth(base[0]):
            only = base[0]
            rate = None if only.rate is None else power * only.rate
            return (replace(only, coefficient=only.coefficient**power, rate=rate),)
        if power is None or not power.is_integer() or not 0 < power <= _HIGHEST:
            raise NotInTermsError
        result = base
        for _ in range(int(power) - 1):
            result = self._product(result, base)
        return result

    def _line(self, terms: tuple[Term, ...]) -> tuple[Value, Value]:
        """Return (a, b) of a formula a + b*s."""
        if not all(_is_plain(t) and t.power <= 1 for t in terms):
            raise NotInTermsError
        at = {t.power: t.coefficient for t in terms}
        zero = self.builder.constant(0.0)
        return at.get(0, zero), at.get(1, zero)

    def _function(self, op: str, argument: tuple[Term, ...]) -> tuple[Term, ...]:
        a, b = self._line(argument)
        one = self.builder.constant(1.0)
        if op in {"exp", "expm1"}:
            grown = Term(a.apply("exp"), rate=b)
            return (grown,) if op == "exp" else self._sum([grown, Term(-one)])
        if op in {"sinh", "cosh"}:
            up, down = Term(a.apply("exp") / 2, rate=b), Term((-a).apply("exp") / 2, rate=-b)
            return self._sum([up, _opposite(down) if op == "sinh" else down])
        sine, cosine = Term(one, frequency=b, is_sine=True), Term(one, frequency=b)
        if a.constant == 0:
            return (sine,) if op == "sin" else (cosine,)
        if op == "sin":
            pair = (a.apply("sin"), a.apply("cos"))
        else:
            pair = (a.apply("cos"), -a.apply("sin"))
        waves = replace(cosine, coefficient=pair[0]), replace(sine, coefficient=pair[1])
        return self._sum(waves)

    def _comparison(self, left: tuple[Term, ...], right: tuple[Term, ...]) -> tuple[Term, ...]:
        """Return a condition on time as a sum of switches."""
        a, b = self._line(self._sum([*right, *map(_opposite, left)]))
        slope = b.constant
        if slope is None:
            raise NotInTermsError
        one = self.builder.constant(1.0)
        on = Term(one, begin=-a / slope)
        return (on,) if slope > 0 else (Term(one), _opposite(on))

    def _switched(
        self, condition: tuple[Term, ...], yes: tuple[Term, ...], no: tuple[Term, ...]
    ) -> tuple[Term, ...]:
        if _is_even(condition) and any(_is_moved(term) for term in (*yes, *no)):
            raise NotInTermsError  # each branch has times of its own, which need not be any here
        change = self._sum([*yes, *map(_opposite, no)])
        return self._sum([*no, *self._product(condition, change)])


def _is_plain(term: Term) -> bool:
    return term.rate is None and term.frequency is None and term.begin is None


def _is_growth(term: Term) -> bool:
    return term.frequency is None and term.begin is None


def _is_moved(term: Term) -> bool:
    """Tell whether a term is switched on at a time that depends on parameters."""
    return term.begin is not None and term.begin.constant is None


def _is_even(terms: tuple[Term, ...]) -> bool:
    """Tell whether a sum does not change in time."""
    return all(_is_plain(t) and t.power == 0 for t in terms)


def _opposite(term: Term) -> Term:
    return replace(term, coefficient=-term.coefficient)
