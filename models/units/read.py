"""The names of units: those of everyday models in a table, all others asked of pint.

Importing pint and building its registry takes 0.6 s, a unit of this table 40 us, so pint is asked
only about names the table lacks; a test holds the table to pint. Pint sees one name at a time and
never a text, so that nothing can make it evaluate anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from ..errors import UnitError, did_you_mean
from ..lazy import load
from .algebra import Atom, Unit
from .text import RAISED, parse_unit

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


def read_unit(text: str) -> Unit:
    """Return the unit a text describes: ``1/min``, ``m/s^2``, ``kg m² s⁻³``, ``J/(kg*K)``.

    Raises
    ------
    UnitError
        If it cannot be read or a name is unknown; the column counts within `text`.
    """
    return parse_unit(text, _known_atom)


def pretty_unit(text: str) -> str:
    """Return a unit as it stands on an axis: ``m/s²`` for ``m/s^2``, ``°C`` for ``degC``."""
    text = re.sub(r"\s*(?:\^|\*\*)\s*(-?[0-9]+)", lambda m: m[1].translate(RAISED), text)
    text = re.sub(r"\bdeg(?=[CF]\b)", "°", text).replace("*", "·")
    return re.sub(rf"\bu(?=(?:{'|'.join(PREFIXABLE)})\b)", "µ", text)


def _known_atom(name: str) -> Atom:
    found = atom(name)
    if found is None:
        raise UnitError(_unknown(name))
    return found


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
