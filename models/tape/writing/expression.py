"""Formulas on a tape written out as a person would: plain text that reads back, and LaTeX."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..program import Tape
from .latex import Latex
from .pieces import ATOM, INFIX, JOINED, PRODUCT, SUM, Written
from .text import Text
from .words import is_condition, pulse_of, stepped

_LONGEST = 100_000  # characters of one formula


def to_text(tape: Tape, taken: Collection[str] = (), *, fractions: bool = False) -> tuple[str, ...]:
    """Return each output of a tape in the language models are written in.

    Parameters
    ----------
    tape
        The formulas.
    taken
        Names that mean something of their own where the text stands; pi is one of them or none.
    fractions
        Whether 0.75 is written as 3/4.
    """
    return _write(tape, Text("pi" not in tape.inputs and "pi" not in taken, fractions))


def to_latex(
    tape: Tape, names: Mapping[str, str] | None = None, *, fractions: bool = False
) -> tuple[str, ...]:
    """Return each output of a tape in LaTeX; `names` overrides how a symbol is set."""
    return _write(tape, Latex(names or {}, fractions))


def _write(tape: Tape, style: Text | Latex) -> tuple[str, ...]:
    """Write every node once, from the inputs on; what grows beyond all reading is an ellipsis."""
    written: list[Written] = []
    holds: list[bool] = []  # whether a piece is a condition, 1 where it holds and 0 elsewhere
    for position, node in enumerate(tape.nodes):
        args = [written[a] for a in node.args]
        said = is_condition(tape, node, holds)
        holds.append(said)
        if node.op == "input":
            piece = Written(style.name(tape.inputs[position]), ATOM)
        elif node.op == "const":
            piece = style.number(node.value)
        elif said and node.op in JOINED:
            piece = style.joined(JOINED[node.op], *args)
        elif said and node.op == "sub":
            piece = style.opposite(args[1])
        elif (pulse := pulse_of(tape, node)) is not None:
            piece = style.call(
                "pulse",
                [written[x].text if isinstance(x, int) else style.number(x).text for x in pulse],
            )
        elif node.op == "neg":
            piece = Written(f"-{style.bracket(args[0], PRODUCT)}", PRODUCT)
        elif node.op in INFIX:
            piece = style.infix(node.op, *args)
        elif (inner := stepped(tape, node)) is not None:
            piece = style.call("step", [written[inner].text])
        else:
            piece = style.call(node.op, [text for text, _ in args])
        written.append(piece if len(piece.text) < _LONGEST else Written("…", ATOM))
    return tuple(style.bracket(written[o], SUM) for o in tape.outputs)
