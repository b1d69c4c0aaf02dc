"""How the names of a system are set on paper: start values as T_0, rates as dT/dt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .names import free_name, symbol_names
from .system import FirstOrderSystem
from .tape import Tape
from .tape.writing.expression import to_latex, to_text
from .tape.writing.latex import latex_name
from .tape.writing.neat import Neat, balanced, neat


class Shown:
    """A piece of mathematics in writing.

    Parameters
    ----------
    text, latex
        As plain text and in LaTeX, or what writes them: that is done when they are read.
    """

    __slots__ = ("_latex", "_text")

    def __init__(self, text: str | Callable[[], str], latex: str | Callable[[], str]) -> None:
        self._text, self._latex = text, latex

    @property
    def text(self) -> str:
        """The piece as plain text."""
        if not isinstance(self._text, str):
            self._text = self._text()
        return self._text

    @property
    def latex(self) -> str:
        """The piece in LaTeX."""
        if not isinstance(self._latex, str):
            self._latex = self._latex()
        return self._latex

    def __iter__(self) -> Iterator[str]:
        yield self.text
        yield self.latex

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shown) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __reduce__(self) -> tuple[type[Shown], tuple[str, str]]:
        return Shown, (self.text, self.latex)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Shown({self.text!r}, {self.latex!r})"


def chain(first: Shown, *others: Shown, sign: str = " = ") -> Shown:
    """Return pieces joined by a sign; of others that are written alike the first one."""
    return Shown(
        lambda: sign.join((first.text, *dict.fromkeys(p.text for p in others))),
        lambda: sign.join((first.latex, *dict.fromkeys(p.latex for p in others))),
    )


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
        """Return a tape of one output in writing, as it stands."""
        named = tape.rename(self.symbols)
        return Shown(lambda: to_text(named)[0], lambda: to_latex(named, self.latex_names)[0])

    def answer(self, tape: Tape) -> Shown:
        """Return a tape of one output in writing, as neat as it can be."""
        return _Later(self, lambda: neat(tape, self.time)).shown

    def tidy(self, tape: Tape) -> Shown:
        """Return a tape of one output in writing, neat, but with sums of states left as they are.

        An integral y^2 - 2*y is read more easily than y*(y - 2).
        """
        starts = {n for n, symbol in self.symbols.items() if n != symbol}
        states = {n.partition("(")[0] for n in starts}
        return _Later(self, lambda: neat(tape, self.time, states | starts)).shown

    def balanced(self, left: Tape, right: Tape, state: str) -> Shown:
        """Return an equation in writing, what does not depend on a state on its right."""
        return _Later(self, lambda: balanced(left, right, state, self.time)).shown

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


@dataclass(frozen=True)
class _Later:
    """Formulas that are put in their neatest form and written when that is asked for."""

    notation: Notation
    find: Callable[[], Neat]

    @cached_property
    def found(self) -> Neat:
        found = self.find()
        return found._replace(tape=found.tape.rename(self.notation.symbols))

    @property
    def shown(self) -> Shown:
        """The formulas, equal to one another if there are several."""
        return Shown(lambda: " = ".join(self._text()), lambda: " = ".join(self._latex()))

    def _text(self) -> tuple[str, ...]:
        return to_text(self.found.tape, fractions=self.found.fractions)

    def _latex(self) -> tuple[str, ...]:
        tape, fractions = self.found
        return to_latex(tape, self.notation.latex_names, fractions=fractions)


def _latex_start(symbol: str, name: str) -> str:
    r"""Return T_{0} for T_0, and T_{\mathrm{max},0} for T_max_0."""
    state = latex_name(name.partition("(")[0])
    index = symbol.rpartition("_")[2]
    below = index if index.isdigit() else rf"\mathrm{{{index}}}"
    return f"{state[:-1]},{below}}}" if "_{" in state else f"{state}_{{{below}}}"
