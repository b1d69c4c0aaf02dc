"""What a solve needs before it runs: the problem, who solves it, and why.

A plan is remembered: solving the same model at the same times again only runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar, cast

import numpy as np

from ..models.errors import InputError, UnknownNameError, did_you_mean, listing
from ..models.exact.kept import edition
from ..models.given import as_names, as_text, one_of
from ..models.lower import lower, require_values
from ..models.model import Model
from ..models.specify import model as read
from ..models.system import FirstOrderSystem
from .answer.global_error import companion
from .arrays import Float
from .backend import Ready, with_sensitivities
from .choosing.choice import Choice
from .choosing.choose import choose
from .problem import InitialValueProblem, initial_value_problem, with_values

CONTROLS = ("both", "states")  # whose errors choose the steps: of states and sensitivities
LARGEST = 1 << 16  # bytes of output times up to which a plan is remembered

T = TypeVar("T")


class Asked(NamedTuple):
    """All that is asked of a solve beside its model and times; as in `solve`, names as tuples."""

    method: str
    rtol: float
    atol: float | tuple[tuple[str, float], ...] | None
    device: str
    outputs: tuple[str, ...]
    sensitivities: tuple[str, ...]
    control: str
    step: float | None
    max_steps: int | None
    error: str | None


@dataclass(frozen=True, eq=False)
class Plan:
    """A problem, and who solves it.

    Parameters
    ----------
    problem, choice
        What is solved, and by what.
    outputs
        Names that tables show; all states when empty.
    companion
        The plan of the solution that tells this one's error, where that was asked for.
    """

    problem: InitialValueProblem
    choice: Choice
    outputs: tuple[str, ...] = ()
    companion: Plan | None = None

    @cached_property
    def ready(self) -> Ready | None:
        """What returns a single trajectory that succeeds soonest, or None."""
        return self.choice.ready(self.problem)


def specification(model: object) -> Model:
    """Return a model, read if it is a text.

    Raises
    ------
    InputError, SpecificationError
        If it is neither, or cannot be read.
    """
    found = read(model) if isinstance(model, str) else model
    if not isinstance(found, Model):
        remedy = "; rl.model(function) makes a model of a function" if callable(model) else ""
        raise InputError(f"model: got {type(model).__name__}; expected a model or its text{remedy}")
    return found


def plan(model: Model, times: float | Any, asked: Asked) -> Plan:
    """Return the plan of a solve, every argument checked; remembered for a single trajectory.

    Raises
    ------
    InputError, UnknownNameError, MissingValueError, RefusalError, DeviceError, MissingExtraError
        As `solve` does.
    """
    as_text("method", asked.method, "scipy:LSODA")
    key = _key(times) if _can_be_looked_up(asked) and not model.dimensions else None
    if key is None:
        return _plan(model, times, asked)
    return _remembered(_Same(model), key, asked, edition() if asked.method == "auto" else 0)


def names(argument: str, given: object) -> tuple[str, ...]:
    """Return one or more names as a tuple.

    Raises
    ------
    InputError
        If they are something else; the message has the argument's name.
    """
    return () if given == () else as_names(argument, given)


class _Same(Generic[T]):
    """A value told from others by identity: equal models may differ in title and notes."""

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is cast("_Same[T]", other).value


def _can_be_looked_up(asked: Asked) -> bool:
    if asked.max_steps is True:  # which is looked up as 1 is: the checks tell them apart
        return False
    try:
        hash(asked)
    except TypeError:  # a list where a number or name was expected: the checks say so
        return False
    return True


def _key(times: object) -> float | bytes | None:
    """Return plain output times as what can be looked up, or None."""
    if type(times) in (float, int):
        with suppress(OverflowError):  # which the checks tell
            return float(cast("float", times))
    if not isinstance(times, np.ndarray):
        return None
    t = cast("Float", times)
    plain = t.ndim == 1 and t.dtype == np.float64 and t.nbytes <= LARGEST
    return t.tobytes() if plain else None


@lru_cache(maxsize=64)
def _remembered(same: _Same[Model], times: float | bytes, asked: Asked, forms: int) -> Plan:
    """Return a plan, made anew where closed forms that it may use have become known since."""
    model = same.value
    if asked.sensitivities or asked.error is not None:
        return _plan(model, _unpacked(times), asked)
    require_values(model)
    first = _first_of(_Kind(_Same(lower(model)), times, asked, forms, model))
    return _with_values(first, model, asked) or _plan(model, _unpacked(times), asked)


@dataclass(frozen=True)
class _Kind:
    """What plans have in common whose models differ in values alone."""

    system: _Same[FirstOrderSystem]
    times: float | bytes
    asked: Asked
    forms: int
    model: Model = field(compare=False)


@lru_cache(maxsize=64)
def _first_of(kind: _Kind) -> Plan:
    return _plan(kind.model, _unpacked(kind.times), kind.asked)


def _with_values(first: Plan, model: Model, asked: Asked) -> Plan | None:
    """Return the plan for other values, or None where these may lead to another choice."""
    if first.problem.model is model:
        return first
    problem = with_values(first.problem, model)
    automatic = asked.method == "auto" and asked.step is None
    if not first.choice.suits(problem, first.problem, automatic=automatic):
        return None
    return Plan(problem, first.choice, first.outputs)


def _unpacked(times: float | bytes) -> float | Float:
    return np.frombuffer(times) if isinstance(times, bytes) else times


def _plan(model: Model, times: float | Any, asked: Asked) -> Plan:
    atol = dict(asked.atol) if isinstance(asked.atol, tuple) else asked.atol
    limit = _step_limit(asked.method) if asked.max_steps is None else asked.max_steps
    problem = initial_value_problem(
        model, times, rtol=asked.rtol, atol=atol, step=asked.step, max_steps=limit
    )
    tighter, control = _companion(problem, asked.error), _control(asked.control)
    by = tuple(dict.fromkeys(model.canonical(name) for name in asked.sensitivities))
    if by:
        problem = with_sensitivities(problem, by, control)
    outputs = _require_known(asked.outputs, model)
    return Plan(problem, choose(problem, asked.method, asked.device), outputs, tighter)


def _step_limit(method: str) -> int:
    """Return a limit that a stiff model meets soon where an explicit method was asked for.

    An automatic choice hands stiff trajectories over; whoever still steps just has a long way.
    """
    return 100_000 if method == "auto" else 10_000


def _control(control: object) -> str:
    return one_of("control", control, CONTROLS)


def _companion(problem: InitialValueProblem, error: object) -> Plan | None:
    """Return the plan of the solution that tells the error of this one's, if that is asked for."""
    if error is None:
        return None
    one_of("error", error, ("global",))
    tighter = companion(problem)
    return Plan(tighter, choose(tighter, "auto"))


def _require_known(outputs: Sequence[str], model: Model) -> tuple[str, ...]:
    known = [s.name for s in model.states] + [d.name for d in model.definitions]
    for name in outputs:
        if name not in known:
            raise UnknownNameError(
                f"outputs: no {name} in this model; it has {listing(known)}."
                f"{did_you_mean(name, known)}"
            )
    return tuple(outputs)
