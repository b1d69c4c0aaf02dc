"""What a fit may vary: names, bounds and scales, and the coordinates in which it searches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from ...models.errors import InputError, UnknownNameError
from ...models.given import as_names, is_number
from ...models.model import Model
from ..arrays import Bool, Float, ParameterBatch

Free = Mapping[str, Any] | Collection[str]
"""From a name to ``(low, high)`` or ``log(low, high)``; a name alone takes the model's bounds."""


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of one parameter, and whether it is searched in its logarithm."""

    low: float
    high: float
    logarithmic: bool = False

    def __post_init__(self) -> None:
        _check("log" if self.logarithmic else "bounds", self)

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __repr__(self) -> str:
        return f"{'log' if self.logarithmic else ''}({self.low}, {self.high})"


def log(low: float, high: float) -> Range:
    """Return bounds of a positive parameter that is searched in its logarithm.

    Parameters
    ----------
    low, high
        In the parameter's own unit; reports stay in that unit too.

    Raises
    ------
    InputError
        Unless 0 < low < high.

    Examples
    --------
    >>> log(1e-3, 1)
    log(0.001, 1)
    """
    return Range(low, high, logarithmic=True)


def _check(what: str, bounds: Range) -> None:
    low, high = bounds.low, bounds.high
    for side, value in (("low", low), ("high", high)):
        if not is_number(value) or not np.isfinite(float(value)):
            raise InputError(f"{what}: got {value!r} as {side}; a bound is a finite number")
    if low >= high:
        raise InputError(
            f"{what}: got low {low:g} and high {high:g}; low must be smaller than high"
        )
    if bounds.logarithmic and low <= 0:
        raise InputError(
            f"{what}: got low {low:g}; a logarithm needs bounds above zero, "
            "or search on the plain scale with (low, high)"
        )


@dataclass(frozen=True, eq=False)
class ParameterSpace:
    """The free parameters: a box in natural units, and the same box in inner coordinates.

    The inner coordinate of a parameter is its value, or its logarithm, divided by the width of
    its range: a box of side one, whatever the units. Zero stays zero, so that no digits are lost
    where a range is much wider than the value.

    Parameters
    ----------
    names
        Of parameters and start values, as the model writes them.
    ranges
        One for each.
    """

    names: tuple[str, ...]
    ranges: tuple[Range, ...]

    @classmethod
    def of(cls, model: Model, free: Free) -> ParameterSpace:
        """Return the space that `free` describes, every entry checked against the model.

        Raises
        ------
        InputError, UnknownNameError
            Naming the parameter, what was got and what was expected.
        """
        if isinstance(free, (list, tuple, set, frozenset)):
            free = dict.fromkeys(as_names("free", free))
        if not isinstance(free, Mapping):
            raise InputError(
                f"free: got {free!r}; expected bounds by name, as in "
                '{"k": log(1e-3, 1), "T_s": (0, 40)}'
            )
        if not free:
            raise InputError(
                f"free: got nothing; name what may vary, with bounds: {_example(model.settings)}"
            )
        found: dict[str, Range] = {}
        for given, bounds in cast("Mapping[str, Any]", free).items():
            name = _canonical(model, given)
            if name in found:
                raise InputError(f"free: {name} is given twice; keep one")
            found[name] = _declared(model, name) if bounds is None else _range(name, bounds)
        return cls(tuple(found), tuple(found.values()))

    @cached_property
    def logarithmic(self) -> Bool:
        """Which parameters are searched in their logarithm, (parameter, 1)."""
        return np.array([[r.logarithmic] for r in self.ranges])

    @cached_property
    def bounds(self) -> tuple[Float, Float]:
        """Lowest and highest natural values, (parameter, 1) each."""
        return _column(r.low for r in self.ranges), _column(r.high for r in self.ranges)

    @cached_property
    def width(self) -> Float:
        """Width of each range on its scale, (parameter, 1)."""
        low, high = (self._scaled(b) for b in self.bounds)
        return high - low

    @cached_property
    def box(self) -> tuple[Float, Float]:
        """Lowest and highest inner coordinates, (parameter, 1) each."""
        low, high = self.bounds
        return self.inner(low), self.inner(high)

    def inner(self, natural: ParameterBatch) -> ParameterBatch:
        """Return inner coordinates of natural values, (parameter, batch)."""
        return self._scaled(natural) / self.width

    def natural(self, inner: ParameterBatch) -> ParameterBatch:
        """Return natural values of inner coordinates, never outside the bounds."""
        value = inner * self.width
        with np.errstate(over="ignore"):  # the exponential of a coordinate that is not one
            value = np.where(self.logarithmic, np.exp(value), value)
        return np.clip(value, *self.bounds)

    def slope(self, natural: ParameterBatch) -> ParameterBatch:
        """Return the derivative of natural values by inner coordinates, (parameter, batch)."""
        return self.width * np.where(self.logarithmic, natural, 1.0)

    def within(self, unit: ParameterBatch) -> ParameterBatch:
        """Return natural values at a fraction of each range, 0 at its low end, 1 at its high."""
        return self.natural(self.box[0] + unit)

    def _scaled(self, natural: ParameterBatch) -> ParameterBatch:
        safe = np.where(self.logarithmic, natural, 1.0)
        return np.where(self.logarithmic, np.log(safe), natural)


def _column(values: Iterable[float]) -> Float:
    return np.array([[float(v)] for v in values])


def _example(names: Iterable[str]) -> str:
    return "{" + ", ".join(f"'{n}': (low, high)" for n in list(names)[:2]) + "}"


def _canonical(model: Model, name: object) -> str:
    if not isinstance(name, str):
        raise InputError(f"free: got {name!r} as a name; expected text such as 'k' or 'T(0)'")
    try:
        return model.canonical(name)
    except UnknownNameError as unknown:
        if name in {s.name for s in model.states}:
            start = model.start_name(name)
            raise UnknownNameError(
                f"free: {name} is a state; its start value is called {start}"
            ) from None
        raise UnknownNameError(f"free: {unknown}") from None


def _declared(model: Model, name: str) -> Range:
    """Return the bounds that the model itself gives a parameter."""
    bounds = next((p.bounds for p in model.parameters if p.name == name), None)
    if bounds is None or not np.isfinite(bounds).all():
        which = "no bounds" if bounds is None else "a bound at infinity"
        raise InputError(
            f"free: {name} has {which} in the model; give bounds, free={{'{name}': (low, high)}}, "
            f"or write them in the model, {name} = … in [low, high]"
        )
    return Range(*bounds)


def _range(name: str, bounds: object) -> Range:
    if isinstance(bounds, Range):
        return bounds
    try:
        low, high = cast("tuple[float, float]", bounds)
    except (TypeError, ValueError):
        raise InputError(
            f"free: {name} got {bounds!r}; expected (low, high), or log(low, high) for a "
            "positive parameter searched in its logarithm"
        ) from None
    try:
        return Range(low, high)
    except InputError as error:
        raise InputError(f"free: {name}, {error}") from None
