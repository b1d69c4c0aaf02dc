"""Arrays of values: numpy's own, with its functions recorded element by element."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from ..errors import SpecificationError
from ..lazy import load
from ..tape import Value
from ..tape.elsewhere import elementwise
from ..tape.value import unknown_to_tapes

_PRODUCTS = frozenset({"matmul", "vecdot", "matvec", "vecmat"})  # sums of products, done by numpy
_KEPT = frozenset({"axis", "keepdims", "initial"})  # options of a reduction


def array_of(values: Any) -> Any:
    """Return numbers and values, however nested, as an array that records."""
    return load("numpy").array(values, dtype=object).view(array_type())


def recorded(x: Any) -> Any:
    """Return an array of objects as one that records; anything else as it is."""
    is_objects = getattr(getattr(x, "dtype", None), "kind", "") == "O" and getattr(x, "ndim", 0)
    return x.view(array_type()) if is_objects else x


@cache
def array_type() -> Any:
    """Return the class of arrays that record what is done to them."""
    ndarray: Any = load("numpy").ndarray

    class Array(ndarray):
        """An array of values of a model, or of numbers where nothing was recorded yet."""

        def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **options: Any) -> Any:
            """Do what one of numpy's functions does, element by element."""
            out = options.pop("out", (None,))[0]
            kept = {n: v for n, v in options.items() if n in _KEPT and v is not None}
            result = getattr(_recording(ufunc), method)(*map(_plain, args), **kept)
            if out is None:
                return recorded(result)
            _plain(out)[...] = result
            return out

        def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
            """Let numpy do what comes down to elements; choose and clip element by element."""
            name, module = str(function.__name__), str(function.__module__)
            if name in {"where", "clip"}:
                return each(name, *args, **options)
            if module.startswith(("numpy.linalg", "numpy.fft")):
                raise SpecificationError(unknown_to_tapes(f"numpy's {name}"))
            done = ndarray.__array_function__(self, function, types, args, options)
            return recorded(done)

        def chosen(self, condition: Any, yes: Any, no: Any) -> Any:
            """Return `yes` where the condition holds and `no` elsewhere."""
            return each("where", condition, yes, no)

    return Array


def each(name: str, *args: Any, **options: Any) -> Any:
    """Return a function of that name applied to every element, shapes paired as in numpy."""
    function: Any = elementwise(name)
    ordered = [*args, *options.values()]  # keywords only of clip, in the order of its arguments
    return recorded(load("numpy").frompyfunc(function, len(ordered), 1)(*map(_plain, ordered)))


def _recording(ufunc: Any) -> Any:
    name = str(ufunc.__name__)
    if name in _PRODUCTS:
        return ufunc
    function = elementwise(name)
    if function is None:
        raise SpecificationError(unknown_to_tapes(f"numpy's {name}"))
    return load("numpy").frompyfunc(function, ufunc.nin, 1)


def boxed(x: Any) -> Any:
    """Return a value as an array without dimensions; anything else as it is."""
    if not isinstance(x, Value):
        return x
    box = load("numpy").empty((), dtype=object)
    box[()] = x
    return box


def _plain(x: Any) -> Any:
    """Return what numpy treats as an array of objects and nothing more."""
    numpy = load("numpy")
    return numpy.asarray(x) if isinstance(x, numpy.ndarray) else boxed(x)


def has_values(x: Any) -> bool:
    """Tell whether a list or tuple, however nested, holds single values of a model."""
    if not isinstance(x, (list, tuple)):
        return False
    items = cast("Sequence[Any]", x)
    return any(isinstance(item, Value) or has_values(item) for item in items)
