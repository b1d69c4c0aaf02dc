"""A value of a model while it is recorded: Python's operators and numpy's functions work on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn, Protocol

from .errors import SpecificationError
from .operations import FUNCTIONS, OPERATIONS, Node


class Recorder(Protocol):
    """What a value is recorded on."""

    nodes: list[Node]

    def constant(self, value: float) -> Value:
        """Return a number as a value."""
        ...

    def apply(self, op: str, *args: Value | float) -> Value:
        """Return an operation on values."""
        ...


class Value:
    """A node under construction, with Python's operators and numpy's functions."""

    __slots__ = ("builder", "number")

    def __init__(self, builder: Recorder, number: int) -> None:
        self.builder, self.number = builder, number

    @property
    def constant(self) -> float | None:
        """The number this value is, if it is one."""
        node = self.builder.nodes[self.number]
        return node.value if node.op == "const" else None

    def apply(self, op: str, *others: Value | float) -> Value:
        """Return an operation with this value as its first argument."""
        return self.builder.apply(op, self, *others)

    def __add__(self, other: Value | float) -> Value:
        return self.apply("add", other)

    def __radd__(self, other: float) -> Value:
        return self.builder.apply("add", other, self)

    def __sub__(self, other: Value | float) -> Value:
        return self.apply("sub", other)

    def __rsub__(self, other: float) -> Value:
        return self.builder.apply("sub", other, self)

    def __mul__(self, other: Value | float) -> Value:
        return self.apply("mul", other)

    def __rmul__(self, other: float) -> Value:
        return self.builder.apply("mul", other, self)

    def __truediv__(self, other: Value | float) -> Value:
        return self.apply("div", other)

    def __rtruediv__(self, other: float) -> Value:
        return self.builder.apply("div", other, self)

    def __pow__(self, other: Value | float) -> Value:
        return self.apply("pow", other)

    def __rpow__(self, other: float) -> Value:
        return self.builder.apply("pow", other, self)

    def __neg__(self) -> Value:
        return self.apply("neg")

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return self.apply("abs")

    def __lt__(self, other: Value | float) -> Value:
        return self.apply("lt", other)

    def __le__(self, other: Value | float) -> Value:
        return self.apply("le", other)

    def __gt__(self, other: Value | float) -> Value:
        return self.builder.apply("lt", other, self)

    def __ge__(self, other: Value | float) -> Value:
        return self.builder.apply("le", other, self)

    def __bool__(self) -> NoReturn:
        raise SpecificationError(
            "the function branches on a value of the model (if, while, and, or), which cannot be "
            "recorded; use ratelaw.where(condition, a, b) instead"
        )

    def __float__(self) -> NoReturn:
        raise SpecificationError(
            "the function turns a value of the model into a plain number (math.exp, float(...)), "
            "which cannot be recorded; use numpy's function of the same name instead"
        )

    __int__ = __index__ = __float__

    def __array_ufunc__(
        self, ufunc: object, method: str, *args: Value | float, **_: object
    ) -> Value:
        """Let numpy's functions work on values of a model."""
        name = getattr(ufunc, "__name__", "?")
        op = NUMPY_NAMES.get(name, name)
        if method != "__call__" or op not in OPERATIONS:
            raise SpecificationError(
                f"numpy's {name} cannot be recorded on a tape; use one of "
                f"{', '.join(sorted(FUNCTIONS))}"
            )
        return self.builder.apply(op, *(args[::-1] if name in _SWAPPED else args))

    def __repr__(self) -> str:
        return f"<value {self.number}: {self.builder.nodes[self.number].op}>"


NUMPY_NAMES: Mapping[str, str] = {
    "subtract": "sub", "multiply": "mul", "divide": "div", "true_divide": "div",
    "power": "pow", "float_power": "pow", "negative": "neg", "minimum": "min", "maximum": "max",
    "absolute": "abs", "fabs": "abs", "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "less": "lt", "greater": "lt", "less_equal": "le", "greater_equal": "le", "equal": "eq",
}  # fmt: skip
_SWAPPED = frozenset({"greater", "greater_equal"})


def where(condition: Value | bool, yes: Value | float, no: Value | float) -> Value | float:
    """Return `yes` where the condition holds, else `no`; on values of a model or plain numbers."""
    for x in (condition, yes, no):
        if isinstance(x, Value):
            return x.builder.apply("select", condition, yes, no)
    return yes if condition else no
