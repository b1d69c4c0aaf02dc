"""Formulas in the language models are written in: what is written reads back the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .pieces import ATOM, INFIX, NOT, PRODUCT, UNARY, Infix, Written, number, parts_of, turns_of


@dataclass(frozen=True)
class Text:
    """Writes the language of models, with the brackets that make it read back the same."""

    knows_pi: bool = True  # whether pi is the number here, and nothing else
    fractions: bool = False

    def name(self, name: str) -> str:
        """Return a symbol."""
        return name

    def number(self, value: float) -> Written:
        """Return a number, as a multiple of pi or a fraction where it is one."""
        turns = turns_of(value) if self.knows_pi else ""
        if turns:
            return Written(turns, ATOM if turns == "pi" else PRODUCT)
        if self.fractions and (parts := parts_of(value)):
            return Written(f"{parts[0]}/{parts[1]}", PRODUCT)
        return Written(number(value), ATOM if value >= 0 else UNARY)

    def bracket(self, piece: Written, rank: int) -> str:
        """Return a piece, in brackets where it binds less than a rank asks."""
        return piece.text if piece.rank >= rank else f"({piece.text})"

    def call(self, op: str, args: Sequence[str]) -> Written:
        """Return a function of its arguments."""
        return Written(f"{'if' if op == 'select' else op}({', '.join(args)})", ATOM)

    def joined(self, form: Infix, left: Written, right: Written) -> Written:
        """Return two conditions joined by a word."""
        before, after = self.bracket(left, form.left), self.bracket(right, form.right)
        return Written(f"{before} {form.sign} {after}", form.rank)

    def opposite(self, inner: Written) -> Written:
        """Return a condition turned around."""
        return Written(f"not {self.bracket(inner, NOT)}", NOT)

    def infix(self, op: str, left: Written, right: Written) -> Written:
        """Return an operation between two pieces."""
        form = INFIX[op]
        after = self.bracket(right, form.right)
        if after.startswith("-") and op != "pow":
            after = f"({after})"
        return Written(f"{self.bracket(left, form.left)}{form.sign}{after}", form.rank)
