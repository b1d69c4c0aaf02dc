"""The closed form: formulas of time and parameters, with the way to them and their certificates."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar, cast, overload

from ..errors import InputError, MissingValueError, NoClosedFormError, listing
from ..given import as_mapping
from ..lower import varying
from ..model import Model
from ..notation import Notation, Shown, aligned
from ..system import FirstOrderSystem
from ..tape import Tape
from .derivation import Derivation
from .evaluated import as_times, labelled, over
from .part import Part, holding, together
from .proof.certificate import Certificate
from .solvable import Solved
from .together import Together

Gap = TypeVar("Gap", covariant=True)


class Comparable(Protocol[Gap]):
    """A numerical solution, as far as a closed form needs to know it."""

    def difference(self, other: ClosedForm, /) -> Gap:
        """Return the largest gap to a closed form, and when it occurs."""
        ...


@dataclass(frozen=True)
class ClosedForm:
    """The exact solution of a system or of a part of it, with the way to it and its certificate.

    Parameters
    ----------
    system
        What it solves.
    parts
        The solutions of the states that have one, each after those it depends on.
    derivation
        The steps to the formulas, each one checked.
    reason
        Why some states have no closed form; empty if all have one.
    model
        The specification, if there was one.

    Notes
    -----
    A state that is not covered, and whatever depends on it, is left to `solve`: `remaining` names
    them, and `states` those that are covered.

    Examples
    --------
    >>> from ratelaw.models.exact.solve import solve_exactly
    >>> exact = solve_exactly("dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21")
    >>> exact
    T(t) = T_s + (T_0 - T_s)*exp(-k*t)
    >>> round(exact(60)["T"], 3)
    22.035
    """

    system: FirstOrderSystem
    parts: tuple[Part, ...]
    derivation: Derivation
    reason: str = field(default="", compare=False)
    model: Model | None = field(default=None, compare=False)

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states that have a closed form, in the order of the system."""
        covered = {state for part in self.parts for state in part.states}
        return tuple(s for s in self.system.states if s in covered)

    @property
    def remaining(self) -> tuple[str, ...]:
        """Names of the states that have none."""
        return tuple(s for s in self.system.states if s not in self.states)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, start values such as ``T(0)`` included."""
        return self.system.parameters

    @property
    def formula(self) -> Tape:
        """The solution as a textbook prints it, one output per state of `states`.

        Inputs are time and all parameters.

        Raises
        ------
        NoClosedFormError
            If some state's solution is no formula but has a name of its own, as exp(A*t)*y_0.
        """
        formulas = {p.states: p.solved.formula for p in self.parts}
        named = [s for s, f in formulas.items() if not isinstance(f, Tape)]
        if named:
            states = listing(state for states in named for state in states)
            raise NoClosedFormError(
                f"the solution of {states} is no formula of elementary functions; see .equations, "
                "and .tape for its evaluation"
            )
        return self._together(cast("Mapping[tuple[str, ...], Tape]", formulas))

    @property
    def tape(self) -> Tape:
        """The same function in a form that is safe in floating point, in values and derivatives."""
        return self._tape

    @cached_property
    def _tape(self) -> Tape:
        return self._together({p.states: p.solved.tape for p in self.parts})

    def _together(self, tapes: Mapping[tuple[str, ...], Tape]) -> Tape:
        return together((self.system.time, *self.system.parameters), tapes, self.states)

    @property
    def solved(self) -> Solved:
        """All parts as one solution."""
        formulas = {p.states: p.solved.formula for p in self.parts}
        domain = tuple(self.certificate.domain.split("; "))
        if all(isinstance(f, Tape) for f in formulas.values()):
            formula = self.formula
        elif len(formulas) == 1:
            formula = self.parts[0].solved.formula
        else:
            formula = Together(self.system.time, self.states, formulas)
        return Solved(formula, self.tape, domain, tuple(self.derivation), holding(self.parts))

    @property
    def certificate(self) -> Certificate:
        """How well the solution fulfils the equations and the start values: the worst part."""
        return Certificate.of_all([part.certificate for part in self.parts])

    @overload
    def __call__(
        self, time: float, values: Mapping[str, float] | None = None, /, **settings: float
    ) -> dict[str, float]: ...
    @overload
    def __call__(
        self, time: Any, values: Mapping[str, float] | None = None, /, **settings: float
    ) -> dict[str, Any]: ...
    def __call__(
        self, time: Any, values: Mapping[str, float] | None = None, /, **settings: float
    ) -> dict[str, Any]:
        """Return every state at a time, or at each of some times.

        Parameters
        ----------
        time
            In the model's unit of time: a number, or an array, which gives arrays of its shape.
        values, settings
            Values other than the model's own, as when calling the model.

        Raises
        ------
        InputError
            If the time is no number and no array of numbers.
        MissingValueError
            If a parameter has no single value.
        """
        times = as_times(time)
        given = as_mapping("values", {} if values is None else values, '{"k": 0.1}')
        known = self._values({**given, **settings})
        needed = self.tape.used()
        missing = [n for n in self.parameters if n in needed and n not in known]
        if missing:
            example = ", ".join(f"{name!r}: 1" for name in missing)
            raise MissingValueError(
                f"no single value for {listing(missing)}; give one: exact(30, {{{example}}})"
            )
        own = [known.get(name, 0.0) for name in self.parameters]
        if isinstance(times, float):
            return dict(zip(self.states, self.tape(times, *own), strict=True))
        return dict(zip(self.states, over(self.tape, times, own), strict=True))

    def at(
        self, times: Any, values: Mapping[str, float] | None = None, /, **settings: float
    ) -> Any:
        """Return every state at some times, labelled, with units (xarray.Dataset).

        Parameters
        ----------
        times
            In the model's unit of time: a number, which is then no axis, or an array of one axis.
        values, settings
            Values other than the model's own, as when calling the model.

        Raises
        ------
        InputError
            If the times are no number and no array of numbers.
        MissingValueError
            If a parameter has no single value.

        Examples
        --------
        >>> from ratelaw.models.exact.solve import solve_exactly
        >>> exact = solve_exactly("dT/dt = -k*T; T(0) = 90 [degC]; k = 0.07 [1/min]")
        >>> exact.at([0, 10])["T"].dims
        ('time',)
        >>> exact.at(10)["T"].attrs["units"]
        'degC'
        """
        units = {s.name: s.unit for s in self.model.states} if self.model else {}
        clock = self.model.time_unit if self.model else ""
        return labelled(times, self(times, values, **settings), units, clock)

    def _values(self, given: Mapping[str, float]) -> Mapping[str, float]:
        if self.model is None:
            return given
        settled = self.model(given)
        swept = varying(settled)
        return {n: v for n, v in settled.values.items() if n not in swept}

    def difference(self, solution: Comparable[Gap]) -> Gap:
        """Return the largest gap to a numerical solution, and when it occurs.

        Raises
        ------
        InputError
            If this is no solution, has other states, or reached no time.
        """
        if isinstance(solution, Set) or not callable(getattr(solution, "difference", None)):
            raise InputError(
                f"difference: got {solution!r:.60}; expected a solution, as in "
                "exact.difference(solve(model, times))"
            )
        return solution.difference(self)

    @property
    def equations(self) -> tuple[Shown, ...]:
        """One equation per state, as text and in LaTeX, in the order of the system."""
        notation = Notation.of(self.system)
        order = self.system.states.index
        parts = sorted(self.parts, key=lambda part: min(map(order, part.states)))
        return tuple(row for part in parts for row in part.equations(notation, self.states))

    @property
    def latex(self) -> str:
        """The equations in LaTeX, aligned if there are several."""
        rows = [equation.latex for equation in self.equations]
        return rows[0] if len(rows) == 1 else aligned(row.replace(" = ", " &= ", 1) for row in rows)

    def __str__(self) -> str:
        rows = [equation.text for equation in self.equations]
        left = self.remaining
        return "\n".join([*rows, f"no closed form is known for {listing(left)}"] if left else rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from ..display import closed_form_html  # display sits above the values it shows

        return closed_form_html(self)
