"""The first-order normal form every solver reads: ordered names and tapes."""

from __future__ import annotations

from dataclasses import dataclass

from .tape import Tape


@dataclass(frozen=True, slots=True)
class FirstOrderSystem:
    """dy/dt = f(t, y, p) with y(t0) = g(p).

    Parameters
    ----------
    states, parameters
        Names, in the order of the rows of y and p. Parameters include the start values that are
        plain numbers, called ``T(0)``.
    vector_field
        f: inputs are time, states, parameters in this order; one output per state.
    start
        g: inputs are the parameters; one output per state.
    time, t0
        Name of the independent variable and where it starts.
    """

    states: tuple[str, ...]
    parameters: tuple[str, ...]
    vector_field: Tape
    start: Tape
    time: str = "t"
    t0: float = 0.0

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.states)

    @property
    def n_parameters(self) -> int:
        """Number of parameters, start values included."""
        return len(self.parameters)
