"""Events written out: in the language of models, and in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from .symbols import Event
from .tape import Node, Tape
from .tape.writing.expression import to_latex, to_text
from .tape.writing.latex import latex_name
from .tape.writing.pieces import Written

_OR, _AND, _SINGLE = range(3)  # how tightly a written condition binds
_JOINING: Mapping[str, tuple[str, int]] = {"min": ("and", _AND), "max": ("or", _OR)}


class _Style(NamedTuple):
    """How the pieces of an event are written."""

    formula: Callable[[Tape], str]
    name: Callable[[str], str]
    word: Callable[[str], str]
    sets: str
    signs: Mapping[str, str]


def event_text(event: Event, time: str) -> str:
    """Return an event in one line: as it was written, or else in the same language.

    Parameters
    ----------
    event
        Of a model.
    time
        Name of the model's independent variable.
    """
    if event.text:
        return event.text
    return f"{_due(event, time, _PLAIN)}: {', '.join(_what(event, _PLAIN))}"


def event_latex(event: Event, time: str) -> tuple[str, str]:
    """Return in LaTeX when an event happens, and what is set then."""
    return _due(event, time, _LATEX), r",\; ".join(_what(event, _LATEX))


def _plain(tape: Tape) -> str:
    return to_text(tape)[0]


def _latex(tape: Tape) -> str:
    return to_latex(tape)[0]


def _latex_word(word: str) -> str:
    return rf"\text{{ {word} }}"


_PLAIN = _Style(_plain, str, str, " = ", {"lt": "<", "le": "<="})
_LATEX = _Style(_latex, latex_name, _latex_word, r" \leftarrow ", {"lt": "<", "le": r"\leq"})


def _what(event: Event, style: _Style) -> list[str]:
    sets = [f"{style.name(a.state)}{style.sets}{style.formula(a.formula)}" for a in event.actions]
    sets += [style.word("stop")] if event.stop else []
    return sets or [style.word("note")]


def _due(event: Event, time: str, style: _Style) -> str:
    return " ".join(_pieces(event, time, style))


def _pieces(event: Event, time: str, style: _Style) -> Iterator[str]:
    if event.condition is not None:
        yield style.word("when")
        yield _condition(event.condition, style)
    if event.times:
        yield style.word("at")
        yield f"{style.name(time)} = {', '.join(map(style.formula, event.times))}"
    for word, tape in (("every", event.every), ("from", event.first), ("to", event.last)):
        if tape is not None:
            yield style.word(word)
            yield style.formula(tape)


def _condition(condition: Tape, style: _Style) -> str:
    """Return a condition: comparisons joined by and, and these by or."""
    written: dict[int, Written] = {}
    for number, node in enumerate(condition.nodes):
        inner = [written[a] for a in node.args if a in written]
        if node.op in style.signs:
            left, right = (_part(condition, a, style) for a in node.args)
            written[number] = Written(f"{left} {style.signs[node.op]} {right}", _SINGLE)
        elif node.op == "sub" and inner and condition.nodes[node.args[0]] == Node("const", (), 1.0):
            written[number] = Written(f"{style.word('not')} ({inner[0].text})", _SINGLE)
        elif node.op in _JOINING and len(inner) == len(node.args):
            word, rank = _JOINING[node.op]
            sides = (i.text if i.rank >= rank else f"({i.text})" for i in inner)
            written[number] = Written(f" {style.word(word)} ".join(sides), rank)
    end = condition.outputs[0]
    return written[end].text if end in written else style.formula(condition)


def _part(condition: Tape, number: int, style: _Style) -> str:
    return style.formula(replace(condition, outputs=(number,)))
