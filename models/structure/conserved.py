"""Linear quantities that a system keeps: weights w with w1*f1 + w2*f2 + … = 0, proved exactly.

The rates are multiplied out and compared term by term. A network of reactions keeps its moieties,
the left null space of its stoichiometric matrix; other rates count as far as equal parts of them
look equal. What is found is proved; identities such as sin(x)^2 + cos(x)^2 = 1 are not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.writing.expression import to_latex, to_text
from .expansion import Expansion, expand
from .nullspace import dependences
from .weights import Weights, weighted_dependences

_EXACT = 2.0**53  # a larger whole number is no double


@dataclass(frozen=True)
class Conserved:
    """A quantity that does not change in time, linear in the states.

    Parameters
    ----------
    formula
        One output; inputs are the states and then the parameters of the system.
    """

    formula: Tape

    def __str__(self) -> str:
        return to_text(self.formula)[0]

    __repr__ = __str__

    @property
    def latex(self) -> str:
        """The quantity in LaTeX."""
        return to_latex(self.formula)[0]

    @property
    def states(self) -> frozenset[str]:
        """Names of the states in it, and of parameters that weigh them."""
        return self.formula.used()


def conserved(
    system: FirstOrderSystem, expansion: Expansion | None = None
) -> tuple[Conserved, ...]:
    """Return linearly independent quantities that a system keeps, all there are as far as proved.

    Weights are whole numbers; where there are more with weights that are formulas of parameters,
    such as V1*x + V2*y, those are returned.
    """
    terms = expansion or expand(system.vector_field)
    plain = dependences(terms.sums)
    fixed = [{i: {(): c} for i, c in vector.items()} for vector in plain]
    found = max(fixed, weighted_dependences(terms, system.n_states), key=len)
    return tuple(quantity(system, weights) for weights in found if _is_exact(weights))


def _is_exact(weights: Weights) -> bool:
    return all(abs(c) < _EXACT for weight in weights.values() for c in weight.values())


def quantity(system: FirstOrderSystem, weights: Weights) -> Conserved:
    """Return a quantity linear in the states, by its weights.

    Parameters
    ----------
    system
        The system.
    weights
        Of the states, by position, as sums of products of parameters.
    """
    builder = Builder((*system.states, *system.parameters))
    shift = 1  # time is the first symbol of a system's rates, and never in a weight
    terms = [
        builder.value(float(c)) * _product(builder, monomial, shift) * builder.inputs[i]
        for i, weight in sorted(weights.items())
        for monomial, c in sorted(weight.items())
    ]
    positive_first = sorted(terms, key=lambda t: builder.nodes[t.number].op == "neg")
    return Conserved(builder.finish([_sum(positive_first)]))


def _product(builder: Builder, monomial: Iterable[tuple[int, int]], shift: int) -> Value:
    factors = [builder.inputs[s - shift] ** float(p) for s, p in monomial]
    return reduce(lambda x, y: x * y, factors, builder.constant(1.0))


def _sum(terms: list[Value]) -> Value:
    return reduce(lambda x, y: x + y, terms)
