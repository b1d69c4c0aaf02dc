"""Systems with events, put together by hand: formulas are text, the rest is as a backend has it."""

from collections.abc import Sequence
from dataclasses import replace

import ratelaw as rl
from ratelaw.models.language.read import read_expression
from ratelaw.models.system import BEFORE, SystemEvent
from ratelaw.models.tape import Builder, Tape, Value
from ratelaw.solvers.backend import with_sensitivities
from ratelaw.solvers.choosing.choose import choose
from ratelaw.solvers.problem import InitialValueProblem, initial_value_problem

NEVER = ("inf", "0", "inf")


def once(time: str) -> tuple[str, str, str]:
    """Return the occasion of a single time."""
    return (time, "0", time)


def tape(inputs: Sequence[str], *formulas: str) -> Tape:
    """Return formulas as one tape over these inputs."""
    builder = Builder(inputs)

    def value(formula: str) -> Value:
        if formula in {"inf", "nan"}:
            return builder.constant(float(formula))
        read = read_expression(formula)
        return builder.inline(read, [builder.input(n) for n in read.inputs])[0]

    return builder.finish([value(f) for f in formulas])


def problem(
    model: rl.Model, times: object, *events: dict, by: Sequence[str] = (), **options: object
) -> InitialValueProblem:
    """Return a model's problem with events: label, trigger, occasion, reset (by state), stops."""
    plain = initial_value_problem(model, times, **options)
    system = plain.system
    names = system.vector_field.inputs

    def event(label="", trigger=None, occasion=None, reset=None, stops=False) -> SystemEvent:
        sets = [(reset or {}).get(s, s) for s in system.states]
        return SystemEvent(
            label,
            tape(names, trigger) if trigger else None,
            tape(system.parameters, *occasion) if occasion else None,
            tape((BEFORE, *names), *sets) if reset else None,
            stops,
        )

    found = replace(plain, system=replace(system, events=tuple(event(**e) for e in events)))
    return with_sensitivities(found, by) if by else found


def solved(problem: InitialValueProblem, method: str) -> rl.Solution:
    """Return the solution of a problem, as `solve` would."""
    choice = choose(problem, method)
    found = choice.solve(problem)
    return rl.Solution(problem, found, choice.name, choice.explain(found), choice.solve)
