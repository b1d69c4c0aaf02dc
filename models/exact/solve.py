"""Exact solutions: a system taken apart, each block tried on the shelf, believed once certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import thread_time
from typing import Protocol, TypeVar, cast

from ..closed_form import SHELF
from ..errors import InputError, MissingValueError, NoClosedFormError, listing
from ..lower import lower, varying
from ..model import Model
from ..notation import Notation, Shown, aligned, chain
from ..specify import model as specify
from ..structure.dependencies import blocks
from ..system import FirstOrderSystem
from ..tape import Builder, Tape
from .certificate import Certificate, Watch, certify, checked
from .derivation import Derivation, Step
from .solvable import Recognised

_LONGEST, _MOST = 100, 4  # characters of an equation, and equations, in a message

Gap = TypeVar("Gap", covariant=True)


class Comparable(Protocol[Gap]):
    """A numerical solution, as far as a closed form needs to know it."""

    def difference(self, other: ClosedForm, /) -> Gap:
        """Return the largest gap to a closed form, and when it occurs."""
        ...


@dataclass(frozen=True)
class ClosedForm:
    """The exact solution of a system, with the way to it and its certificate.

    Parameters
    ----------
    system
        What it solves.
    formula
        The solution as a textbook prints it: inputs are time and the system's parameters, one
        output per state.
    tape
        The same function in a form that is safe in floating point, in values and derivatives.
    derivation
        The steps to the formula, each one checked.
    certificate
        How well the solution fulfils the equation and the start values.
    model
        The specification, if there was one.

    Examples
    --------
    >>> exact = solve_exactly("dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21")
    >>> exact
    T(t) = T_s + (T_0 - T_s)*exp(-k*t)
    >>> round(exact(60)["T"], 3)
    22.035
    """

    system: FirstOrderSystem
    formula: Tape
    tape: Tape
    derivation: Derivation
    certificate: Certificate
    model: Model | None = field(default=None, compare=False)

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states."""
        return self.system.states

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, start values such as ``T(0)`` included."""
        return self.system.parameters

    def __call__(
        self, time: float, values: Mapping[str, float] | None = None, /, **settings: float
    ) -> dict[str, float]:
        """Return every state at a time.

        Parameters
        ----------
        time
            In the model's unit of time.
        values, settings
            Values other than the model's own, as when calling the model.

        Raises
        ------
        InputError
            If the time is not one number.
        MissingValueError
            If a parameter has no single value.
        """
        time = _one_number(time)
        known = self._values({**(values or {}), **settings})
        missing = [name for name in self.parameters if name not in known]
        if missing:
            example = ", ".join(f"'{name}': 1" for name in missing)
            raise MissingValueError(
                f"no single value for {listing(missing)}; give one: exact({time:g}, {{{example}}})"
            )
        numbers = self.tape(time, *(known[name] for name in self.parameters))
        return dict(zip(self.states, numbers, strict=True))

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
        if not callable(getattr(solution, "difference", None)):
            raise InputError(
                f"difference: got {solution!r:.60}; expected a solution, as in "
                "exact.difference(solve(model, times))"
            )
        return solution.difference(self)

    @property
    def equations(self) -> tuple[Shown, ...]:
        """One equation per state, as text and in LaTeX."""
        notation = Notation.of(self.system)
        return tuple(
            chain(notation.in_time(state), notation.formula(self.formula.select([i])))
            for i, state in enumerate(self.states)
        )

    @property
    def latex(self) -> str:
        """The equations in LaTeX, aligned if there are several."""
        rows = [equation.latex for equation in self.equations]
        return rows[0] if len(rows) == 1 else aligned(row.replace(" = ", " &= ", 1) for row in rows)

    def __str__(self) -> str:
        return "\n".join(equation.text for equation in self.equations)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from ..display import closed_form_html  # display sits above the values it shows

        return closed_form_html(self)


def _one_number(time: object) -> float:
    single = not isinstance(time, (str, bytes)) and not getattr(time, "ndim", 0)
    try:
        if single:
            return float(cast("float", time))
    except (TypeError, ValueError):
        pass
    raise InputError(
        f"time: got {time!r:.60}; expected one number, as in exact(30); "
        'for an array of times there is solve(model, times, method="exact")'
    )


def solve_exactly(
    model: Model | FirstOrderSystem | str, *, budget: float = 2.0, seed: int = 0
) -> ClosedForm:
    """Return the exact solution of a model, certified by putting it back into the equations.

    Parameters
    ----------
    model
        A model, its text, or a first-order system. Parameters stay symbols, with values or
        without; the start value T(0) is written T_0.
    budget
        Seconds of processor time after which the search is given up. The clock is looked at
        between pieces of work whose size is bounded beforehand, so nothing has to be stopped.
    seed
        Of the random points at which the solution is put back.

    Raises
    ------
    NoClosedFormError
        If there is a part that no solvable class covers, which the message names; if a solution
        did not pass its certificate; if time ran out.
    """
    if not budget > 0:
        raise InputError(f"budget: got {budget!r}; expected a positive number of seconds")
    specification = specify(model) if isinstance(model, str) else model
    watch = _clock(budget)
    if isinstance(specification, Model):
        return _solve(lower(_with_starts(specification)), specification, seed, watch)
    if not isinstance(specification, FirstOrderSystem):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"model: got {model!r:.60}; expected a model or its text")
    return _solve(specification, None, seed, watch)


def _clock(budget: float) -> Watch:
    """Return a function that raises once the budget is spent."""
    end = thread_time() + budget

    def watch() -> None:
        if thread_time() > end:
            raise NoClosedFormError(
                f"no closed form was found within {budget:g} s; give more time with budget=…"
            )

    return watch


def _with_starts(model: Model) -> Model:
    """Return the model with some start value for every state; as a number it becomes a symbol."""
    return model({model.start_name(s.name): 1.0 for s in model.states if s.start is None})


def _solve(system: FirstOrderSystem, model: Model | None, seed: int, watch: Watch) -> ClosedForm:
    notation = Notation.of(system)
    formulas: dict[int, Tape] = {}
    tapes: dict[int, Tape] = {}
    steps: list[Step] = []
    domain: dict[str, None] = {}
    for block in blocks(system):
        part = _part(system, block, formulas)
        recognised = _recognised(part, notation, watch)
        solved = recognised.solve(notation)
        for output, position in enumerate(block):
            formulas[position] = solved.formula.select([output])
            tapes[position] = solved.tape.select([output])
        steps += recognised.explain(notation)
        domain.update(dict.fromkeys(solved.domain))
    formula, tape = _together(system, formulas), _together(system, tapes)
    certificate = certify(system, formula, tape, "; ".join(domain), seed=seed, watch=watch)
    if not certificate.valid:
        raise NoClosedFormError(
            f"a solution was found for {listing(system.states)} but is not returned, because it "
            f"did not pass: {certificate}"
        )
    derivation = Derivation(tuple(checked(steps, seed=seed, watch=watch)))
    return ClosedForm(system, formula, tape, derivation, certificate, model)


def _part(
    system: FirstOrderSystem, block: Sequence[int], known: Mapping[int, Tape]
) -> FirstOrderSystem:
    """Return a block as a system of its own, the solutions it depends on put in."""
    states = tuple(system.states[i] for i in block)
    field = system.vector_field.select(block)
    builder = Builder((system.time, *states, *system.parameters))
    solution = [builder.input(system.time), *map(builder.input, system.parameters)]
    values = {system.states[i]: builder.inline(t, solution)[0] for i, t in known.items()}
    bindings = [
        builder.input(n) if n in builder.names else values.get(n, 0.0)  # the others do not occur
        for n in field.inputs
    ]
    rates = builder.finish(builder.inline(field, bindings))
    start = system.start.select(block)
    return replace(system, states=states, vector_field=rates, start=start)


def _recognised(part: FirstOrderSystem, notation: Notation, watch: Watch) -> Recognised:
    """Return a block as the first class sees it that covers it."""
    for solvable in SHELF.values():
        watch()
        found = solvable.recognise(part)
        if found is not None:
            return found
    raise NoClosedFormError(_uncovered(part, notation))


def _uncovered(part: FirstOrderSystem, notation: Notation) -> str:
    rates = [
        chain(notation.rate(s), notation.formula(part.vector_field.select([i]))).text
        for i, s in enumerate(part.states)
    ]
    together = "" if len(rates) == 1 else ", which depend on each other"
    shown = "; ".join(r if len(r) <= _LONGEST else f"{r[:_LONGEST]} …" for r in rates[:_MOST])
    kinds = "; ".join(solvable.title for solvable in SHELF.values())
    return (
        f"no closed form is known for {listing(part.states)}{together}: {shown} is none of: "
        f"{kinds}. For numbers there is solve(model, times)"
    )


def _together(system: FirstOrderSystem, parts: Mapping[int, Tape]) -> Tape:
    """Return tapes of single states as one tape, in the order of the states."""
    builder = Builder((system.time, *system.parameters))
    return builder.finish(
        builder.inline(parts[i], builder.inputs)[0] for i in range(system.n_states)
    )
