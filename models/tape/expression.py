"""Formulas on a tape written out as a person would: plain text that reads back, and LaTeX."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..special_functions import SHELF
from .operations import OPERATIONS, Node
from .program import Tape

_MOST_PARTS = 64  # that a unit is cut into by halving, in a fraction
_LONGEST = 100_000  # characters of one formula
_PARTS_OF_PI, _MOST_PI = (1, 2, 3, 4, 6, 8, 12, 180), 1000
# How tightly a written piece binds, as the grammar of models has it.
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(1, 10)


class _Infix(NamedTuple):
    """An operation between two pieces: how tightly it binds, its sign, and what each may be."""

    rank: int
    sign: str
    left: int
    right: int


_INFIX: Mapping[str, _Infix] = {
    "lt": _Infix(_COMPARISON, " < ", _SUM, _SUM),
    "le": _Infix(_COMPARISON, " <= ", _SUM, _SUM),
    "eq": _Infix(_COMPARISON, " == ", _SUM, _SUM),
    "add": _Infix(_SUM, " + ", _SUM, _PRODUCT),
    "sub": _Infix(_SUM, " - ", _SUM, _PRODUCT),
    "mul": _Infix(_PRODUCT, "*", _PRODUCT, _UNARY),
    "div": _Infix(_PRODUCT, "/", _PRODUCT, _UNARY),
    "pow": _Infix(_POWER, "^", _ATOM, _UNARY),
}
# Conditions joined: how tightly, the word, and what each side may be.
_JOINED: Mapping[str, _Infix] = {
    "min": _Infix(_AND, "and", _AND, _NOT),
    "max": _Infix(_OR, "or", _OR, _AND),
}
_WORDS = frozenset({"step", "pulse"})  # what is composed and written as one
_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split()
)
_LATEX_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}


def number(value: float) -> str:
    """Return a number as short as it can be written without loss: 2, 0.07, 1e-9."""
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    digits, _, power = repr(value).partition("e")
    return f"{digits}e{int(power)}" if power else digits


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
    return _write(tape, _Text("pi" not in tape.inputs and "pi" not in taken, fractions))


def _parts_of_two(value: float) -> tuple[int, int] | None:
    """Return a number as a fraction of whole numbers where that is short; None elsewhere."""
    above, below = value.as_integer_ratio() if math.isfinite(value) else (0, 1)
    return (above, below) if 1 < below <= _MOST_PARTS else None


def _turns(value: float) -> str:
    """Return a number as pi, 2*pi or pi/3 where it is that to the last digit, else nothing."""
    for below in _PARTS_OF_PI if abs(value) < _MOST_PI else ():
        above = round(abs(value) * below / math.pi)
        if 0 < above <= _MOST_PI and above * math.pi / below == abs(value):
            times = "" if above == 1 else f"{above}*"
            return f"{'-' if value < 0 else ''}{times}pi{'' if below == 1 else f'/{below}'}"
    return ""


def to_latex(
    tape: Tape, names: Mapping[str, str] | None = None, *, fractions: bool = False
) -> tuple[str, ...]:
    """Return each output of a tape in LaTeX; `names` overrides how a symbol is set."""
    return _write(tape, _Latex(names or {}, fractions))


def latex_name(name: str) -> str:
    r"""Return a symbol in LaTeX: ``T_s`` gives ``T_{s}``, ``x[3]'`` gives ``x_{3}'``."""
    if "(" in name:  # an input that is called by its own text
        return rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}"
    part, _, name = name.rpartition(".")
    before = rf"\mathrm{{{part}}}." if part else ""
    plain = name.rstrip("'")
    primes = name[len(plain) :]
    word, _, place = plain.rstrip("]").partition("[")
    head, _, tail = word.partition("_")
    if not (head and tail):
        head, tail = word, ""
    below = ",".join(p for p in (tail and _latex_word(tail), place) if p)
    symbol = f"{_latex_word(head)}_{{{below}}}" if below else _latex_word(head)
    return before + symbol + primes


def _latex_word(word: str) -> str:
    if word in _GREEK:
        return f"\\{word}"
    shown = word.replace("_", r"\_")
    return shown if len(word) == 1 else rf"\mathrm{{{shown}}}"


class Written(NamedTuple):
    """A piece of formula in writing, and how tightly it binds."""

    text: str
    rank: int


@dataclass(frozen=True)
class _Text:
    """Writes the language of models, with the brackets that make it read back the same."""

    knows_pi: bool = True  # whether pi is the number here, and nothing else
    fractions: bool = False

    def name(self, name: str) -> str:
        return name

    def number(self, value: float) -> Written:
        turns = _turns(value) if self.knows_pi else ""
        if turns:
            return Written(turns, _ATOM if turns == "pi" else _PRODUCT)
        if self.fractions and (parts := _parts_of_two(value)):
            return Written(f"{parts[0]}/{parts[1]}", _PRODUCT)
        return Written(number(value), _ATOM if value >= 0 else _UNARY)

    def bracket(self, piece: Written, rank: int) -> str:
        return piece.text if piece.rank >= rank else f"({piece.text})"

    def call(self, op: str, args: Sequence[str]) -> Written:
        return Written(f"{'if' if op == 'select' else op}({', '.join(args)})", _ATOM)

    def joined(self, form: _Infix, left: Written, right: Written) -> Written:
        before, after = self.bracket(left, form.left), self.bracket(right, form.right)
        return Written(f"{before} {form.sign} {after}", form.rank)

    def opposite(self, inner: Written) -> Written:
        return Written(f"not {self.bracket(inner, _NOT)}", _NOT)

    def infix(self, op: str, left: Written, right: Written) -> Written:
        form = _INFIX[op]
        after = self.bracket(right, form.right)
        if after.startswith("-") and op != "pow":
            after = f"({after})"
        return Written(f"{self.bracket(left, form.left)}{form.sign}{after}", form.rank)


@dataclass(frozen=True)
class _Latex:
    """Writes LaTeX: fractions and exponents need no brackets, sums and products may regroup."""

    names: Mapping[str, str]
    fractions: bool = False

    def name(self, name: str) -> str:
        return self.names.get(name) or latex_name(name)

    def number(self, value: float) -> Written:
        turns = _turns(value)
        if turns:
            return Written(turns.replace("*", " ").replace("pi", r"\pi"), _PRODUCT)
        if self.fractions and (parts := _parts_of_two(value)):
            sign, above = "-" if value < 0 else "", abs(parts[0])
            return Written(rf"{sign}\frac{{{above}}}{{{parts[1]}}}", _UNARY if sign else _POWER)
        text, _, power = number(value).partition("e")
        if power:
            times = "" if text == "1" else rf"{text} \cdot "
            return Written(f"{times}10^{{{power}}}", _PRODUCT if times else _POWER)
        return Written(text, _ATOM if value >= 0 else _UNARY)

    def bracket(self, piece: Written, rank: int) -> str:
        return piece.text if piece.rank >= rank else rf"\left({piece.text}\right)"

    def call(self, op: str, args: Sequence[str]) -> Written:
        if op == "exp":
            return Written(f"e^{{{args[0]}}}", _POWER)
        if op == "select":
            cases = rf"{args[1]} & {args[0]} \\ {args[2]} & \text{{otherwise}}"
            return Written(rf"\begin{{cases}} {cases} \end{{cases}}", _ATOM)
        if op not in OPERATIONS and op not in _WORDS:
            return Written(SHELF[op].latex.format(*args), _ATOM)
        before, after = _ENCLOSED.get(op, (rf"{_latex_function(op)}\left(", r"\right)"))
        return Written(f"{before}{', '.join(args)}{after}", _ATOM)

    def joined(self, form: _Infix, left: Written, right: Written) -> Written:
        before, after = self.bracket(left, form.left), self.bracket(right, form.right)
        return Written(rf"{before} \text{{ {form.sign} }} {after}", form.rank)

    def opposite(self, inner: Written) -> Written:
        return Written(rf"\text{{not }} {self.bracket(inner, _NOT)}", _NOT)

    def infix(self, op: str, left: Written, right: Written) -> Written:
        form = _INFIX[op]
        if op == "div":
            return Written(rf"\frac{{{left.text}}}{{{right.text}}}", _POWER)
        if op == "pow":
            base = self.bracket(left, _ATOM)
            # A prime is a superscript too; behind an index no second one may follow.
            base = f"{{{base}}}" if "'_" in left.text else base
            return Written(f"{base}^{{{right.text}}}", _POWER)
        before, after = self.bracket(left, form.rank), self.bracket(right, form.rank)
        sign = {"mul": r" \, ", "le": r" \le ", "eq": " = "}.get(op, form.sign)
        if after.startswith("-") or (op == "sub" and right.rank == _SUM):
            after = rf"\left({right.text}\right)"
        if op == "mul" and after[:1].isdigit():
            sign = r" \cdot "
        return Written(f"{before}{sign}{after}", form.rank)


_ENCLOSED: Mapping[str, tuple[str, str]] = {
    "sqrt": (r"\sqrt{", "}"),
    "abs": (r"\left|", r"\right|"),
    "floor": (r"\left\lfloor ", r" \right\rfloor"),
}


def _latex_function(op: str) -> str:
    known = op not in {"expm1", "log1p", "sign", *_WORDS}
    return rf"\{_LATEX_NAMES.get(op, op)}" if known else rf"\operatorname{{{op}}}"


def _write(tape: Tape, style: _Text | _Latex) -> tuple[str, ...]:
    """Write every node once, from the inputs on; what grows beyond all reading is an ellipsis."""
    written: list[Written] = []
    holds: list[bool] = []  # whether a piece is a condition, 1 where it holds and 0 elsewhere
    for position, node in enumerate(tape.nodes):
        args = [written[a] for a in node.args]
        said = is_condition(tape, node, holds)
        holds.append(said)
        if node.op == "input":
            piece = Written(style.name(tape.inputs[position]), _ATOM)
        elif node.op == "const":
            piece = style.number(node.value)
        elif said and node.op in _JOINED:
            piece = style.joined(_JOINED[node.op], *args)
        elif said and node.op == "sub":
            piece = style.opposite(args[1])
        elif (pulse := _pulse(tape, node)) is not None:
            piece = style.call(
                "pulse",
                [written[x].text if isinstance(x, int) else style.number(x).text for x in pulse],
            )
        elif node.op == "neg":
            piece = Written(f"-{style.bracket(args[0], _PRODUCT)}", _PRODUCT)
        elif node.op in _INFIX:
            piece = style.infix(node.op, *args)
        elif (stepped := _stepped(tape, node)) is not None:
            piece = style.call("step", [written[stepped].text])
        else:
            piece = style.call(node.op, [text for text, _ in args])
        written.append(piece if len(piece.text) < _LONGEST else Written("…", _ATOM))
    return tuple(style.bracket(written[o], _SUM) for o in tape.outputs)


def is_condition(tape: Tape, node: Node, holds: Sequence[bool]) -> bool:
    """Tell whether a node is a comparison, or conditions joined or turned around."""
    if node.op in {"lt", "le", "eq"}:
        return True
    if node.op in _JOINED:
        return all(holds[a] for a in node.args)
    return node.op == "sub" and tape.nodes[node.args[0]] == _ONE and holds[node.args[1]]


def is_pulse(tape: Tape, node: Node) -> bool:
    """Tell whether a node is written as a pulse."""
    return _pulse(tape, node) is not None


def _stepped(tape: Tape, node: Node) -> int | None:
    """Return what a node is the step of: x, if it is 0 where x < 0 and 1 elsewhere."""
    if node.op != "select":
        return None
    condition, before, after = (tape.nodes[a] for a in node.args)
    if (before, after) != (_ZERO, _ONE) or condition.op != "lt":
        return None
    return condition.args[0] if tape.nodes[condition.args[1]] == _ZERO else None


def _pulse(tape: Tape, node: Node) -> tuple[int, int | float, int | float] | None:
    """Return clock, start and width of a pulse, if a node is one: a step up, then a step down.

    Each is a node of the tape, or a number where the tape has none for it.
    """
    if node.op != "sub":
        return None
    up, down = (_stepped(tape, tape.nodes[a]) for a in node.args)
    if up is None or down is None or tape.nodes[down].op != "sub":
        return None
    clock, end = tape.nodes[down].args
    if clock == up:
        width = tape.nodes[end]
        return (clock, 0.0, end) if width.op != "const" or width.value > 0 else None
    if tape.nodes[up].op != "sub" or tape.nodes[up].args[0] != clock:
        return None
    start = tape.nodes[up].args[1]
    first, last = tape.nodes[start], tape.nodes[end]
    if last.op == "add" and last.args[0] == start:
        return clock, start, last.args[1]
    if first.op == last.op == "const":
        width = float(f"{last.value - first.value:.12g}")
        return (clock, start, width) if width > 0 and first.value + width == last.value else None
    return None


_ZERO, _ONE = Node("const"), Node("const", (), 1.0)
