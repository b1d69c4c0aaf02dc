"""A search for a closed form: block by block, class by class, degenerate cases told apart."""

from __future__ import annotations

import math
import sys
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ..errors import NoClosedFormError, listing
from ..jumps import jumping
from ..notation import Notation
from ..structure.dependencies import blocks, dependencies
from ..system import FirstOrderSystem
from ..tape import Tape
from ..tape.precise import Precise
from ..tape.refined import unrefined
from .apart import closure, with_solutions
from .budget.alarm import ALARMS
from .budget.clock import Clock, OutOfTimeError
from .cases import with_cases
from .derivation import Derivation
from .events.recurring import Recurring, certified, drawn
from .events.schedule import acts
from .events.through import through_events
from .events.turns import bent, turns
from .form import ClosedForm
from .order import by_states, in_order, uncovered
from .part import Part
from .proof.certificate import Certificate, certify, checked
from .proof.examine import values_of
from .proof.own_poles import within_own_poles
from .proof.points import Point
from .proof.regular import within_poles
from .quadrature import Quadrature
from .rest import at_rest
from .solvable import Block, Solved, unless
from .whole import keep_whole, recall

_DEEPEST = 3  # substitutions within one another
_ALGEBRA, _LOADING = 10, 0.8  # order of classes from which they need sympy, and seconds to load it
_FOR_CASES = 0.25  # of the budget, for degenerate cases


@dataclass
class Search:
    """One search, block by block."""

    system: FirstOrderSystem
    seed: int
    clock: Clock
    depth: int = 0
    values: Mapping[str, float] = field(default_factory=dict[str, float])  # of parameters, if known
    parts: dict[int, Part] = field(default_factory=dict[int, Part])  # by position of a state
    found: list[Part] = field(default_factory=list[Part])
    reasons: list[str] = field(default_factory=list[str])
    seen: dict[Hashable, Sequence[Any]] = field(default_factory=dict[Hashable, Sequence[Any]])
    in_pieces: bool = False  # whether what was found goes through events, which is not kept
    enough: float = math.inf  # seconds; with more, more degenerate cases might be told apart
    inner: bool = False  # whether what is found goes into a solution that is put back itself

    def result(self) -> ClosedForm:
        """Return what is found.

        Raises
        ------
        NoClosedFormError
            If that is nothing.
        """
        if self.depth:
            self._run()
        else:
            self._run_in_time()
        if not self.found:
            raise NoClosedFormError("; ".join(self.reasons))
        steps = tuple(step for part in self.found for step in part.solved.steps)
        reason = "; ".join(self.reasons)
        return ClosedForm(self.system, tuple(self.found), Derivation(steps), reason)

    def told_apart(self) -> ClosedForm:
        """Return what is found, with as many degenerate cases as there is time for."""
        exact = self.result()
        if self.in_pieces or self.clock.left <= 0:
            return exact
        hurried, budget = self.clock.hurried, self.clock.budget
        found = [exact]
        work = partial(self._tell_apart, exact, found)
        try:
            with self.clock.within(_FOR_CASES):
                work() if self.depth else ALARMS.limit(self.clock, work)
        except OutOfTimeError:
            ALARMS.settle(self.clock)
            self.enough = budget
        self.clock.hurried = hurried  # the formula is what it would be with more time
        return found[-1]

    def _tell_apart(self, exact: ClosedForm, found: list[ClosedForm]) -> None:
        """Note the closed form anew with every case that is found, one by one."""
        found.extend(with_cases(exact, self._case, self.clock.check))

    def _case(self, system: FirstOrderSystem, known: ClosedForm | None) -> ClosedForm | None:
        """Return the closed form of a degenerate case, None if there is none.

        What is known of some of its states is not sought again.
        """
        inner = Search(at_rest(system), self.seed, self.clock, self.depth + 1)
        for part in known.parts if known else ():
            inner._take(part, [system.states.index(s) for s in part.states])
        try:
            return inner.result()
        except OutOfTimeError:
            raise
        except NoClosedFormError:
            return None

    def _run_in_time(self) -> None:
        in_order()  # the shelf is read before the clock may ring
        try:
            ALARMS.limit(self.clock, self._run)
        except OutOfTimeError:
            self.clock.hurried = True
            if len(self.parts) < self.system.n_states:
                self.reasons.append(self.clock.spent)

    def _run(self) -> None:
        if any(map(acts, self.system.events)):
            if not self._by_states():
                self._through_events(self.system)
            return
        turning = bent(self.system)
        if not jumping(turning):
            self._blocks()
            return
        self._blocks(below=_ALGEBRA)
        if self.reasons:
            self._piece_by_piece(turning)
        if self.reasons:
            self.reasons.clear()
            self._blocks()

    def _blocks(self, below: float = math.inf) -> None:
        """Try to solve block by block, by classes of low order."""
        needs = dependencies(self.system)
        for block in blocks(self.system):
            before = {j for i in block for j in needs[i]} - set(block)
            if before <= self.parts.keys() and not set(block) <= self.parts.keys():
                self._attempt(block, below)

    def _through_events(self, system: FirstOrderSystem) -> None:
        part = through_events(system, self.values, self._piece, self.seed, self.clock)
        self.found, self.reasons, self.in_pieces = [part], [], True
        self.parts = dict.fromkeys(range(self.system.n_states), part)

    def _by_states(self) -> bool:
        """Try the classes of systems whose states bring about the events; tell if one did."""
        system, refusals = self.system, list[str]()
        if not any(event.trigger is not None for event in system.events):
            return False
        block = Block(system, system, Notation.of(system), self.clock, self._again)
        for solvable in by_states():
            recognised = solvable.recognise(block, self.values)
            for found in recognised.solutions() if recognised else ():
                part = self._recurring(found)
                if isinstance(part, Part):
                    self.found, self.reasons, self.in_pieces = [part], [], True
                    self.parts = dict.fromkeys(range(system.n_states), part)
                    return True
                refusals.append(part)
        if refusals:
            raise NoClosedFormError("; ".join(refusals))
        return False

    def _recurring(self, found: Recurring) -> Part | str:
        """Return a solution through events, or why it is none."""
        at = drawn(self.system, found, self.values, self.seed)
        certificate = certified(self.system, found, at, seed=self.seed, clock=self.clock)
        return self._checked(self.system.states, found.solved, certificate, at)

    def _piece_by_piece(self, system: FirstOrderSystem) -> None:
        """Try again with inputs held between the times at which they turn."""
        events = turns(system)
        if events is None:
            return
        try:
            self._through_events(replace(system, events=events))
        except OutOfTimeError:
            raise
        except NoClosedFormError:
            return  # the reasons stand

    def _piece(self, system: FirstOrderSystem) -> ClosedForm:
        """Return the closed form between two events."""
        exact = recall(system, self.seed, self.clock.budget)
        if exact is None:
            search = Search(system, self.seed, self.clock, self.depth + 1)
            exact = search.told_apart()
            if not self.clock.hurried:
                keep_whole(exact, self.seed, search.enough)
        return exact

    def _attempt(self, positions: Sequence[int], below: float) -> None:
        refusals = list[str]()
        before = self._with_integrals_before(positions)
        for whole in [before, positions] if before else [positions]:
            for candidate in self._candidates(self._block(whole), below):
                if isinstance(candidate, Part):
                    self._take(candidate, whole)
                    return
                refusals.append(candidate)
        self.reasons.append("; ".join(refusals) or uncovered(self._block(positions)))

    def _with_integrals_before(self, positions: Sequence[int]) -> tuple[int, ...]:
        """Return a block with the states it depends on whose solutions keep integrals, if any.

        Of an integral of an integral a single one is left where they are solved for together.
        """
        needs = dependencies(self.system)
        parts = [self.parts[j] for i in positions for j in needs[i] if j in self.parts]
        kept = {s for p in parts if isinstance(p.solved.formula, Quadrature) for s in p.states}
        found = tuple(i for i, s in enumerate(self.system.states) if s in kept)
        return (*found, *positions) if found else ()

    def _take(self, part: Part, positions: Sequence[int]) -> None:
        """Keep a solution, in place of those of some of its states that there were."""
        replaced = [p for p in self.found if {*p.states} & {*part.states}]
        self.found = [p for p in self.found if p not in replaced] + [part]
        self.parts.update(dict.fromkeys(positions, part))

    def _candidates(self, block: Block, below: float) -> Iterator[Part | str]:
        """Yield solutions that passed, and why others did not."""
        for solvable in in_order():
            if solvable.order >= below:
                return
            asks_algebra = solvable.order >= _ALGEBRA and "sympy" not in sys.modules
            block.clock.check(_LOADING if asks_algebra else 0.0)
            recognised = solvable.recognise(block)
            for solved in recognised.solutions() if recognised else ():
                yield self._certified(block, solved)

    def _certified(self, block: Block, solved: Solved) -> Part | str:
        before = self._before(block)
        # Of a state that has no formula its tape is put in, whose poles are none of the equation's.
        written = block.unwritten.isdisjoint(block.closure.states)
        equation = block.system if written else block.closure
        solved = within_poles(equation, solved, block.notation)
        solved = within_own_poles(block.system, solved, block.notation)
        certificate = certify(
            block.closure, solved, before, seed=self.seed, clock=self.clock, inner=self.inner
        )
        return self._checked(block.states, solved, certificate)

    def _checked(
        self, states: tuple[str, ...], solved: Solved, certificate: Certificate,
        drawn: Iterable[Point] = (),
    ) -> Part | str:  # fmt: skip
        """Return a solution with its steps checked, or why it is not believed."""
        if not certificate.valid:
            return (
                f"a solution was found for {listing(states)} but is not returned, because "
                f"it did not pass: {certificate}"
            )
        try:
            steps = tuple(checked(solved.steps, drawn, seed=self.seed, clock=self.clock))
        except OutOfTimeError:
            raise
        except NoClosedFormError as wrong:
            return str(wrong)
        tape = solved.tape if solved.holds is None else unless(solved.tape, solved.holds)
        return Part(states, replace(solved, steps=steps, tape=tape), certificate)

    def _before(self, block: Block) -> _Before:
        """Return the values of solved states that the rates of a block need."""
        whole, n = block.closure, block.closure.n_states
        rates = whole.vector_field.select(range(n - block.system.n_states, n))
        needed = {*rates.used()} - {*block.states}
        parts = (
            p for p in self.found if needed & {*p.states} and not {*p.states} & {*block.states}
        )
        return _Before(tuple(parts), self.seen)

    def _again(self, system: FirstOrderSystem) -> Solved | None:
        """Return the solution of all of another system, None if there is none."""
        if self.depth >= _DEEPEST:
            return None
        inner = Search(system, self.seed, self.clock, self.depth + 1, inner=True)
        try:
            exact = inner.result()
        except OutOfTimeError:
            raise
        except NoClosedFormError:
            return None
        return None if exact.remaining else exact.solved

    def _block(self, positions: Sequence[int]) -> Block:
        known: dict[int, Tape] = {}
        for i, part in self.parts.items():
            if i in positions:
                continue
            solved = part.solved
            formula = solved.formula
            tape = formula if isinstance(formula, Tape) else unrefined(solved.tape)
            known[i] = tape.select([part.states.index(self.system.states[i])])
        named = (s for p in self.found if not isinstance(p.solved.formula, Tape) for s in p.states)
        return Block(
            with_solutions(self.system, positions, known), closure(self.system, positions),
            Notation.of(self.system), self.clock, self._again,
            {self.system.states[i]: tape for i, tape in known.items()}, frozenset(named),
            _Before(tuple(self.found), self.seen),
        )  # fmt: skip


class _Before:
    """The values of solved states at a point, with many digits, each found once.

    Parameters
    ----------
    parts
        The solutions.
    seen
        What was found: blocks are put back at the same points, one after the other.
    """

    def __init__(self, parts: tuple[Part, ...], seen: dict[Hashable, Sequence[Any]]) -> None:
        self.parts, self.seen = parts, seen

    def __call__(self, precise: Precise, point: Any) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for part in self.parts:
            key = (part.states, precise.digits, *point.values())
            if key not in self.seen:
                self.seen[key] = values_of(part.solved, precise, point)
            values.update(zip(part.states, self.seen[key], strict=True))
        return values
