"""A formula: one expression on a tape, with the arithmetic of expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import InputError, UnknownNameError, did_you_mean, listing
from ..given import as_text
from ..language.read import read_expression
from ..tape import Builder, Tape, Value, differentiate
from ..tape.writing.expression import to_latex, to_text
from .symbolic import tidy


@dataclass(frozen=True, repr=False, slots=True)
class Formula:
    """One expression over the names it uses; `str` reads back, `latex` typesets.

    Parameters
    ----------
    tape
        One output; the inputs are the names that matter.
    """

    tape: Tape

    @classmethod
    def read(cls, text: str) -> Formula:
        """Return the formula a text describes, such as ``sin(x^2)``."""
        return cls(read_expression(as_text("expression", text, "x^2 + 3*x*y")))

    @classmethod
    def number(cls, value: float) -> Formula:
        """Return a number."""
        return cls(Builder().formula(value))

    @classmethod
    def name(cls, name: str) -> Formula:
        """Return a name by itself."""
        builder = Builder([name])
        return cls(builder.formula(builder.inputs[0]))

    @classmethod
    def of(cls, tape: Tape, output: int = 0) -> Formula:
        """Return one output of a tape, with only the inputs it uses."""
        builder = Builder(tape.inputs)
        return cls(builder.formula(builder.inline(tape, builder.inputs)[output]))

    @property
    def names(self) -> tuple[str, ...]:
        """The names it uses."""
        return self.tape.inputs

    @property
    def constant(self) -> float | None:
        """The number it is, if it uses no name."""
        return None if self.names else self.tape()[0]

    @property
    def is_zero(self) -> bool:
        """Whether it is the number zero."""
        return self.constant == 0

    def at(self, values: Mapping[str, float] | None = None, /, **more: float) -> float:
        """Return the value for given names.

        Raises
        ------
        InputError
            If a name it uses has no value.
        """
        given = {**(values or {}), **more}
        missing = [n for n in self.names if n not in given]
        if missing:
            raise InputError(f"at: no value for {listing(missing)}; give one: at({missing[0]}=1)")
        return self.tape(*(given[n] for n in self.names))[0]

    def derivative(self, by: str, *, tidy: bool = True) -> Formula:
        """Return the partial derivative by one name, simplified; zero if it does not occur."""
        if by not in self.names:
            return ZERO
        found = Formula.of(differentiate.derivative(self.tape, by))
        return found.tidied() if tidy else found

    def tidied(self) -> Formula:
        """Return the same formula in a shorter form, where there is one."""
        return Formula(tidy(self.tape))

    def substituted(self, formulas: Mapping[str, Formula]) -> Formula:
        """Return the formula with names replaced by formulas, all at once."""
        return combined(
            lambda builder: builder.inline(
                self.tape,
                [
                    formulas[n].put(builder) if n in formulas else builder.input(n)
                    for n in self.names
                ],
            )[0]
        )

    def put(self, builder: Builder) -> Value:
        """Record the formula on a builder, where equal names are equal inputs."""
        return builder.inline(self.tape, [builder.input(n) for n in self.names])[0]

    def __add__(self, other: Formula) -> Formula:
        return combined(lambda b: self.put(b) + other.put(b))

    def __sub__(self, other: Formula) -> Formula:
        return combined(lambda b: self.put(b) - other.put(b))

    def __mul__(self, other: Formula) -> Formula:
        return combined(lambda b: self.put(b) * other.put(b))

    def __truediv__(self, other: Formula) -> Formula:
        return combined(lambda b: self.put(b) / other.put(b))

    def __neg__(self) -> Formula:
        return combined(lambda b: -self.put(b))

    def __str__(self) -> str:
        return to_text(self.tape)[0]

    __repr__ = __str__

    @property
    def latex(self) -> str:
        """The formula in LaTeX, without dollar signs."""
        return to_latex(self.tape)[0]

    def _repr_html_(self) -> str:
        return f"${self.latex}$"


ZERO = Formula.number(0.0)


def combined(record: Callable[[Builder], Value]) -> Formula:
    """Return the formula that a function records on a builder."""
    builder = Builder()
    return Formula(builder.formula(record(builder)))


def total(formulas: Sequence[Formula]) -> Formula:
    """Return the sum."""
    result = Formula.number(0.0)
    for formula in formulas:
        result = result + formula
    return result


def require_name(argument: str, name: str, known: Sequence[str]) -> None:
    """Raise unless a name is known.

    Raises
    ------
    UnknownNameError
        Naming the argument and the names there are.
    """
    if as_text(argument, name, "x") not in known:
        there = listing(known) if known else "no names"
        raise UnknownNameError(
            f"{argument}: there is no {name}; there is {there}.{did_you_mean(name, known)}"
        )
