"""Reading units: the names of everyday units in a table, all others asked of pint.

Importing pint and building its registry takes 0.6 s, a unit of this table 30 us, so pint is asked
only about names the table lacks; a test holds the table to pint. The text around the names is read
here, and pint sees one name at a time, so no text can make it evaluate anything.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, NamedTuple

from .errors import UnitError, did_you_mean
from .lazy import load
from .unit_algebra import PLAIN, Atom, Unit

BASES: Mapping[str, str] = {
    "[length]": "m", "[mass]": "g", "[time]": "s", "[current]": "A", "[temperature]": "K",
    "[substance]": "mol", "[luminosity]": "cd",
}  # fmt: skip
DEFINITIONS: Mapping[str, str] = {
    "min": "60*s", "h": "60*min", "day": "24*h", "week": "7*day", "year": "365.25*day",
    "second": "s", "minute": "min", "hour": "h", "sec": "s", "hr": "h", "d": "day", "yr": "year",
    "meter": "m", "metre": "m", "gram": "g", "mole": "mol", "kelvin": "K", "ampere": "A",
    "Hz": "1/s", "N": "kg*m/s^2", "Pa": "N/m^2", "J": "N*m", "W": "J/s",
    "C": "A*s", "V": "W/A", "F": "C/V", "ohm": "V/A", "\u03a9": "ohm", "S": "1/ohm",
    "Wb": "V*s", "T": "Wb/m^2", "H": "Wb/A",
    "L": "0.001*m^3", "l": "L", "liter": "L", "litre": "L", "M": "mol/L",
    "bar": "100000*Pa", "mbar": "100*Pa", "atm": "101325*Pa",
    "cal": "4.184*J", "eV": "1.602176634e-19*J",
    # Inside a model a temperature is its degrees; where the scale starts never enters.
    "degC": "K", "\u00b0C": "K", "celsius": "K",
    "degF": "5/9*K", "\u00b0F": "5/9*K", "fahrenheit": "5/9*K",
    "rad": "1", "radian": "1", "deg": "0.017453292519943295", "\u00b0": "deg", "degree": "deg",
    "%": "0.01", "percent": "0.01", "ppm": "0.000001",
}  # fmt: skip
_SCALES: Mapping[str, str] = {
    "degC": "Celsius", "\u00b0C": "Celsius", "celsius": "Celsius",
    "degF": "Fahrenheit", "\u00b0F": "Fahrenheit", "fahrenheit": "Fahrenheit",
    "K": "Kelvin", "kelvin": "Kelvin",
}  # fmt: skip
PREFIXES: Mapping[str, str] = {
    "T": "1e12", "G": "1e9", "M": "1e6", "k": "1e3", "h": "100", "d": "0.1", "c": "0.01",
    "m": "1e-3", "u": "1e-6", "\u03bc": "1e-6", "n": "1e-9", "p": "1e-12", "f": "1e-15",
    "giga": "1e9", "mega": "1e6", "kilo": "1e3", "centi": "0.01",
    "milli": "1e-3", "micro": "1e-6", "nano": "1e-9",
}  # fmt: skip
_WORDS = frozenset("second meter metre gram mole liter litre".split())
_PLURALS = _WORDS | frozenset("minute hour day week year degree radian".split())
PREFIXABLE = frozenset("m g s A K mol N Pa J W Hz C V F ohm \u03a9 S Wb T L l M cal eV".split())
_LONGEST = 120  # characters; a person writes fewer, and what follows need fear no longer one
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
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


def read_unit(text: str) -> Unit:
    """Return the unit a text describes: ``1/min``, ``m/s^2``, ``kg m² s⁻³``, ``J/(kg*K)``.

    Raises
    ------
    UnitError
        If it cannot be read or a name is unknown; the column counts within `text`.
    """
    if len(text) > _LONGEST:
        raise UnitError("a unit this long is a mistake", text[:_LONGEST], 1, 1)
    reader = _Reader(text)
    return reader.unit() if reader.tokens else PLAIN


def pretty_unit(text: str) -> str:
    """Return a unit as it stands on an axis: ``m/s²`` for ``m/s^2``, ``°C`` for ``degC``."""
    text = re.sub(r"\s*(?:\^|\*\*)\s*(-?[0-9]+)", lambda m: m[1].translate(_RAISED), text)
    text = re.sub(r"\bdeg(?=[CF]\b)", "°", text).replace("*", "·")
    return re.sub(rf"\bu(?=(?:{'|'.join(PREFIXABLE)})\b)", "µ", text)


class _Reader:
    """Reads one unit text, from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0
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
            return Unit(atoms=((self.named(token), Fraction(1)),))
        if token.kind == "number" and 1e-200 < float(token.text) < 1e200:
            return Unit(float(token.text))
        shown = repr(token.text) if token.text else "the end"
        raise self.fail(f"a unit is expected before {shown}, such as 1/min or m/s^2", token.column)

    def named(self, token: _Token) -> Atom:
        """Return the unit of one name."""
        found = atom(unicodedata.normalize("NFKC", token.text))
        if found is None:
            raise self.fail(_unknown(token.text), token.column)
        return found._replace(name=token.text)

    def exponent(self) -> Fraction:
        """Return a power: a number, or a quotient in brackets."""
        bracket = self.take("(")
        sign = -1 if self.take("-", "\u2212") else 1
        top = sign * self.number(self.next.text)
        self.place += 1
        if bracket and self.take("/"):
            bottom = self.number(self.next.text)
            self.place += 1
            top = top / bottom if bottom else Fraction(1000)
        if bracket and not self.take(")"):
            raise self.fail("a bracket of the unit is not closed; add )")
        return top

    def number(self, text: str) -> Fraction:
        """Return the number a power is."""
        if not re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{0,6})?", text):
            raise self.fail("a power is a number, as in m^2 or s^-1")
        return Fraction(text)


def _unknown(name: str) -> str:
    letters = name.rstrip("0123456789")
    if letters != name and atom(letters):
        return f"nobody knows the unit {name}; a power is written {letters}^{name[len(letters) :]}"
    close = did_you_mean(name, [*DEFINITIONS, *BASES.values(), "kg"])
    return f"nobody knows the unit {name}.{close or ' What is merely counted has no unit.'}"


@lru_cache(maxsize=1024)
def atom(name: str) -> Atom | None:
    """Return the unit of that name, from the table or from pint; None if nobody knows it."""
    if name in BASES.values():
        return Atom(name, 1.0, ((name, Fraction(1)),), _SCALES.get(name, ""))
    definition = _definition(name)
    if definition is None:
        return _from_pint(name)
    unit = read_unit(definition)
    return Atom(name, unit.size, unit.powers, _SCALES.get(name, ""))


def _definition(name: str) -> str | None:
    if name in DEFINITIONS:
        return DEFINITIONS[name]
    for prefix, factor in PREFIXES.items():
        rest = name.removeprefix(prefix)
        if rest != name and rest in (PREFIXABLE if len(prefix) == 1 else _WORDS):
            return f"{factor}*{rest}"
    plural = name.endswith("s") and any(name[:-1].endswith(word) for word in _PLURALS)
    return name[:-1] if plural and _definition(name[:-1]) else None


@cache
def _registry() -> Any:
    return load("pint").UnitRegistry()


def _from_pint(name: str) -> Atom | None:
    """Ask pint for one name, leaving out what has a logarithm or an offset in it."""
    registry = _registry()
    try:
        size, base = registry.get_root_units(name)
        proportional = math.isclose(registry.convert(2, name, base), 2 * size)
        powers = dict(registry.get_dimensionality(name))
        if not proportional or _mere_accident(registry, name):
            return None
        found = {BASES.get(base, base): Fraction(p) for base, p in powers.items()}
        return Atom(name, float(size), tuple(found.items()))
    except Exception:  # pint raises many kinds for names it cannot read, an assertion among them
        return None


def _mere_accident(registry: Any, name: str) -> bool:
    """Tell a plural with an abbreviated prefix: hares are not hectoares, cats no centi-at."""
    ((prefix, _, _), *_) = readings = registry.parse_unit_name(name)
    spelt = not prefix or name.startswith(prefix)
    return not spelt and name.endswith("s") and registry.parse_unit_name(name[:-1]) == readings
