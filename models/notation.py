"""How the names of a system are set on paper: start values as T_0, rates as dT/dt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .names import free_name, symbol_names
from .system import FirstOrderSystem
from .tape import Tape
from .tape.expression import latex_name, to_latex, to_text


class Shown(NamedTuple):
    """A piece of mathematics in writing."""

    text: str
    latex: str

    def __str__(self) -> str:
        return self.text


def chain(first: Shown, *others: Shown, sign: str = " = ") -> Shown:
    """Return pieces joined by a sign."""
    pieces = (first, *others)
    return Shown(sign.join(p.text for p in pieces), sign.join(p.latex for p in pieces))


def telling(states: Sequence[str]) -> list[int]:
    """Return positions of the states that are not slopes of others among them: these say more."""
    return [i for i, s in enumerate(states) if not (s.endswith("'") and s[:-1] in states)]


def aligned(rows: Iterable[str]) -> str:
    """Return rows of LaTeX, each with its mark ``&``, as one block."""
    lines = r" \\ ".join(rows)
    return rf"\begin{{aligned}} {lines} \end{{aligned}}"


@dataclass(frozen=True)
class Notation:
    """The symbols of one system.

    Parameters
    ----------
    time
        Name of the independent variable.
    symbols
        How each name of the system is written.
    latex_names
        How a written name is set in LaTeX, where that does not follow from its letters.
    """

    time: str
    symbols: Mapping[str, str]
    latex_names: Mapping[str, str]

    @classmethod
    def of(cls, system: FirstOrderSystem) -> Notation:
        """Return the notation of a system."""
        symbols = symbol_names((system.time, *system.states, *system.parameters))
        starts = {s: _latex_start(s, n) for n, s in symbols.items() if n != s}
        return cls(system.time, symbols, starts)

    def formula(self, tape: Tape) -> Shown:
        """Return a tape of one output in writing."""
        named = tape.rename(self.symbols)
        return Shown(to_text(named)[0], to_latex(named, self.latex_names)[0])

    def name(self, name: str) -> Shown:
        """Return a name in writing."""
        symbol = self.symbols.get(name, name)
        return Shown(symbol, self.latex_names.get(symbol) or latex_name(symbol))

    def rate(self, name: str) -> Shown:
        """Return the rate of change of a name: dT/dt."""
        top, bottom = self.name(name), self.name(self.time)
        latex = rf"\frac{{\mathrm{{d}}{top.latex}}}{{\mathrm{{d}}{bottom.latex}}}"
        return Shown(f"d{top.text}/d{bottom.text}", latex)

    def in_time(self, name: str) -> Shown:
        """Return a state as a function of time: T(t)."""
        inner, time = self.name(name), self.name(self.time)
        return Shown(f"{inner.text}({time.text})", rf"{inner.latex}({time.latex})")

    def fresh(self, *wanted: str) -> str:
        """Return the first of some names that the system does not use."""
        return free_name(wanted, {*self.symbols, *self.symbols.values()})


def _latex_start(symbol: str, name: str) -> str:
    r"""Return T_{0} for T_0, and T_{\mathrm{max},0} for T_max_0."""
    state = latex_name(name.partition("(")[0])
    index = symbol.rpartition("_")[2]
    below = index if index.isdigit() else rf"\mathrm{{{index}}}"
    return f"{state[:-1]},{below}}}" if "_{" in state else f"{state}_{{{below}}}"
