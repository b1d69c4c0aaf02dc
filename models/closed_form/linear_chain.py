"""A chain of decays: each member feeds the next, and none feeds back.

Bateman's formula (H. Bateman 1910, *The solution of a system of differential equations occurring in
the theory of radio-active transformations*, Proc. Cambridge Philos. Soc. 15, 423-427): to what each
member begins with belongs a sum of one exponential per member from there on. Chains that branch are
a chain to each end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import prod

from ..exact.derivation import Claim, Step
from ..exact.linear.affine import Affine
from ..exact.linear.chains import without_feedback
from ..exact.linear.forcing import Term
from ..exact.linear.safe import constant
from ..exact.solvable import Block, Solved
from ..notation import chain
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative

_SHORTEST = 4  # members; of fewer the formula with coefficients multiplied out is as short


@dataclass(frozen=True)
class LinearChainClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "chain of decays with different rates (Bateman)"

    @property
    def order(self) -> int:
        """Before equations that have the solutions of other members put in."""
        return 0

    def recognise(self, block: Block) -> LinearChain | None:
        """Return the chain that ends with this state, None if it is none, or rates coincide."""
        if block.system.n_states != 1 or block.closure.n_states < _SHORTEST:
            return None
        found = constant(block.closure)
        if found is None or any(found[1]):
            return None
        coefficients, inputs, identity = found
        members = _members(coefficients)
        if members is None:
            return None
        rates = [_rate(coefficients, i) for i in members]
        if any(identity.same(one, other) for one, other in combinations(rates, 2)):
            return None
        return LinearChain(block, coefficients, inputs, members)


SOLVABLE = LinearChainClass()


def _members(system: Affine) -> list[int] | None:
    """Return positions from the first member to the last, None if some state has two feeders."""
    feeder = {i: j for i, j in system.matrix if i != j}
    if len(feeder) != sum(i != j for i, j in system.matrix):
        return None
    members = [system.size - 1]
    while members[-1] in feeder and len(members) < system.size:
        members.append(feeder[members[-1]])
    closed = members[-1] in feeder or len(members) < system.size
    return None if closed else members[::-1]


def _rate(system: Affine, member: int) -> Value:
    """Return how fast a member decays."""
    return -system.matrix.get((member, member), system.builder.constant(0.0))


def _sum(values: Iterable[Value]) -> Value:
    """Return a sum; what is taken away comes after the first that is added."""
    first, *others = sorted(values, key=lambda value: value.builder.nodes[value.number].op == "neg")
    return sum(others, start=first)


@dataclass(frozen=True)
class LinearChain:
    """One such chain.

    Parameters
    ----------
    block
        What is asked for, the last member.
    coefficients
        Of all members.
    inputs
        None, for each state.
    members
        Positions, in the order of the chain.
    """

    block: Block
    coefficients: Affine
    inputs: Sequence[Sequence[Term]]
    members: Sequence[int]

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution."""
        a = self.coefficients
        safe = without_feedback(a, self.inputs, self.members[-1])
        if safe is None:
            return
        formula = a.on_time([self._bateman(self.members)])
        domain = (f"valid for all {self.block.notation.time}",)
        yield Solved(formula, a.on_time([safe]), domain, self._steps(formula))

    def _bateman(self, members: Sequence[int]) -> Value:
        """Return the last of some members."""
        total = self.coefficients.builder.constant(0.0)
        for begin, member in enumerate(members):
            total = total + self._from(self.coefficients.start[member], members[begin:])
        return total

    def _from(self, start: Value, members: Sequence[int]) -> Value:
        """Return what is in the last member of what the first began with."""
        a = self.coefficients
        rates = [_rate(a, i) for i in members]
        couplings = [a.matrix[i, j] for j, i in pairwise(members)]
        one, ends = a.builder.constant(1.0), any(rate.constant == 0 for rate in rates)
        inside, outside = (couplings, start) if ends else ((), prod([*couplings, start], start=one))
        return outside * _sum(self._term(rates, j, inside) for j in range(len(rates)))

    def _term(self, rates: Sequence[Value], j: int, couplings: Sequence[Value]) -> Value:
        """Return an exponential over the gaps of its rate to the others, couplings cancelled."""
        above, below, sign = list(couplings), list[Value](), 1.0
        for rate in (r for i, r in reversed([*enumerate(rates)]) if i != j):
            gap = rates[j] if rate.constant == 0 else rate - rates[j]
            sign = -sign if rate.constant == 0 else sign
            same = next((v for v in above if v.number == gap.number), None)
            below += [gap] if same is None else []
            above = [v for v in above if v is not same]
        elapsed = self.coefficients.elapsed
        grown, one = (-rates[j] * elapsed).apply("exp"), elapsed.builder.constant(1.0)
        size = prod([*above, grown], start=one) / prod(below, start=one)
        return -size if sign < 0 else size

    def _steps(self, formula: Tape) -> tuple[Step, ...]:
        notation, system = self.block.notation, self.block.closure
        *_, before, last = self.members
        state, rate = system.states[last], system.vector_field.select([last])
        builder = Builder(rate.inputs)
        at = {name: builder.input(name) for name in rate.inputs}
        a, own = self.coefficients, [at[n] for n in (system.time, *system.parameters)]
        row = a.on_time([a.matrix[last, before], _rate(a, last)])
        feeding, decay = builder.inline(row, own)
        line = builder.formula(feeding * at[system.states[before]] - decay * at[state])
        y, feeder = builder.inline(formula, own)[0], a.on_time([self._bateman(self.members[:-1])])
        slope = builder.inline(derivative(formula, system.time), own)[0]
        put_in = feeding * builder.inline(feeder, own)[0] - decay * y
        begun = builder.inline(formula, [builder.constant(system.t0), *own[1:]])[0]
        start = builder.inline(system.start.select([last]), own[1:])[0]
        pairs = ((slope, put_in), (begun, start))
        claims = tuple(Claim(builder.formula(one), builder.formula(other)) for one, other in pairs)
        return (
            Step(
                "Each member of the chain feeds the next in proportion to itself, and none feeds "
                "back",
                chain(notation.rate(state), notation.formula(line)),
                (Claim(builder.formula(builder.inline(rate, builder.inputs)[0]), line),),
            ),
            Step(
                "Bateman's formula: what a member began with arrives as a sum of the exponentials "
                "of all on the way, each over the gaps of its rate to the others'",
                chain(notation.in_time(state), notation.answer(formula)),
                claims,
            ),
        )
