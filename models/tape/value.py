"""A value of a model while it is recorded: Python's operators and numpy's functions work on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, Protocol, cast

from ..errors import SpecificationError
from .operations import FUNCTIONS, OPERATIONS, Node, arity


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

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **_: object) -> Any:
        """Let numpy's functions work on values of a model, alone and in arrays."""
        name = str(ufunc.__name__)
        op = _NUMPY_NAMES.get(name, name)
        if method != "__call__" or op not in OPERATIONS:
            raise SpecificationError(
                f"numpy's {name} cannot be recorded; use one of {', '.join(sorted(FUNCTIONS))}"
            )
        ordered = args[::-1] if name in _SWAPPED else args
        arrays = [a for a in ordered if getattr(a, "ndim", 0)]
        if not arrays:
            return self.builder.apply(op, *ordered)
        result = arrays[0].astype(object)  # two arrays never come here: numpy pairs their elements
        for i, element in enumerate(arrays[0].flat):
            each = (element if a is arrays[0] else a for a in ordered)
            result.flat[i] = self.builder.apply(op, *each)
        return result

    def __getattr__(self, name: str) -> Callable[[], Value]:
        # In arrays of values numpy looks for a method: np.exp calls x.exp() on each.
        op = _NUMPY_NAMES.get(name, name)
        if op not in FUNCTIONS or arity(op) != 1:
            raise AttributeError(f"a value of a model has no {name}")
        return lambda: self.apply(op)

    def __repr__(self) -> str:
        return f"<value {self.number}: {self.builder.nodes[self.number].op}>"


_NUMPY_NAMES: Mapping[str, str] = {
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
    return yes if cast("bool", condition) else no
