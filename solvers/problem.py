"""The initial value problem: a system and its arrays, checked once.

One trajectory is a batch of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np

from ..models.errors import InputError, UnknownNameError, did_you_mean, listing
from ..models.lower import lower, require_values
from ..models.model import Model
from ..models.structure.dependencies import is_autonomous
from ..models.symbols import Dimension
from ..models.system import FirstOrderSystem
from ..models.tape import Tape
from .arrays import Float, Int, ParameterBatch, StateBatch
from .evaluate import rows_function

LEAST_LOOKS = 100  # steps over the whole way where rates depend on time
TIME_AXIS = "time"  # of every result
NOT_TIMES = "bUSmMc"  # kinds of arrays that are no plain numbers: dates, texts, truths
DEFAULT_POINTS = 101  # output times when only the end is given
ATOL_RATIO = 1e-3  # default atol / rtol
FINEST = 100 * float(np.finfo(np.float64).eps)  # a smaller rtol asks for digits that are not there


@dataclass(frozen=True)
class Labels:
    """What the axes of a problem are called.

    Parameters
    ----------
    dimensions
        Name and coordinate of each batch dimension; the batch is their product, last fastest.
    columns
        Name, dimension and values of what varies along a dimension that is called otherwise.
    units
        Unit of each name.
    time_unit
        Unit of time.
    """

    dimensions: tuple[tuple[str, Float | Int], ...] = ()
    columns: tuple[tuple[str, str, Float], ...] = ()
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    time_unit: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each batch dimension."""
        return tuple(name for name, _ in self.dimensions)

    @property
    def shape(self) -> tuple[int, ...]:
        """Size of each batch dimension."""
        return tuple(len(c) for _, c in self.dimensions)


@dataclass(frozen=True, eq=False)
class InitialValueProblem:
    """A first-order system with numbers.

    Parameters
    ----------
    system
        What is integrated.
    y0
        Start values, (state, batch).
    p
        Parameters, (parameter, batch).
    t_eval
        Output times, (time,), monotone away from the system's t0.
    rtol
        Relative tolerance.
    atol
        Absolute tolerance, (state, 1) or (state, batch).
    step
        Fixed step, or None for steps chosen by the error.
    max_steps
        Limit on attempted steps per trajectory.
    conditions
        Expressions of time, states and parameters whose first turning positive is located.
    labels
        What the axes are called.
    model
        The specification, if there was one.
    base, by
        Where the system carries sensitivities: the one without, and the parameters they are by.
    device
        Where it is computed: ``cpu``, or a device of torch.
    """

    system: FirstOrderSystem
    y0: StateBatch
    p: ParameterBatch
    t_eval: Float
    rtol: float = 1e-6
    atol: Float = field(default_factory=lambda: np.full((1, 1), 1e-9))
    step: float | None = None
    max_steps: int = 10_000
    conditions: Tape | None = None
    labels: Labels = field(default_factory=Labels)
    model: Model | None = None
    base: FirstOrderSystem | None = None
    by: tuple[str, ...] = ()
    device: str = "cpu"

    @property
    def batch(self) -> int:
        """Number of trajectories."""
        return self.y0.shape[1]

    @property
    def t0(self) -> float:
        """Start time."""
        return self.system.t0

    @property
    def t_end(self) -> float:
        """Last output time."""
        return float(self.t_eval[-1])

    @property
    def direction(self) -> float:
        """1.0 forward in time, -1.0 backward."""
        return -1.0 if self.t_end < self.t0 else 1.0

    @property
    def longest_step(self) -> float:
        """Longest step that error control may choose.

        Where rates depend on time it is a hundredth of the way: a system at rest gives no sign of
        an input that is yet to come, and its steps would grow past it.
        """
        if is_autonomous(self.system):
            return np.inf
        return abs(self.t_end - self.t0) / LEAST_LOOKS

    def members(self, chosen: slice | Int) -> InitialValueProblem:
        """Return the problem of some trajectories only."""
        atol = self.atol if self.atol.shape[1] == 1 else self.atol[:, chosen]
        return replace(self, y0=self.y0[:, chosen], p=self.p[:, chosen], atol=atol)


def initial_value_problem(
    model: Model,
    times: float | Any,
    *,
    rtol: float = 1e-6,
    atol: float | Mapping[str, float] | None = None,
    step: float | None = None,
    max_steps: int = 10_000,
) -> InitialValueProblem:
    """Return a model with its numbers as a problem, every argument checked.

    Parameters
    ----------
    model
        The specification; its dimensions become the batch.
    times
        End time, or output times in the model's unit of time.
    rtol, atol
        Tolerances; `atol` may be given by state and defaults to ``rtol/1000``.
    step
        Fixed step instead of tolerances.
    max_steps
        Limit on attempted steps per trajectory.

    Raises
    ------
    InputError, MissingValueError
        Naming the argument, what was got and what was expected.
    """
    require_values(model)
    system = lower(model)
    if TIME_AXIS in system.states:
        raise InputError(
            f"a state is called {TIME_AXIS}, which is an axis of results; call it something else"
        )
    labels = _labels(model)
    p = _parameters(model, system, labels.shape)
    rtol = _relative(rtol)
    t_eval = output_times(times, model.t0)
    return InitialValueProblem(
        system=system,
        y0=rows_function(system.start, "start", (("p", system.n_parameters),))(p),
        p=p,
        t_eval=t_eval,
        rtol=rtol,
        atol=_absolute(atol, rtol, system.states),
        step=None if step is None else _step(step, t_eval, model.t0),
        max_steps=_whole("max_steps", max_steps),
        labels=labels,
        model=model,
    )


def _step(step: float, t_eval: Float, t0: float) -> float:
    value, span = _positive("step", step), abs(float(t_eval[-1]) - t0)
    if 0 < span * (1 + 1e-9) < value:
        raise InputError(f"step: got {value:g}, longer than the whole way of {span:g}")
    return value


def _labels(model: Model) -> Labels:
    return Labels(
        tuple((d.name, _coordinate(d)) for d in model.dimensions),
        tuple(
            (name, d.name, np.frombuffer(packed))
            for d in model.dimensions
            for name, packed in d.columns
            if name != d.name
        ),
        model.units,
        model.time_unit,
    )


def _coordinate(dimension: Dimension) -> Float | Int:
    """Return the values along a dimension that is called like what varies, else numbers from 0."""
    own = dict(dimension.columns).get(dimension.name)
    return np.arange(dimension.size) if own is None else np.frombuffer(own)


def _parameters(model: Model, system: FirstOrderSystem, shape: tuple[int, ...]) -> ParameterBatch:
    """Return every parameter of every member: the product of the model's dimensions."""
    values = model.values
    p = np.empty((system.n_parameters, *shape))
    columns = {
        name: np.frombuffer(packed).reshape(-1, *(1 for _ in shape[axis + 1 :]))
        for axis, dimension in enumerate(model.dimensions)
        for name, packed in dimension.columns
    }
    for row, name in enumerate(system.parameters):
        p[row] = columns[name] if name in columns else values[name]
    return p.reshape(system.n_parameters, prod(shape))


def output_times(times: float | Any, t0: float) -> Float:
    """Return the output times that `times` asks for, as an array, (time,).

    Raises
    ------
    InputError
        If they are not finite numbers moving away from the start time.
    """
    t = finite_times(times)
    if t.ndim:
        return _monotone(t, t0)
    if float(t) == t0:
        raise InputError(f"times: got {float(t):g}, the start time itself; give a later end time")
    return np.linspace(t0, float(t), DEFAULT_POINTS)


def finite_times(times: float | Any) -> Float:
    """Return a time or an array of times as an array of none or one dimension.

    Raises
    ------
    InputError
        If they are something else, or not finite.
    """
    try:
        plain = np.asarray(times)
        if times is None or plain.dtype.kind in NOT_TIMES:
            raise TypeError
        t = plain.astype(np.float64)
    except (TypeError, ValueError):
        raise InputError(
            f"times: got {times!r}; expected an end time or an array of times, as plain numbers"
        ) from None
    if t.ndim > 1 or t.size == 0:
        raise InputError(
            f"times: got an array of shape {t.shape}; expected a number or a one-dimensional array"
        )
    if not np.isfinite(t).all():
        raise InputError(f"times: got {t[~np.isfinite(t)].flat[0]}; times must be finite")
    return t


def _monotone(t: Float, t0: float) -> Float:
    sign = -1.0 if t[-1] < t0 else 1.0
    gaps = np.diff(t) * sign
    if (gaps <= 0).any():
        at = int(np.argmax(gaps <= 0))
        raise InputError(
            f"times: {t[at + 1]:g} comes after {t[at]:g}; times must be sorted and different "
            "(numpy.unique sorts them)"
        )
    if (t[0] - t0) * sign < 0:
        raise InputError(
            f"times: got {t[0]:g}, before the start at {t0:g}; times begin where the start values "
            "hold"
        )
    return t


def _positive(name: str, value: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not 0 < number < np.inf:
        raise InputError(f"{name}: got {value!r}; expected a positive number")
    return number


def _whole(name: str, value: float) -> int:
    if _positive(name, value) % 1:
        raise InputError(f"{name}: got {value!r}; expected a whole number")
    return int(value)


def _relative(rtol: float) -> float:
    if _positive("rtol", rtol) < FINEST:
        raise InputError(
            f"rtol: got {rtol!r}; double precision has about 16 digits, give {FINEST:.1e} or more"
        )
    return float(rtol)


def _absolute(
    atol: float | Mapping[str, float] | None, rtol: float, states: tuple[str, ...]
) -> Float:
    if isinstance(atol, Mapping):
        unknown = sorted(set(atol) - set(states))
        if unknown:
            raise UnknownNameError(
                f"atol: no state is called {unknown[0]}; there are {listing(states)}."
                f"{did_you_mean(unknown[0], states)}"
            )
        default = rtol * ATOL_RATIO
        return np.array([[_positive(f"atol of {s}", atol.get(s, default))] for s in states])
    value = rtol * ATOL_RATIO if atol is None else _positive("atol", atol)
    return np.full((len(states), 1), value)
