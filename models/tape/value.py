"""A value of a model while it is recorded: Python's operators and numpy's functions work on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, Protocol, cast

from ..errors import SpecificationError
from .elsewhere import elementwise, of_one
from .operations import FUNCTIONS, Node


class Recorder(Protocol):
    """What a value is recorded on."""

    nodes: list[Node]

    def constant(self, value: float) -> Value:
        """Return a number as a value."""
        ...

    def value(self, x: Value | float) -> Value:
        """Return a number, or a value of its own, as a value."""
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

    def _with(self, op: str, other: object, *, swapped: bool = False) -> Any:
        plain = isinstance(other, (Value, float, int))
        if not plain and (getattr(other, "ndim", 0) or not hasattr(other, "__float__")):
            return NotImplemented  # an array takes over, anything else is refused by Python
        pair = (cast("float", other), self) if swapped else (self, cast("float", other))
        return self.builder.apply(op, *pair)

    def __add__(self, other: Value | float) -> Value:
        return self._with("add", other)

    def __radd__(self, other: float) -> Value:
        return self._with("add", other, swapped=True)

    def __sub__(self, other: Value | float) -> Value:
        return self._with("sub", other)

    def __rsub__(self, other: float) -> Value:
        return self._with("sub", other, swapped=True)

    def __mul__(self, other: Value | float) -> Value:
        return self._with("mul", other)

    def __rmul__(self, other: float) -> Value:
        return self._with("mul", other, swapped=True)

    def __truediv__(self, other: Value | float) -> Value:
        return self._with("div", other)

    def __rtruediv__(self, other: float) -> Value:
        return self._with("div", other, swapped=True)

    def __pow__(self, other: Value | float) -> Value:
        return self._with("pow", other)

    def __rpow__(self, other: float) -> Value:
        return self._with("pow", other, swapped=True)

    def __neg__(self) -> Value:
        return self.apply("neg")

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return self.apply("abs")

    def __lt__(self, other: Value | float) -> Value:
        return self._with("lt", other)

    def __le__(self, other: Value | float) -> Value:
        return self._with("le", other)

    def __gt__(self, other: Value | float) -> Value:
        return self._with("lt", other, swapped=True)

    def __ge__(self, other: Value | float) -> Value:
        return self._with("le", other, swapped=True)

    def __eq__(self, other: object) -> Value:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._with("eq", other)

    __hash__ = object.__hash__

    def __mod__(self, other: Value | float) -> Value:
        return self - other * (self / other).apply("floor")

    def __rmod__(self, other: float) -> Value:
        return other - self * (other / self).apply("floor")

    def __floordiv__(self, other: Value | float) -> Value:
        return (self / other).apply("floor")

    def __rfloordiv__(self, other: float) -> Value:
        return (other / self).apply("floor")

    def __and__(self, other: Value | float) -> Value:
        """Return whether two conditions, 1 where they hold and 0 elsewhere, both hold."""
        return self._with("min", other)

    def __or__(self, other: Value | float) -> Value:
        """Return whether one of two conditions holds."""
        return self._with("max", other)

    def __invert__(self) -> Value:
        """Return whether a condition does not hold."""
        return 1.0 - self

    def __bool__(self) -> NoReturn:
        raise BranchError(
            "the function branches on a value of the model (if, while, and, or), which cannot be "
            "recorded: only one of the branches would run"
        )

    def __float__(self) -> NoReturn:
        raise SpecificationError(
            "the function turns a value of the model into a plain number (float(...), or a library "
            "that computes with numbers only), which cannot be recorded; write it as a formula"
        )

    __int__ = __index__ = __float__

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **options: Any) -> Any:
        """Let numpy's functions work on values of a model, alone and in arrays."""
        name = str(ufunc.__name__)
        function = elementwise(name)
        if method != "__call__" or function is None:
            raise SpecificationError(unknown_to_tapes(f"numpy's {name}"))
        arrays = [a for a in args if getattr(a, "ndim", 0)]
        if not arrays:
            return function(*args)
        result = arrays[0].astype(object)  # two arrays never come here: numpy pairs their elements
        for i, element in enumerate(arrays[0].flat):
            each = (element if a is arrays[0] else a for a in args)
            result.flat[i] = function(*each)
        return result

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        """Let numpy's where and clip work on values of a model."""
        name = str(function.__name__)
        if any(getattr(a, "ndim", 0) for a in args):
            return NotImplemented
        if name not in {"where", "clip"}:
            raise SpecificationError(unknown_to_tapes(f"numpy's {name}"))
        return cast("Any", elementwise(name))(*args, **options)

    def __getattr__(self, name: str) -> Callable[[], Value]:
        # In arrays of values numpy looks for a method: np.exp calls x.exp() on each.
        function = of_one(name)
        if function is None:
            raise AttributeError(f"a value of a model has no {name}")
        return lambda: function(self)

    def __repr__(self) -> str:
        return f"<value {self.number}: {self.builder.nodes[self.number].op}>"


class BranchError(SpecificationError):
    """A function that branches on a value."""


def unknown_to_tapes(what: str) -> str:
    """Return that a function cannot be recorded, and which can."""
    return f"{what} cannot be recorded; use one of {', '.join(sorted(FUNCTIONS))}"


def where(condition: Value | bool, yes: Value | float, no: Value | float) -> Value | float:
    """Return `yes` where the condition holds, else `no`; on values of a model or plain numbers."""
    for x in (condition, yes, no):
        if hasattr(x, "chosen"):  # an array of values chooses element by element
            return cast("Any", x).chosen(condition, yes, no)
        if isinstance(x, Value):
            return x.builder.apply("select", condition, yes, no)
    return yes if cast("bool", condition) else no
