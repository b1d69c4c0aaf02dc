"""Where rates or triggers jump with time alone: conditions, floors, signs of time and parameters.

A jump at a time that is a formula of parameters, t < t_s or floor(t/period), becomes an occasion;
any other, sin(t) < 0, a pair of triggers, one for each way. What jumps with the states is no matter
of time: see `modes`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .system import FirstOrderSystem, SystemEvent
from .tape import Builder, Tape, Value

_JUMPING = frozenset({"lt", "le", "sign", "floor"})
_ONE, _TIME = -1, -2  # what a coefficient belongs to; otherwise the number of a floor
_TRIALS = 3  # sets of parameters at which two formulas are compared
_Affine = dict[int, Value]


def jumps(system: FirstOrderSystem) -> tuple[SystemEvent, ...]:
    """Return an event without a label for each jump that time alone decides.

    Parameters
    ----------
    system
        Its rates and the triggers of its events are looked at.
    """
    tape = system.timed
    if _JUMPING.isdisjoint(tape.operations) or system.time not in tape.used():
        return ()
    search = Search(system)
    found = [event for node in search.jumping() for event in search.events(node)]
    return tuple(dict.fromkeys(found))


def switches(system: FirstOrderSystem) -> Tape | None:
    """Return what jumps in the rates with time alone: conditions, floors and signs, as they are.

    One output each, over time and parameters; None if nothing jumps so.
    """
    if _JUMPING.isdisjoint(system.vector_field.operations):
        return None
    search = Search(system)
    values = [search.values[number] for number in search.jumping()]
    return search.builder.finish(values, (system.time, *system.parameters)) if values else None


def jumping(system: FirstOrderSystem) -> tuple[int, ...]:
    """Return the numbers of the nodes of the rates that are constant between jumps with time.

    Of those, the largest.
    """
    if _JUMPING.isdisjoint(system.vector_field.operations):
        return ()
    return tuple(Search(replace(system, events=())).visible())


class Search:
    """The part of a vector field that time and parameters decide.

    Attributes
    ----------
    moving, timed
        Of each node, whether it depends on the states, and whether on time.
    """

    def __init__(self, system: FirstOrderSystem) -> None:
        self.system, self.tape = system, system.timed
        self.builder = Builder((system.time, *system.states, *system.parameters))
        self.values = self._replayed()
        self.moving = self.reached(self.tape, range(1, 1 + system.n_states))
        self.timed = self.reached(self.tape, range(1))
        self.forms: dict[int, _Affine | None] = {}
        for number in range(len(self.tape.nodes)):
            self.forms[number] = self._form(number)

    def jumping(self) -> Iterator[int]:
        """Yield the nodes that jump with time, and with nothing else that moves."""
        for number, node in enumerate(self.tape.nodes):
            if node.op in _JUMPING and self.timed[number] and not self.moving[number]:
                yield number

    def visible(self) -> Iterator[int]:
        """Yield the largest nodes made of nothing but what jumps and numbers, seen from the rates.

        Between two jumps they are constant.
        """
        level = self._levels()
        seen, left = set[int](), list(self.tape.outputs)
        while left:
            number = left.pop()
            if number not in seen:
                seen.add(number)
                left += () if level[number] else self.tape.nodes[number].args
        yield from sorted(number for number in seen if level[number] and self.timed[number])

    def _levels(self) -> list[bool]:
        """Tell of each node whether it is made of what jumps and numbers."""
        jumping, level = {*self.jumping()}, list[bool]()
        for number, node in enumerate(self.tape.nodes):
            inner = node.op == "const" or (node.args and all(level[a] for a in node.args))
            level.append(number in jumping or bool(inner))
        return level

    def line(self, number: int) -> tuple[Value, Value] | None:
        """Return (a, b) of a node that jumps where a + b*t is zero; None if it is another kind."""
        form = self._gap_form(number)
        if form is None or form.keys() - {_ONE, _TIME}:
            return None
        return self._coefficients(form)

    def events(self, number: int) -> Iterator[SystemEvent]:
        """Yield the events of one node that jumps."""
        node = self.tape.nodes[number]
        gap = self.gap(number)
        form = self._gap_form(number)
        if form is not None:
            if all(v.constant == 0 for k, v in form.items() if k != _ONE):
                return  # time cancels out
            occasion = self._every_whole(form) if node.op == "floor" else self._zero(form)
            if occasion is not None:
                yield SystemEvent("", occasion=occasion)
                return
        if node.op == "floor":
            gap = (math.pi * gap).apply("sin")
        inputs = (self.system.time, *self.system.states, *self.system.parameters)
        for side in (gap, -gap):
            yield SystemEvent("", trigger=self.builder.finish([side], inputs))

    # ---- the tape, looked at -----------------------------------------------------------------

    def _replayed(self) -> list[Value]:
        values: list[Value] = []
        for number, node in enumerate(self.tape.nodes):
            if node.op == "input":
                values.append(self.builder.inputs[number])
            elif node.op == "const":
                values.append(self.builder.constant(node.value))
            else:
                values.append(self.builder.apply(node.op, *(values[a] for a in node.args)))
        return values

    @staticmethod
    def reached(tape: Tape, inputs: Sequence[int]) -> list[bool]:
        """Tell of each node whether it depends on some of the inputs."""
        reached: list[bool] = []
        for number, node in enumerate(tape.nodes):
            reached.append(number in inputs or any(reached[a] for a in node.args))
        return reached

    def gap(self, number: int) -> Value:
        """Return what passes through zero, or for `floor` a whole number, where a node jumps."""
        node = self.tape.nodes[number]
        first, *second = (self.values[a] for a in node.args)
        return second[0] - first if second else first

    def _gap_form(self, number: int) -> _Affine | None:
        first, *second = (self.forms[a] for a in self.tape.nodes[number].args)
        return _combined(second[0], first, -1.0) if second else first

    def _form(self, number: int) -> _Affine | None:
        """Return a node as a sum of coefficients times 1, time and floors; None if it is not."""
        node, args = self.tape.nodes[number], self.tape.nodes[number].args
        if self.moving[number]:
            return None
        if not self.timed[number]:
            return {_ONE: self.values[number]}
        forms = [self.forms[a] for a in args]
        match node.op:
            case "input":
                return {_TIME: self.builder.constant(1.0)}
            case "floor":
                return {number: self.builder.constant(1.0)} if forms[0] else None
            case "neg":
                return _scaled(forms[0], self.builder.constant(-1.0))
            case "add":
                return _combined(forms[0], forms[1], 1.0)
            case "sub":
                return _combined(forms[0], forms[1], -1.0)
            case "mul" if not self.timed[args[0]]:
                return _scaled(forms[1], self.values[args[0]])
            case "mul" if not self.timed[args[1]]:
                return _scaled(forms[0], self.values[args[1]])
            case "div" if not self.timed[args[1]]:
                return _scaled(forms[0], 1.0 / self.values[args[1]])
            case _:
                return None

    # ---- times -------------------------------------------------------------------------------

    def _every_whole(self, form: _Affine) -> Tape | None:
        """Return the times at which a + b*t is a whole number, from the start on."""
        if form.keys() - {_ONE, _TIME}:
            return None
        a, b = self._coefficients(form)
        begin = a + b * self.system.t0
        left = (b < 0.0).apply("select", begin - begin.apply("floor"), _to_whole(begin))
        moves = 1.0 - b.apply("eq", 0.0)
        speed = moves.apply("select", b.apply("abs"), 1.0)
        last = moves.apply("select", math.inf, -math.inf)
        return self._finish([self.system.t0 + left / speed, 1.0 / speed, last])

    def _zero(self, form: _Affine) -> Tape | None:
        """Return the time at which a + b*t is zero, or the times if b*t is a sawtooth."""
        floors = form.keys() - {_ONE, _TIME}
        a, b = self._coefficients(form)
        moves = 1.0 - b.apply("eq", 0.0)
        zero = -a / moves.apply("select", b, 1.0)
        if not floors:
            return self._finish([zero, 0.0, moves.apply("select", zero, -math.inf)])
        inner = self.forms[self.tape.nodes[number := min(floors)].args[0]]
        if len(floors) > 1 or inner is None or inner.keys() - {_ONE, _TIME}:
            return None
        shift, frequency = self._coefficients(inner)
        period = 1.0 / frequency
        if not self._vanishes(b * period + form[number], b):
            return None
        phase = shift + frequency * zero  # within the first period, or there is no such time
        inside = (0.0 <= phase) & (phase < 1.0) & (0.0 < frequency)
        passed = _to_whole(frequency * (self.system.t0 - zero))
        first = zero + (frequency * (self.system.t0 - zero) + passed) * period
        return self._finish([
            inside.apply("select", first, 0.0),
            inside.apply("select", period, 0.0),
            inside.apply("select", math.inf, -math.inf),
        ])  # fmt: skip

    def _coefficients(self, form: _Affine) -> tuple[Value, Value]:
        nothing = self.builder.constant(0.0)
        return form.get(_ONE, nothing), form.get(_TIME, nothing)

    def _vanishes(self, x: Value, beside: Value) -> bool:
        """Tell whether a formula of parameters is zero whatever they are."""
        tape = self.builder.finish([x, beside])
        for trial in range(1, _TRIALS + 1):
            values = [math.sqrt(trial + 1 + i) for i in range(len(tape.inputs))]
            gap, size = tape(*values)
            if not abs(gap) <= 1e-12 * (1 + abs(size)):
                return False
        return True

    def _finish(self, outputs: Sequence[Value | float]) -> Tape:
        return self.builder.finish(outputs, self.system.parameters)


def _to_whole(x: Value) -> Value:
    """Return how much is missing to the next whole number."""
    return -(-x).apply("floor") - x


def _scaled(form: _Affine | None, by: Value) -> _Affine | None:
    return None if form is None else {k: v * by for k, v in form.items()}


def _combined(left: _Affine | None, right: _Affine | None, sign: float) -> _Affine | None:
    if left is None or right is None:
        return None
    result = dict(left)
    for key, value in right.items():
        result[key] = result[key] + sign * value if key in result else sign * value
    return result
