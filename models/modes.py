"""Where rates jump with states: the side on which each condition is becomes a state of its own.

Within a step every condition keeps its side, so that rates are smooth whatever the stages of a
method try; a silent event ends the step where a condition turns, and sets its side anew. Such a
state is called a mode of the hybrid system (Branicky, Borkar and Mitter 1998, *A unified framework
for hybrid control*, IEEE Transactions on Automatic Control 43(1), 31-45, doi:10.1109/9.654885).
Sensitivities go through these events as through any other. What bends the rates and does not make
them jump, `abs`, `max`, `min`, or a condition between formulas that meet, is left to the step size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .kinks import TRIALS, edge, rates_jump
from .once import once
from .system import BEFORE, FirstOrderSystem, SystemEvent
from .tape import Builder, Tape, Value
from .tape.writing.expression import to_text

MOST = 32  # modes: each is looked at in every step
ALL_TRIALS = 400  # at all conditions together, where there are many
LONGEST = 60  # characters of a condition that is written out
_JUMPING = frozenset({"lt", "le", "sign", "floor"})


@dataclass(frozen=True, eq=False, weakref_slot=True, slots=True)
class Modes:
    """The operations of a system's rates that make these jump with states.

    Parameters
    ----------
    plain
        The system.
    numbers
        Of the operations, nodes of its rates.
    """

    plain: FirstOrderSystem
    numbers: tuple[int, ...]

    @property
    def too_many(self) -> bool:
        """Whether they are too many to be followed."""
        return len(self.numbers) > MOST

    @property
    def names(self) -> tuple[str, ...]:
        """What the states are called that keep the sides; no model can call a state so."""
        return tuple(f"mode {k}" for k in range(1, len(self.numbers) + 1))

    @property
    def values(self) -> Tape:
        """The modes, from time, states and parameters."""
        return replace(self.plain.vector_field, outputs=self.numbers)

    def where(self, k: int) -> str:
        """Return in words where the rates jump with one mode: ``x passes 1.5``."""
        field = self.plain.vector_field
        node, builder = field.nodes[self.numbers[k]], Builder(field.inputs)
        args = builder.inline(replace(field, outputs=node.args), builder.inputs)
        sides = [to_text(builder.formula(a))[0] for a in args]
        sides.append("a whole number" if node.op == "floor" else "0")
        first, second = (s if len(s) <= LONGEST else f"{s[: LONGEST - 1]}…" for s in sides[:2])
        return f"{first} passes {second}"


@once
def modes(system: FirstOrderSystem) -> Modes | None:
    """Return what makes the rates of a system jump with its states; None where nothing does.

    The search ends where there are too many.
    """
    nodes, n = system.vector_field.nodes, system.n_states
    if not any(node.op in _JUMPING for node in nodes):
        return None
    moved: list[int] = []  # for each node the states that move it smoothly, one bit each
    found: list[int] = []
    count = sum(node.op in _JUMPING for node in nodes)
    trials = max(4, min(TRIALS, ALL_TRIALS // count))
    for number, node in enumerate(nodes):
        own = 1 << number if 1 <= number <= n else 0
        for a in node.args:
            own |= moved[a]
        if node.op in _JUMPING and own and len(found) <= MOST:
            by = [i for i in range(1, 1 + n) if own >> i & 1]
            if rates_jump(system.vector_field, number, by, trials):
                found.append(number)
                own = 0
        moved.append(own)
    return Modes(system, tuple(found)) if found else None


@once
def modal(found: Modes) -> FirstOrderSystem:
    """Return the system with its modes as further states, the last ones."""
    plain = found.plain
    builder = Builder((plain.time, *plain.states, *found.names, *plain.parameters))
    values = _replayed(builder, found)
    rates = [values[o] for o in plain.vector_field.outputs]
    events = [_widened(event, found) for event in plain.events]
    turning = [_turning(found, builder, k, values) for k in range(len(found.names))]
    return replace(
        plain, states=(*plain.states, *found.names), start=_start(found),
        vector_field=builder.finish([*rates, *(0.0 for _ in found.names)]),
        events=(*events, *turning),
    )  # fmt: skip


@once
def modal_by(found: Modes) -> dict[tuple[str, ...], FirstOrderSystem]:
    """Return the modal systems with sensitivities that have been made, by their parameters."""
    del found
    return {}


def with_sensitivities(found: Modes, by: Sequence[str]) -> FirstOrderSystem:
    """Return the modal system followed by its sensitivities, and the modes last.

    The first states are those that the system would have without modes: a mode does not change with
    parameters but at its events, and has no sensitivities.
    """
    known = modal_by(found)
    if tuple(by) not in known:
        known[tuple(by)] = _with_sensitivities(found, by)
    return known[tuple(by)]


def _with_sensitivities(found: Modes, by: Sequence[str]) -> FirstOrderSystem:
    from .sensitivity import augment, sensitivity_name  # not loaded where there are none

    larger = augment(modal(found), by)
    still = {sensitivity_name(m, p) for m in found.names for p in by}
    own = [s for s in larger.states if s not in still and s not in found.names]
    kept = (*own, *found.names)
    rows = [larger.states.index(name) for name in kept]

    def narrowed(tape: Tape, *, states: bool) -> Tape:
        """Return a tape without the states that are left out, among its outputs too or not."""
        first = next(i for i, name in enumerate(tape.inputs) if name == larger.states[0])
        after = tape.inputs[first + len(larger.states) :]
        builder = Builder((*tape.inputs[:first], *kept, *after))
        outputs = builder.inline(
            tape, [0.0 if name in still else builder.input(name) for name in tape.inputs]
        )
        return builder.finish([outputs[row] for row in rows] if states else outputs)

    events = tuple(
        replace(
            event,
            trigger=event.trigger and narrowed(event.trigger, states=False),
            reset=event.reset and narrowed(event.reset, states=True),
            shift=event.shift and narrowed(event.shift, states=False),
        )
        for event in larger.events
    )
    return replace(
        larger, states=kept, vector_field=narrowed(larger.vector_field, states=True),
        start=larger.start.select(rows), events=events,
    )  # fmt: skip


def _replayed(builder: Builder, found: Modes) -> list[Value]:
    """Return all values of the rates, with modes in place of what jumps."""
    values: list[Value] = []
    names = dict(zip(found.numbers, found.names, strict=True))
    for number, node in enumerate(found.plain.vector_field.nodes):
        if number in names:
            values.append(builder.input(names[number]))
        elif node.op == "input":
            values.append(builder.input(found.plain.vector_field.inputs[number]))
        elif node.op == "const":
            values.append(builder.constant(node.value))
        else:
            values.append(builder.apply(node.op, *(values[a] for a in node.args)))
    return values


def _start(found: Modes) -> Tape:
    plain = found.plain
    builder = Builder(plain.parameters)
    states = builder.inline(plain.start, builder.inputs)
    return builder.finish(
        [*states, *builder.inline(found.values, [plain.t0, *states, *builder.inputs])]
    )


def _turning(found: Modes, builder: Builder, k: int, values: Sequence[Value]) -> SystemEvent:
    """Return the silent event that sets a mode anew where its condition leaves it."""
    node, mode = found.plain.vector_field.nodes[found.numbers[k]], builder.input(found.names[k])
    trigger, side = _leaving(node.op, edge(node.op, [values[a] for a in node.args]), mode)
    turned = builder.finish([trigger, side])
    inner = Builder((BEFORE, *turned.inputs))
    (_, anew) = inner.inline(turned, inner.inputs[1:])
    states = (*found.plain.states, *found.names)
    after = [anew if name == found.names[k] else inner.input(name) for name in states]
    return SystemEvent("", turned.select([0]), reset=inner.finish(after))


def _leaving(op: str, gap: Value, mode: Value) -> tuple[Value, Value]:
    """Return what is positive where a mode is no longer right, and what it is then.

    That follows from the mode, and not from the comparison: the two may differ by a rounding.
    """
    if op == "floor":
        up, down = gap - mode - 1.0, mode - gap
        whole = gap.apply("floor")
        upward, downward = (mode + 1.0).apply("max", whole), (mode - 1.0).apply("min", whole)
        return up.apply("max", down), (down < up).apply("select", upward, downward)
    if op == "sign":
        still = mode.apply("eq", 0.0)
        side = still.apply("select", gap.apply("sign"), -mode)
        return still.apply("select", gap.apply("abs"), -mode * gap), side
    return mode.apply("select", -gap, gap), 1.0 - mode


def _widened(event: SystemEvent, found: Modes) -> SystemEvent:
    """Return an event of the system as one of the modal system: it leaves the modes as they are."""
    return replace(
        event,
        trigger=event.trigger and _with_modes(event.trigger, found),
        reset=event.reset and _with_modes(event.reset, found, keep=True),
    )


def _with_modes(tape: Tape, found: Modes, *, keep: bool = False) -> Tape:
    """Return a tape with the modes among its inputs, and among its outputs if they are kept."""
    cut = len(tape.inputs) - found.plain.n_parameters
    builder = Builder((*tape.inputs[:cut], *found.names, *tape.inputs[cut:]))
    outputs = builder.inline(tape, [builder.input(name) for name in tape.inputs])
    kept = [builder.input(name) for name in found.names] if keep else []
    return builder.finish([*outputs, *kept])
