"""Formulas of parameters that get a letter of their own: algebra on the rest stays short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..notation import Notation, Shown, chain
from ..tape import Builder, Node, Tape, Value
from ..tape.precise import Precise
from .solvable import Point, Written

_FEW = 1  # operations that need no letter
_LONG, _OFTEN = 4, 4  # operations of a square root that gets a letter, and times it is written
_ROOTS = "w", "q", "w_1", "w_2"
_MODULI = "m", "m_1", "m_2"
_MOMENTS = "t_1", "t_2", "t_3", "t_4"
_SIDES = "s", "s_1", "s_2"
_COUNTS = "N", "n", "n_1", "n_2"
_SPANS = "P_1", "P_2", "P_3"
_LETTERS = "c", "q", "c_1", "c_2", "c_3", "c_4", "c_5", "c_6"

Letters = Mapping[str, Tape]


def abbreviated(tape: Tape, varying: str, notation: Notation) -> tuple[Tape, Letters]:
    """Return a formula in which what is free of one input is a letter, if it is long.

    Parameters
    ----------
    tape
        The formula; its inputs are kept, letters follow.
    varying
        The input.
    notation
        How names are written.

    Returns
    -------
    tape, letters
        The formula, and the formula of each letter, from the same inputs.
    """
    sizes, free = _sizes(tape), _free(tape, varying)
    used = {a for node, f in zip(tape.nodes, free, strict=True) if not f for a in node.args}
    used |= set(tape.outputs)
    chosen = [i for i in sorted(used) if free[i] and sizes[i] > _FEW][: len(_LETTERS)]
    return _lettered(tape, _named(chosen, _LETTERS, notation))


def roots_named(tape: Tape, notation: Notation) -> tuple[Tape, Letters]:
    """Return formulas in which what is long and written many times is a letter.

    That is a square root, the parameter of elliptic functions, a time at which a law changes or
    for which it lasts, a side that the start decides, or how often something has happened. One may
    be told by another.

    Parameters
    ----------
    tape
        The formulas; their inputs are kept, letters follow.
    notation
        How names are written.

    Returns
    -------
    tape, letters
        The formulas, and the formula of each letter, from the same inputs and other letters.
    """
    sizes, times, free = _sizes(tape), _times(tape), _free(tape, notation.time)
    often = [i for i in range(len(sizes)) if sizes[i] >= _LONG and times[i] >= _OFTEN]
    roots = [i for i in often if tape.nodes[i].op == "sqrt"][: len(_ROOTS)]
    elliptic = {node.args[1] for node in tape.nodes if node.op.startswith("jacobi_")}
    moduli = [i for i in often if i in elliptic][: len(_MODULI)]
    moments = [i for i in _moments(tape, notation) if sizes[i] > _FEW and times[i] > 1]
    names = _named(roots, _ROOTS, notation) | _named(moduli, _MODULI, notation)
    names |= _named(moments[: len(_MOMENTS)], _MOMENTS, notation)
    sides = [i for i in often if free[i] and _is_side(tape, i)]
    names |= _named(sides[: len(_SIDES)], _SIDES, notation)
    counts = [i for i in range(len(sizes)) if tape.nodes[i].op == "floor" and not free[i]]
    counts = [i for i in counts if sizes[i] >= _LONG and times[i] > 1]
    names |= _named(counts[: len(_COUNTS)], _COUNTS, notation)
    spans = [i for i in _spans(tape, free) if i in often and i not in names]
    names |= _named(spans[: len(_SPANS)], _SPANS, notation)
    return _nested(tape, names) if names else (tape, {})


def in_letters(left: Shown, formula: Tape, notation: Notation) -> Shown:
    """Return what something is, and after it what the letters in that stand for."""
    tape, letters = roots_named(formula, notation)
    return chain(chain(left, notation.answer(tape)), *meant(letters, notation), sign=", ")


def _is_side(tape: Tape, place: int) -> bool:
    """Tell whether a choice is between signs."""
    node = tape.nodes[place]
    return node.op == "select" and all(tape.nodes[a].op == "sign" for a in node.args[1:])


def _moments(tape: Tape, notation: Notation) -> list[int]:
    """Return what time is compared with, or counted from where the start decides that."""
    ends = [node.args for node in tape.nodes if node.op == "le"]
    clock = [i for i, name in enumerate(tape.inputs) if name == notation.time]
    since = [node.args for node in tape.nodes if node.op == "sub"]
    sizes, times = _sizes(tape), _times(tape)
    begun = {after for before, after in since if [before] == clock and sizes[after] >= _LONG}
    ago = (node.args for node in tape.nodes if node.op == "add" and {*clock} & {*node.args})
    begun |= {i for args in ago for i in args if sizes[i] >= _LONG and times[i] >= _OFTEN}
    return sorted({before for before, after in ends if [after] == clock} | begun)


def _spans(tape: Tape, free: Sequence[bool]) -> list[int]:
    """Return what a time since an event is compared with, or counted in."""
    found = set[int]()
    for node in tape.nodes:
        if node.op == "le" and not free[node.args[1]]:
            found.add(node.args[0])
        elif node.op == "mul":
            counted = any(tape.nodes[a].op == "floor" for a in node.args)
            found |= {a for a in node.args if counted}
    return sorted(i for i in found if free[i])


def _named(chosen: Sequence[int], letters: Sequence[str], notation: Notation) -> dict[int, str]:
    """Return a letter for each of some nodes."""
    names: dict[int, str] = {}
    for i in chosen:
        names[i] = notation.fresh(*(n for n in letters if n not in names.values()))
    return names


def _lettered(tape: Tape, names: Mapping[int, str]) -> tuple[Tape, Letters]:
    """Return a formula in which some nodes are letters, and the formula of each letter."""
    builder = Builder((*tape.inputs, *names.values()))

    def letter(number: int, node: Node, args: Sequence[Value]) -> Value | None:
        return builder.input(names[number]) if number in names else None

    values = builder.replay(tape, builder.inputs, letter)
    whole = Builder(tape.inputs)
    letters = {
        name: whole.finish(whole.inline(Tape(tape.inputs, tape.nodes, (i,)), whole.inputs))
        for i, name in names.items()
    }
    return builder.finish(values), letters


def _nested(tape: Tape, names: Mapping[int, str]) -> tuple[Tape, Letters]:
    """Return the same, the formula of each letter by those that come before it."""
    builder, letters = Builder((*tape.inputs, *names.values())), dict[str, Tape]()
    values = list[Value](builder.inputs[: len(tape.inputs)])
    for number, node in enumerate(tape.nodes[len(values) :], len(values)):
        args = [values[a] for a in node.args]
        value = builder.apply(node.op, *args) if args else builder.constant(node.value)
        if number in names:
            letters[names[number]] = builder.finish([value])
            value = builder.input(names[number])
        values.append(value)
    told = {name: letters[name] for name in names.values()}
    return builder.finish([values[o] for o in tape.outputs]), told


def _free(tape: Tape, varying: str) -> list[bool]:
    """Tell for each node whether an input does not occur in it."""
    free: list[bool] = []
    for i, node in enumerate(tape.nodes):
        own = node.op != "input" or tape.inputs[i] != varying
        free.append(own and all(free[a] for a in node.args))
    return free


def _sizes(tape: Tape) -> list[int]:
    """Return for each node the operations in it, as they are written."""
    sizes: list[int] = []
    for node in tape.nodes:
        sizes.append(bool(node.args) + sum(sizes[a] for a in node.args))
    return sizes


def _times(tape: Tape) -> list[int]:
    """Return how many times each node is written."""
    times = [0] * len(tape.nodes)
    for output in tape.outputs:
        times[output] += 1
    for i in range(len(tape.nodes) - 1, -1, -1):
        for a in tape.nodes[i].args:
            times[a] += times[i]
    return times


def opened(tape: Tape, letters: Letters) -> Tape:
    """Return a formula with the letters, its last inputs, put in."""
    builder = Builder([n for n in tape.inputs if n not in letters])
    known = {n: builder.inline(formula, builder.inputs)[0] for n, formula in letters.items()}
    bindings = [known[n] if n in known else builder.input(n) for n in tape.inputs]
    return builder.finish(builder.inline(tape, bindings))


@dataclass(frozen=True)
class Abbreviated:
    """A solution in which letters stand for formulas of parameters.

    Parameters
    ----------
    inner
        The solution.
    letters
        What each stands for.
    """

    inner: Written
    letters: Letters

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return its equations, then what the letters stand for."""
        return (*self.inner.shown(notation), *meant(self.letters, notation))

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        return self.inner.values(precise, self._at(precise, point))

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time."""
        return self.inner.slopes(precise, self._at(precise, point))

    def _at(self, precise: Precise, point: Point) -> Point:
        return {**point, **{n: precise(tape, point)[0] for n, tape in self.letters.items()}}


def meant(letters: Letters, notation: Notation) -> tuple[Shown, ...]:
    """Return what letters stand for."""
    return tuple(chain(notation.name(n), notation.answer(t)) for n, t in letters.items())
