"""Special functions as operations of a tape, each called by its name on the shelf.

A tape keeps such a function whole: it is printed, differentiated and evaluated with many digits as
what it is. For doubles it becomes plain operations where a composition is exact to rounding; a
target then needs nothing new, and what has no composition it has itself or refuses by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isinf, nan
from threading import local
from typing import Any, cast

from ...errors import SpecificationError
from ...lazy import load
from ...once import once
from ...special_functions import SHELF
from ..operations import OPERATIONS, Node
from ..program import Builder, Tape, Value

# From the arguments and the function's own value, its derivative by one of the arguments.
Slope = (
    Callable[[Value, Value], Value]
    | Callable[[Value, Value, Value], Value]
    | Callable[[Value, Value, Value, Value], Value]
    | Callable[[Value, Value, Value, Value, Value], Value]
)
# From the arguments, the value in plain operations.
Composition = Callable[[Value], Value] | Callable[[Value, Value], Value]
# From a library, and the arguments, what it makes of them.
Counterpart = (
    Callable[[Any, Any], Any]
    | Callable[[Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any, Any], Any]
)

_DIGITS = 30  # in which a value is found that has no composition
ZERO = 1000  # binary digits from which on a sum of mpmath that cancels is none


@dataclass(frozen=True)
class SpecialFunction:
    """A function of real numbers that is more than a few plain operations.

    Parameters
    ----------
    title
        What a textbook calls it.
    slopes
        For each argument the derivative by it, from the arguments and the value; None where it has
        no closed form.
    precise
        From a context of mpmath and the arguments, the value with many digits; complex or nan
        outside the domain.
    domain
        Where it is real, in words.
    source
        Where definition and derivatives are found.
    latex
        How it is set, the arguments in {0}, {1}, …
    known_as
        The class of its counterpart in sympy, and the arguments that come after ours; a function
        that sympy knows by our name only when not given.
    sympy
        From sympy and the arguments, the counterpart where it is no class of the same arguments.
    composed
        From the arguments, the value in plain operations, exact to rounding.
    scipy
        How scipy's ``special`` gives it, the arguments in {0}, {1}, …; empty where it does not.
    """

    title: str
    slopes: tuple[Slope | None, ...]
    precise: Counterpart
    domain: str
    source: str
    latex: str
    known_as: tuple[str, tuple[int, ...]] = ("", ())
    sympy: Counterpart | None = None
    composed: Composition | None = None
    scipy: str = ""

    @property
    def arity(self) -> int:
        """How many arguments it takes."""
        return len(self.slopes)

    @cached_property
    def plain(self) -> Tape | None:
        """Its composition as a tape, None if it has none."""
        if self.composed is None:
            return None
        builder = Builder(f"x{i}" for i in range(self.arity))
        return builder.finish([self.composed(*builder.inputs)])

    def value(self, *args: float) -> float:
        """Return the value for plain numbers, nan outside the domain.

        Of what is infinite a function without composition is nan: mpmath counts its digits.
        """
        if self.plain:
            return self.plain(*args)[0]
        return nan if any(map(isinf, args)) else float(found(self, _own.context, args))


class _Own(local):
    """A context of mpmath for each thread: they would disturb each other's digits."""

    @cached_property
    def context(self) -> Any:
        context = load("mpmath").MPContext()
        context.dps = _DIGITS
        return context


_own = _Own()


def found(function: SpecialFunction, context: Any, args: Any) -> Any:
    """Return a value with the digits of a context of mpmath, nan outside the domain."""
    values = [context.mpf(a) for a in args]
    if any(map(context.isnan, values)):
        return context.nan
    unknown: tuple[type[Exception], ...] = ArithmeticError, ValueError, context.NoConvergence
    if any(map(context.isinf, values)):
        unknown = *unknown, TypeError  # mpmath's Bessel functions count the digits of infinity
    try:
        result = function.precise(context, *values)
    except unknown:
        return context.nan
    if isinstance(result, context.mpc):  # where real, then exactly so
        return context.nan if result.imag else result.real
    return context.mpf(result)


def slope(name: str, position: int, args: Sequence[Value], result: Value) -> Value:
    """Return the derivative of a special function by one argument.

    Raises
    ------
    SpecificationError
        If it has no closed form, as that of a Bessel function by its order.
    """
    by = cast("Callable[..., Value] | None", SHELF[name].slopes[position])
    if by is None:
        raise SpecificationError(
            f"the derivative of {name} by argument {position + 1} has no closed form: it cannot "
            "vary there, and no sensitivity by it is known"
        )
    return by(*args, result)


def without_special(tape: Tape) -> Tape:
    """Return a tape with every special function composed that can be."""
    if not special_names(tape):
        return tape
    builder = Builder(tape.inputs)

    def composed(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        plain = None if node.op in OPERATIONS else SHELF[node.op].plain
        return builder.inline(plain, args)[0] if plain else None

    return builder.finish(builder.replay(tape, builder.inputs, composed))


_NONE = frozenset({"input", "const"})


@once
def special_names(tape: Tape) -> tuple[str, ...]:
    """Return the names of the special functions on a tape, each once."""
    ops = dict.fromkeys(node.op for node in tape.nodes)
    return tuple(op for op in ops if op not in OPERATIONS and op not in _NONE)


def uncomposed(tape: Tape) -> tuple[str, ...]:
    """Return the names of the special functions that a target has to have itself."""
    return tuple(name for name in special_names(tape) if SHELF[name].plain is None)


def by_class(name: str) -> Mapping[tuple[int, ...], str]:
    """Return our names for one of sympy's functions, by the arguments that follow ours."""
    return {f.known_as[1]: own for own, f in SHELF.items() if f.known_as[0] == name}
