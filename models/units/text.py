"""The text of a unit: products, quotients and powers of names, whatever the names stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

from ..errors import UnitError
from .algebra import PLAIN, Atom, Unit

_LONGEST = 120  # characters; a person writes fewer, and what follows need fear no longer one
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<raised>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<name>°?[^\W\d][^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*|[°%])"
    r"|(?P<sign>\*\*|[-+*/()^·\u00d7\u2212])"
)


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def parse_unit(text: str, named: Callable[[str], Atom]) -> Unit:
    """Return the unit a text describes: ``1/min``, ``m/s^2``, ``kg m² s⁻³``, ``J/(kg*K)``.

    Parameters
    ----------
    text
        What was written.
    named
        Gives the unit of one name, or raises `UnitError`.

    Raises
    ------
    UnitError
        If it cannot be read; the column counts within `text`.
    """
    if len(text) > _LONGEST:
        raise UnitError("a unit this long is a mistake", text[:_LONGEST], 1, 1)
    reader = _Reader(text, named)
    return reader.unit() if reader.tokens else PLAIN


class _Reader:
    """Reads one unit text, from left to right."""

    def __init__(self, text: str, named: Callable[[str], Atom]) -> None:
        self.text, self.named, self.place = text, named, 0
        self.tokens = list(self._split())

    def _split(self) -> Iterator[_Token]:
        start = 0
        while start < len(self.text):
            found = _TOKEN.match(self.text, start)
            if found:
                yield _Token(str(found.lastgroup), found[0], start + 1)
            elif not self.text[start].isspace():
                raise self.fail(f"{self.text[start]!r} has no place in a unit", start + 1)
            start = found.end() if found else start + 1

    def fail(self, problem: str, column: int | None = None) -> UnitError:
        """Return the error that points at a column, or at the next token."""
        return UnitError(problem, self.text, 1, column or self.next.column)

    @property
    def next(self) -> _Token:
        """The token to be read."""
        end = _Token("end", "", len(self.text) + 1)
        return self.tokens[self.place] if self.place < len(self.tokens) else end

    def take(self, *texts: str) -> bool:
        """Step over the next token if it is one of these signs."""
        found = self.next.kind == "sign" and self.next.text in texts
        self.place += found
        return found

    def unit(self) -> Unit:
        """Return the unit of the whole text."""
        found = self.product()
        if self.next.kind != "end":
            raise self.fail(f"unexpected {self.next.text!r} in a unit")
        if not 1e-200 < abs(found.size) < 1e200:
            raise self.fail("nobody needs a unit of this size", 1)
        return found

    def product(self) -> Unit:
        """Return factors joined by signs, or by nothing as in kg m."""
        found, divided = self.factor(), False
        while self.next.kind != "end" and self.next.text not in {")", "+", "-", "^", "**"}:
            if self.take("/"):
                found, divided = found / self.factor(), True
            elif self.take("*", "·", "\u00d7") or not divided:
                found = found * self.factor()
            else:
                raise self.fail("after a / the factors need a sign: J/(kg*K), or J/kg*s")
        return found

    def factor(self) -> Unit:
        """Return one unit, number or bracket with its power."""
        token, base = self.next, self.atom()
        if self.next.kind == "raised":
            power = self.number(self.next.text.translate(_LOWERED))
            self.place += 1
        elif self.take("^", "**"):
            power = self.exponent()
        else:
            return base
        if abs(power) > 100:
            raise self.fail("nobody needs a power this large", token.column)
        return base**power

    def atom(self) -> Unit:
        """Return one name, number or bracket."""
        token = self.next
        if self.take("("):
            inner = self.product()
            if not self.take(")"):
                raise self.fail("a bracket of the unit is not closed; add )")
            return inner
        self.place += 1
        if token.kind == "name":
            return Unit(atoms=((self.name(token), Fraction(1)),))
        if token.kind == "number" and 1e-200 < float(token.text) < 1e200:
            return Unit(float(token.text))
        shown = repr(token.text) if token.text else "the end"
        raise self.fail(f"a unit is expected before {shown}, such as 1/min or m/s^2", token.column)

    def name(self, token: _Token) -> Atom:
        """Return the unit of one name, called as it was written."""
        try:
            return self.named(unicodedata.normalize("NFKC", token.text))._replace(name=token.text)
        except UnitError as error:
            raise self.fail(error.problem, token.column) from None

    def exponent(self) -> Fraction:
        """Return a power: a number, or a quotient in brackets."""
        bracket = self.take("(")
        sign = -1 if self.take("-", "\u2212") else 1
        top = sign * self.number(self.next.text)
        self.place += 1
        if bracket and self.take("/"):
            top /= self.number(self.next.text) or Fraction(1, 1000)
            self.place += 1
        if bracket and not self.take(")"):
            raise self.fail("a bracket of the unit is not closed; add )")
        return top

    def number(self, text: str) -> Fraction:
        """Return the number a power is."""
        if not re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{0,6})?", text):
            raise self.fail("a power is a number, as in m^2 or s^-1")
        return Fraction(text)
