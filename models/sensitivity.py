"""Forward sensitivities: a larger system whose extra states are dy/dp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .saltation import salted
from .system import FirstOrderSystem
from .tape import Builder, Tape, Value
from .tape.differentiate import Partials, accumulate
from .tape.saturate import saturated


def sensitivity_name(state: str, parameter: str) -> str:
    """Return how the derivative of a state by a parameter is called."""
    return f"d({state})/d({parameter})"


def augment(system: FirstOrderSystem, by: Sequence[str]) -> FirstOrderSystem:
    """Return the system followed by its sensitivities to the parameters named in `by`.

    The extra states s_j = dy/dp_j obey ds_j/dt = (df/dy) s_j + df/dp_j with s_j(t0) = dg/dp_j
    (Hairer, Norsett and Wanner 1993, *Solving Ordinary Differential Equations I*, section I.14,
    equation 14.8). They follow the states, all states for the first parameter, then the next.
    Events change them as `saltation` derives.
    """
    extra = [sensitivity_name(s, p) for p in by for s in system.states]
    again = [name for name in extra if name in system.states]
    if again:
        raise ValueError(f"by: the system has {again[0]} already")
    system = replace(system, vector_field=saturated(system.vector_field))
    return FirstOrderSystem(
        (*system.states, *extra), system.parameters, _field(system, by, extra),
        _start(system, by), system.time, system.t0, salted(system, by, extra),
    )  # fmt: skip


def _field(system: FirstOrderSystem, by: Sequence[str], extra: Sequence[str]) -> Tape:
    n, names = system.n_states, system.vector_field.inputs
    builder = Builder((*names[: 1 + n], *extra, *names[1 + n :]))
    seeds: dict[int, Partials] = {
        names.index(p): {j: builder.constant(1.0)} for j, p in enumerate(by)
    }
    for i in range(n):
        columns = {j: builder.input(extra[j * n + i]) for j in range(len(by))}
        seeds[1 + i] = {**columns}
    bindings = [builder.input(name) for name in names]
    values, partials = accumulate(builder, system.vector_field, bindings, seeds)
    return builder.finish([*values, *_columns(partials, len(by))])


def _start(system: FirstOrderSystem, by: Sequence[str]) -> Tape:
    builder = Builder(system.parameters)
    seeds: dict[int, Partials] = {
        system.parameters.index(p): {j: builder.constant(1.0)} for j, p in enumerate(by)
    }
    values, partials = accumulate(builder, system.start, builder.inputs, seeds)
    return builder.finish([*values, *_columns(partials, len(by))])


def _columns(partials: Sequence[Partials], n_columns: int) -> list[Value | float]:
    return [p.get(j, 0.0) for j in range(n_columns) for p in partials]
