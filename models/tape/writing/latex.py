"""Formulas in LaTeX, as a book sets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...special_functions import SHELF
from ..operations import OPERATIONS
from .pieces import (
    ATOM,
    INFIX,
    NOT,
    POWER,
    PRODUCT,
    SUM,
    UNARY,
    Infix,
    Written,
    number,
    parts_of,
    turns_of,
)
from .words import WORDS

_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split()
)
_LATEX_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_ENCLOSED: Mapping[str, tuple[str, str]] = {
    "sqrt": (r"\sqrt{", "}"),
    "abs": (r"\left|", r"\right|"),
    "floor": (r"\left\lfloor ", r" \right\rfloor"),
}


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


@dataclass(frozen=True)
class Latex:
    """Writes LaTeX: fractions and exponents need no brackets, sums and products may regroup."""

    names: Mapping[str, str]
    fractions: bool = False

    def name(self, name: str) -> str:
        """Return a symbol."""
        return self.names.get(name) or latex_name(name)

    def number(self, value: float) -> Written:
        """Return a number, as a multiple of pi or a fraction where it is one."""
        turns = turns_of(value)
        if turns:
            return Written(turns.replace("*", " ").replace("pi", r"\pi"), PRODUCT)
        if self.fractions and (parts := parts_of(value)):
            sign, above = "-" if value < 0 else "", abs(parts[0])
            return Written(rf"{sign}\frac{{{above}}}{{{parts[1]}}}", UNARY if sign else POWER)
        text, _, power = number(value).partition("e")
        if power:
            times = "" if text == "1" else rf"{text} \cdot "
            return Written(f"{times}10^{{{power}}}", PRODUCT if times else POWER)
        return Written(text, ATOM if value >= 0 else UNARY)

    def bracket(self, piece: Written, rank: int) -> str:
        """Return a piece, in brackets where it binds less than a rank asks."""
        return piece.text if piece.rank >= rank else rf"\left({piece.text}\right)"

    def call(self, op: str, args: Sequence[str]) -> Written:
        """Return a function of its arguments."""
        if op == "exp":
            return Written(f"e^{{{args[0]}}}", POWER)
        if op == "select":
            cases = rf"{args[1]} & {args[0]} \\ {args[2]} & \text{{otherwise}}"
            return Written(rf"\begin{{cases}} {cases} \end{{cases}}", ATOM)
        if op not in OPERATIONS and op not in WORDS:
            return Written(SHELF[op].latex.format(*args), ATOM)
        before, after = _ENCLOSED.get(op, (rf"{_latex_function(op)}\left(", r"\right)"))
        return Written(f"{before}{', '.join(args)}{after}", ATOM)

    def joined(self, form: Infix, left: Written, right: Written) -> Written:
        """Return two conditions joined by a word."""
        before, after = self.bracket(left, form.left), self.bracket(right, form.right)
        return Written(rf"{before} \text{{ {form.sign} }} {after}", form.rank)

    def opposite(self, inner: Written) -> Written:
        """Return a condition turned around."""
        return Written(rf"\text{{not }} {self.bracket(inner, NOT)}", NOT)

    def infix(self, op: str, left: Written, right: Written) -> Written:
        """Return an operation between two pieces."""
        form = INFIX[op]
        if op == "div":
            return Written(rf"\frac{{{left.text}}}{{{right.text}}}", POWER)
        if op == "pow":
            base = self.bracket(left, ATOM)
            # A prime is a superscript too; behind an index no second one may follow.
            base = f"{{{base}}}" if "'_" in left.text else base
            return Written(f"{base}^{{{right.text}}}", POWER)
        before, after = self.bracket(left, form.rank), self.bracket(right, form.rank)
        sign = {"mul": r" \, ", "le": r" \leq ", "eq": " = "}.get(op, form.sign)
        if after.startswith("-") or (op == "sub" and right.rank == SUM):
            after = rf"\left({right.text}\right)"
        if op == "mul" and after[:1].isdigit():
            sign = r" \cdot "
        return Written(f"{before}{sign}{after}", form.rank)


def _latex_function(op: str) -> str:
    known = op not in {"expm1", "log1p", "sign", *WORDS}
    return rf"\{_LATEX_NAMES.get(op, op)}" if known else rf"\operatorname{{{op}}}"
