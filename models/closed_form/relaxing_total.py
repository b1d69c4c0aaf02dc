"""Systems with a total that goes its own way: chemostats, reactions in a stirred tank.

A total with dz/dt = a*z + b is found first, and put in for one of its states; what is left is a
smaller system (Smith and Waltman 1995, *The Theory of the Chemostat*, chapter 1, where it is called
the conservation principle). So is a conserved one that leaves more than one equation, as the size
of a population in which an epidemic spreads by shares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ..exact.abbreviated import Abbreviated, Letters, abbreviated, meant, opened
from ..exact.derivation import Claim, Step
from ..exact.reduction.following import Following, following
from ..exact.solvable import Block, Solved
from ..exact.transformed import Transformed
from ..exact.workings import fulfilment
from ..notation import Shown, chain
from ..structure.conserved import Conserved, conserved
from ..structure.relaxing import Relaxing, relaxing
from ..symbolic.rational import simplified
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.differentiate import derivative

_MOST_STATES = 6
_LONGEST = 400  # operations of rates that are looked at


@dataclass(frozen=True)
class RelaxingTotalClass:
    """The class on the shelf."""

    @property
    def title(self) -> str:
        """What a textbook calls it."""
        return "system with a total that goes its own way"

    @property
    def order(self) -> int:
        """After systems whose totals are conserved."""
        return 12

    def recognise(self, block: Block) -> RelaxingTotal | None:
        """Return the system, or None if it has no such total."""
        system = block.system
        if not 2 <= system.n_states <= _MOST_STATES:
            return None
        if len(system.vector_field.nodes) > _LONGEST:
            return None
        found = relaxing(system) or tuple(_resting(system, total) for total in conserved(system))
        return RelaxingTotal(block, found[0]) if found else None


SOLVABLE = RelaxingTotalClass()


def _resting(system: FirstOrderSystem, total: Conserved) -> Relaxing:
    """Return a total that is conserved as one that goes its own way: it rests."""
    used = total.formula.used()
    return Relaxing(total, tuple(i for i, name in enumerate(system.states) if name in used))


@dataclass(frozen=True)
class RelaxingTotal:
    """One such system.

    Parameters
    ----------
    block
        What is asked for.
    found
        The total.
    """

    block: Block
    found: Relaxing

    def solutions(self) -> Iterator[Solved]:
        """Yield the solution with each state of the total put in its place, until one is found."""
        whole = self.block.again(self._alone)
        if whole is None or not isinstance(whole.formula, Tape):
            return
        time, notation = self.block.system.time, self.block.notation
        formula, letters = abbreviated(whole.formula, time, notation)
        # Where a total rests, what gathers from nothing would lose its digits as a difference: of
        # an epidemic those who have recovered, whose state does not vanish by itself.
        for left_out in sorted(self.found.states, key=self._vanishes, reverse=self._rests):
            rest = _Rest(self, left_out, whole, formula, letters)
            inner = self.block.again(rest.system)
            if inner is not None:
                yield rest.solved(inner)

    @property
    def _rests(self) -> bool:
        """Whether the total does not change."""
        rate = self.change.nodes[self.change.outputs[0]]
        return rate.op == "const" and rate.value == 0.0

    def _vanishes(self, state: int) -> bool:
        """Tell whether a state stays zero once it is: its own equation is then the simpler one."""
        system = self.block.system
        builder = Builder(system.vector_field.inputs)
        at = [builder.input(n) for n in builder.names]
        at[1 + state] = builder.constant(0.0)
        return builder.inline(system.vector_field, at)[state].constant == 0.0

    @cached_property
    def name(self) -> str:
        """The name of the total."""
        return self.block.notation.fresh("z", "Z", "u", "z_1")

    @cached_property
    def change(self) -> Tape:
        """The rate of the total as a*z + b, from time, the total and the parameters."""
        system, total = self.block.system, self.found.total.formula
        builder = Builder((system.time, *system.states, *system.parameters))
        first = system.states[self.found.states[0]]
        rates = builder.inline(system.vector_field, builder.inputs)
        slopes = [self._of_states(builder, derivative(total, s)) for s in system.states]
        rate = builder.constant(0.0)
        for slope, own in zip(slopes, rates, strict=True):
            rate = rate + slope * own
        whole = simplified(builder.finish([rate]))
        page = Builder((system.time, self.name, *system.parameters))
        time, z, *parameters = page.inputs
        at = [time, *[0.0] * system.n_states, *parameters]
        a = page.inline(derivative(whole, first), at)[0] / page.inline(
            builder.finish([slopes[self.found.states[0]]]), at
        )[0]  # fmt: skip
        b = page.inline(whole, at)[0]
        parts = [page.inline(simplified(page.finish([v])), page.inputs)[0] for v in (a, b)]
        return page.finish([parts[0] * z + parts[1]])

    @cached_property
    def _alone(self) -> FirstOrderSystem:
        """The equation of the total."""
        system = self.block.system
        start = Builder(system.parameters)
        begun = dict(zip(system.states, start.inline(system.start, start.inputs), strict=True))
        known = dict(zip(start.names, start.inputs, strict=True)) | begun
        total = self.found.total.formula
        value = start.inline(total, [known[n] for n in total.inputs])
        return replace(
            system, states=(self.name,), vector_field=self.change, start=start.finish(value),
            events=(),
        )  # fmt: skip

    def _of_states(self, builder: Builder, tape: Tape) -> Value:
        return builder.inline(tape, [builder.input(n) for n in tape.inputs])[0]

    def steps(self) -> Iterator[Step]:
        """Yield that the total goes its own way."""
        system, notation, total = self.block.system, self.block.notation, self.found.total.formula
        builder = Builder((system.time, *system.states, *system.parameters))
        z = self._of_states(builder, total)
        rates = builder.inline(system.vector_field, builder.inputs)
        rate = builder.constant(0.0)
        for state, own in zip(system.states, rates, strict=True):
            rate = rate + self._of_states(builder, derivative(total, state)) * own
        time, parameters = builder.inputs[0], builder.inputs[1 + system.n_states :]
        (own_rate,) = builder.inline(self.change, [time, z, *parameters])
        shown = chain(
            chain(notation.name(self.name), notation.formula(builder.formula(z))),
            chain(notation.rate(self.name), notation.formula(self.change)), sign=", ",
        )  # fmt: skip
        words = "A total is conserved: its rate is zero"
        if not self._rests:
            words = (
                "A total goes its own way: in its rate the terms cancel in which states act on "
                "each other"
            )
        yield Step(words, shown, (Claim(builder.formula(rate), builder.formula(own_rate)),))


@dataclass(frozen=True)
class _Rest:
    """The system that is left where a total is put in for one state.

    Parameters
    ----------
    problem
        The whole.
    left_out
        The state, by position.
    whole
        The solution of the total.
    formula, letters
        The same with letters for what is free of time, and what these stand for.
    """

    problem: RelaxingTotal
    left_out: int
    whole: Solved
    formula: Tape
    letters: Letters

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Names of the states that are left."""
        names = self.problem.block.system.states
        return tuple(s for i, s in enumerate(names) if i != self.left_out)

    @cached_property
    def system(self) -> FirstOrderSystem:
        """The equations that are left; letters count as parameters."""
        system, kept = self.problem.block.system, self._kept
        parameters = (*system.parameters, *self.letters)
        builder = Builder((system.time, *self.states, *parameters))
        back = self.back(self.formula)
        known = builder.inline(back, [builder.input(n) for n in back.inputs])
        others = [builder.input(n) for n in system.parameters]
        rates = builder.inline(system.vector_field, [builder.inputs[0], *known, *others])
        short = [simplified(builder.finish([rates[i]])) for i in kept]
        left = [builder.inline(rate, builder.inputs)[0] for rate in short]
        start = Builder(parameters)
        begun = start.inline(system.start.select(kept), start.inputs[: system.n_parameters])
        return replace(
            system, states=self.states, parameters=parameters, start=start.finish(begun),
            vector_field=builder.finish(left), events=(),
        )  # fmt: skip

    @property
    def _kept(self) -> list[int]:
        return [i for i in range(self.problem.block.system.n_states) if i != self.left_out]

    def back(self, total_in_time: Tape) -> Tape:
        """Return every state, from time, the parameters and the states that are left."""
        system, total = self.problem.block.system, self.problem.found.total.formula
        names = (*total_in_time.inputs, *self.states)
        builder = Builder(names)
        known = dict(zip(builder.names, builder.inputs, strict=True))
        (z,) = builder.inline(total_in_time, [known[n] for n in total_in_time.inputs])
        name = system.states[self.left_out]
        zero = known | {name: builder.constant(0.0)}
        slope = derivative(total, name)
        (others,) = builder.inline(total, [zero[n] for n in total.inputs])
        (weight,) = builder.inline(slope, [zero[n] for n in slope.inputs])
        known[name] = (z - others) / weight
        return builder.finish([known[s] for s in system.states], names)

    @cached_property
    def _weighs(self) -> tuple[Tape | None, str]:
        """The condition that the state which is left out has a weight, and how it is said."""
        system = self.problem.block.system
        slope = derivative(self.problem.found.total.formula, system.states[self.left_out])
        builder = Builder((system.time, *system.parameters))
        bindings = [builder.input(n) if n in system.parameters else 0.0 for n in slope.inputs]
        (weight,) = builder.inline(slope, bindings)
        if weight.constant is not None:
            return None, ""
        shown = self.problem.block.notation.formula(builder.formula(weight)).text
        return builder.finish([abs(weight) > 0.0]), f"valid where {shown} is not zero"

    def solved(self, inner: Solved) -> Solved:
        """Return the solution of all states."""
        problem, system, letters = self.problem, self.problem.block.system, self.letters
        follows = None if isinstance(inner.formula, Tape) else self._follows
        back = self.back(self.whole.tape)
        if follows is not None:
            back = follows.put(back, opened(follows.times, letters))
        tape = self._put(back, opened(inner.tape, letters))
        own = None if inner.holds is None else opened(inner.holds, letters)
        steps = (*problem.steps(), *self.whole.steps, self._substituted(), *inner.steps)
        weighs, where = self._weighs
        domain = tuple(d for d in dict.fromkeys((*self.whole.domain, *inner.domain, where)) if d)
        holds = _both(_both(self.whole.holds, own), weighs)
        back = self.back(self.formula)
        if follows is not None:
            back, steps = follows.put(back, follows.times), (*steps, follows.step(problem.block))
        if isinstance(inner.formula, Tape):
            plain = self._put(opened(back, letters), opened(inner.formula, letters))
            last = Step("Go back to the states", self._written(plain), fulfilment(system, plain))
            return Solved(plain, tape, domain, (*steps, last), holds)
        written = Transformed(inner.formula, self.states, system.time, system.states, back)
        formula = Abbreviated(written, letters) if letters else written
        return Solved(formula, tape, domain, steps, holds)

    @cached_property
    def _follows(self) -> Following | None:
        """The exponential of another state that the one which is left out is, if it is one.

        As what is left of a total it would lose its digits where it is little.
        """
        names = (*self.problem.block.system.parameters, *self.letters)
        return following(
            self.problem.block.system, self.left_out, self.back(self.formula), self.states, names
        )

    def _put(self, outer: Tape, inner: Tape) -> Tape:
        """Return every state, from time and parameters."""
        builder = Builder(inner.inputs)
        return builder.finish(
            builder.inline(outer, [*builder.inputs, *builder.inline(inner, builder.inputs)])
        )

    def _written(self, formula: Tape) -> Shown:
        system, notation = self.problem.block.system, self.problem.block.notation
        rows = (
            chain(notation.in_time(s), notation.answer(formula.select([i])))
            for i, s in enumerate(system.states)
        )
        return chain(*rows, sign=", ")

    def _substituted(self) -> Step:
        """Return that the state which is put in has the total it should."""
        system, notation = self.problem.block.system, self.problem.block.notation
        back = self.back(self.formula)
        builder = Builder(back.inputs)
        at = dict(zip(builder.names, builder.inputs, strict=True))
        at |= dict(zip(system.states, builder.inline(back, builder.inputs), strict=True))
        total = self.problem.found.total.formula
        (again,) = builder.inline(total, [at[n] for n in total.inputs])
        (z,) = builder.inline(self.formula, [at[n] for n in self.formula.inputs])
        rows = [
            chain(notation.rate(s), notation.formula(self.system.vector_field.select([i])))
            for i, s in enumerate(self.states)
        ]
        name = notation.name(system.states[self.left_out]).text
        return Step(
            f"Put it in for {name}", chain(*rows, *meant(self.letters, notation), sign=", "),
            (Claim(builder.formula(again), builder.formula(z)),),
        )  # fmt: skip


def _both(one: Tape | None, other: Tape | None) -> Tape | None:
    """Return two conditions as one, None where there is none."""
    if one is None or other is None:
        return other if one is None else one
    builder = Builder(one.inputs)
    first, second = (builder.inline(tape, builder.inputs)[0] for tape in (one, other))
    return builder.finish([first.apply("min", second)])
