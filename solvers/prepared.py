"""A trajectory prepared for programs: numbers in, numbers out, thousands of times a second.

An optimiser or a sampler of one's own has vectors of parameters, and wants states: a call costs
about a microsecond besides the steps. Everybody else reads results by name, from `solve`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from ..models.errors import InputError, listing
from ..models.model import Model
from .arrays import NOT_PLAIN, Float, read_only
from .lanes.back.setting_out import Start
from .plan import Asked, Plan, plan, specification
from .solve import solution_of
from .tolerances import packed

_DOUBLE = np.dtype(np.float64)


class Prepared:
    """One trajectory of a model by one choice of method, for any values of its parameters.

    Parameters
    ----------
    made
        The plan of its solution.
    """

    def __init__(self, made: Plan) -> None:
        self._made = made
        self._ready = made.choice.ready(made.problem)
        system = made.problem.system
        self.states, self.parameters = system.states, system.parameters
        self._start, self._shape = Start(system), (system.n_parameters,)

    def __reduce__(self) -> tuple[type[Prepared], tuple[Plan]]:
        """Return what another process makes the same function of: its plan, nothing compiled."""
        return Prepared, (replace(self._made),)

    @property
    def t(self) -> Float:
        """Output times, (time,)."""
        return read_only(self._made.problem.t_eval)

    @cached_property
    def p(self) -> Float:
        """The model's own values of the parameters, (parameter,)."""
        return read_only(self._made.problem.p[:, 0])

    @property
    def method(self) -> str:
        """Backend and method, such as ``lanes:tsit5``."""
        return self._made.choice.name

    def __call__(self, p: Float | None = None) -> Float:
        """Return the states at the output times, (state, time).

        Parameters
        ----------
        p
            Values of `parameters` in this order, start values among them; the model's own when not
            given.

        Raises
        ------
        InputError
            If there are more or fewer of them, or they are no numbers, or not finite.
        SolveError
            If the trajectory does not reach its end.
        """
        if type(p) is np.ndarray and p.dtype is _DOUBLE and p.shape == self._shape:
            given = p
        else:
            given = self.p if p is None else self._numbers(p)
        found = None if self._ready is None else self._ready.values(self._start(given), given)
        return self._long_way(given) if found is None else found

    def _numbers(self, p: object) -> Float:
        try:
            plain = np.asarray(p)
            if plain is not p and any(isinstance(x, bool | np.bool_) for x in np.array(p, object)):
                raise self._expected(p)  # among numbers a truth would become one
            if plain.shape != self._shape or plain.dtype.kind in NOT_PLAIN:
                raise self._expected(p)
            given: Float = plain.astype(np.float64, copy=False)
        except (TypeError, ValueError, OverflowError):
            raise self._expected(p) from None
        return given

    def _expected(self, p: object) -> InputError:
        got, (count,) = " ".join(repr(p).split()), self._shape
        return InputError(
            f"p: got {got:.60}; expected {count} numbers, the values of {listing(self.parameters)}"
        )

    def _long_way(self, given: Float) -> Float:
        """Return what the choice finds that was made, with all it does where there is trouble."""
        broken = np.flatnonzero(~np.isfinite(given))
        if broken.size:
            first = int(broken[0])
            got = f"{given[first]:g} for {self.parameters[first]}"
            raise InputError(f"p: got {got}; expected a finite number")
        y0, p = (np.array(x)[:, None] for x in (self._start(given), given))
        made = replace(self._made, problem=replace(self._made.problem, p=p, y0=y0))
        return solution_of(made).check().y

    def __repr__(self) -> str:
        """Return what it takes and gives."""
        return f"Prepared({self.method}: {listing(self.parameters)} -> {listing(self.states)})"


def prepare(
    model: Model | str,
    times: float | Any,
    *,
    method: str = "auto",
    rtol: float = 1e-6,
    atol: float | Mapping[str, float] | None = None,
    step: float | None = None,
    max_steps: int | None = None,
) -> Prepared:
    """Return a function from values of parameters to states, which solves again and again.

    Parameters
    ----------
    model
        A model, or its text, without dimensions.
    times, method, rtol, atol, step, max_steps
        As for `solve`.

    Raises
    ------
    InputError, UnknownNameError, MissingValueError, RefusalError
        As by `solve`; also if the model has dimensions, of which `solve` makes a batch.

    Examples
    --------
    >>> run = prepare("dx/dt = -k*x; x(0) = 1; k = 0.5", [0, 1, 2])
    >>> run.parameters
    ('k', 'x(0)')
    >>> run(np.array([0.5, 1.0])).round(4)
    array([[1.    , 0.6065, 0.3679]])
    """
    given = specification(model)
    if given.dimensions:
        names = listing([d.name for d in given.dimensions])
        raise InputError(f"model: has the dimensions {names}; solve(…) takes them as one batch")
    asked = Asked(method, rtol, packed(atol), "cpu", (), (), "both", step, max_steps, None)
    return Prepared(plan(given, times, asked))
