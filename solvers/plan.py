"""What a solve needs before it runs: the problem, who solves it, and why.

A plan is remembered: solving the same model at the same times again only runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np

from ..models.errors import InputError, UnknownNameError, did_you_mean, listing
from ..models.model import Model
from .answer.global_error import companion
from .arrays import Float
from .backend import with_sensitivities
from .choose import Choice, choose
from .problem import InitialValueProblem, initial_value_problem

CONTROLS = ("both", "states")  # whose errors choose the steps: of states and sensitivities
LARGEST = 1 << 16  # bytes of output times up to which a plan is remembered


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


def plan(model: Model, times: float | Any, asked: Asked) -> Plan:
    """Return the plan of a solve, every argument checked; remembered for a single trajectory.

    Raises
    ------
    InputError, UnknownNameError, MissingValueError, RefusalError, DeviceError, MissingExtraError
        As `solve` does.
    """
    key = _key(times) if _can_be_looked_up(asked) and not model.dimensions else None
    return _plan(model, times, asked) if key is None else _remembered(_Same(model), key, asked)


def names(argument: str, given: object) -> tuple[str, ...]:
    """Return one or more names as a tuple.

    Raises
    ------
    InputError
        If they are something else; the message has the argument's name.
    """
    if isinstance(given, tuple) and not given:
        return ()
    if isinstance(given, str):
        return (given,)
    found = tuple(cast("Iterable[str]", given)) if isinstance(given, Iterable) else (None,)
    if not all(isinstance(n, str) for n in found):
        raise InputError(f'{argument}: got {given!r:.60}; expected names, as in ["k", "T(0)"]')
    return cast("tuple[str, ...]", found)


class _Same:
    """A model told from others by identity: equal ones may differ in title and notes."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def __hash__(self) -> int:
        return id(self.model)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.model is other.model


def _can_be_looked_up(asked: Asked) -> bool:
    try:
        hash(asked)
    except TypeError:  # a list where a number or name was expected: the checks say so
        return False
    return True


def _key(times: object) -> float | bytes | None:
    """Return plain output times as what can be looked up, or None."""
    if type(times) in (float, int):
        return float(cast("float", times))
    if not isinstance(times, np.ndarray):
        return None
    t = cast("Float", times)
    plain = t.ndim == 1 and t.dtype == np.float64 and t.nbytes <= LARGEST
    return t.tobytes() if plain else None


@lru_cache(maxsize=64)
def _remembered(same: _Same, times: float | bytes, asked: Asked) -> Plan:
    return _plan(same.model, np.frombuffer(times) if isinstance(times, bytes) else times, asked)


def _plan(model: Model, times: float | Any, asked: Asked) -> Plan:
    atol = dict(asked.atol) if isinstance(asked.atol, tuple) else asked.atol
    limit = _step_limit(asked.method) if asked.max_steps is None else asked.max_steps
    problem = initial_value_problem(
        model, times, rtol=asked.rtol, atol=atol, step=asked.step, max_steps=limit
    )
    tighter = _companion(problem, asked.error)
    by = tuple(dict.fromkeys(model.canonical(name) for name in asked.sensitivities))
    if by:
        problem = with_sensitivities(problem, by, _control(asked.control))
    outputs = _require_known(asked.outputs, model)
    return Plan(problem, choose(problem, asked.method, asked.device), outputs, tighter)


def _step_limit(method: str) -> int:
    """Return a limit that a stiff model meets soon where an explicit method was asked for.

    An automatic choice hands stiff trajectories over; whoever still steps just has a long way.
    """
    return 100_000 if method == "auto" else 10_000


def _control(control: object) -> str:
    if control not in CONTROLS:
        raise InputError(f'control: got {control!r}; expected "both" or "states"')
    return str(control)


def _companion(problem: InitialValueProblem, error: object) -> Plan | None:
    """Return the plan of the solution that tells the error of this one's, if that is asked for."""
    if error is None:
        return None
    if error != "global":
        raise InputError(f'error: got {error!r}; expected "global", or nothing')
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
