"""One expression on a tape, written out as a person would: plain text that reads back, and LaTeX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .tape import Tape

# How tightly each operation binds, its sign, and whether its right side needs a bracket at equal rank.
_INFIX: Mapping[str, tuple[int, str, bool]] = {
    "lt": (1, " < ", True),
    "le": (1, " <= ", True),
    "eq": (1, " == ", True),
    "add": (2, " + ", False),
    "sub": (2, " - ", True),
    "mul": (3, "*", False),
    "div": (3, "/", True),
    "neg": (4, "-", False),
    "pow": (5, "^", False),
}
_ATOM = 9
_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split()
)
_LATEX_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}


def number(value: float) -> str:
    """Return a number as short as it can be written without loss: 2, 0.07, 1e-09."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def to_text(tape: Tape) -> tuple[str, ...]:
    """Return each output of a tape in the language models are written in."""
    return _write(tape, _Text())


def to_latex(tape: Tape, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return each output of a tape in LaTeX; `names` overrides how a symbol is set."""
    return _write(tape, _Latex(names or {}))


def latex_name(name: str) -> str:
    r"""Return a symbol in LaTeX: ``T_s`` gives ``T_{s}``, ``alpha`` gives ``\alpha``."""
    head, _, tail = name.partition("_")
    shown = f"\\{head}" if head in _GREEK else head if len(head) == 1 else rf"\mathrm{{{head}}}"
    if not tail:
        return shown
    inner = latex_name(tail) if len(tail) == 1 or tail in _GREEK else rf"\mathrm{{{tail}}}"
    return f"{shown}_{{{inner}}}".replace("_}", r"\_}")


@dataclass(frozen=True)
class _Text:
    """Writes the language of models."""

    def name(self, name: str) -> str:
        return name

    def number(self, value: float) -> tuple[str, int]:
        return number(value), (_ATOM if value >= 0 else 4)

    def call(self, op: str, args: Sequence[str]) -> tuple[str, int]:
        return f"{'if' if op == 'select' else op}({', '.join(args)})", _ATOM

    def infix(self, op: str, left: str, right: str) -> str:
        return f"{left}{_INFIX[op][1]}{right}"


@dataclass(frozen=True)
class _Latex:
    """Writes LaTeX."""

    names: Mapping[str, str]

    def name(self, name: str) -> str:
        return self.names.get(name) or latex_name(name)

    def number(self, value: float) -> tuple[str, int]:
        text, _, power = number(value).partition("e")
        if power:
            return rf"{text} \cdot 10^{{{int(power)}}}", 3
        return text, (_ATOM if value >= 0 else 4)

    def call(self, op: str, args: Sequence[str]) -> tuple[str, int]:
        if op == "sqrt":
            return rf"\sqrt{{{args[0]}}}", _ATOM
        if op == "exp":
            return f"e^{{{args[0]}}}", 5
        if op == "abs":
            return rf"\left|{args[0]}\right|", _ATOM
        if op == "floor":
            return rf"\lfloor {args[0]} \rfloor", _ATOM
        if op == "select":
            cases = rf"{args[1]} & {args[0]} \\ {args[2]} & \text{{otherwise}}"
            return rf"\begin{{cases}} {cases} \end{{cases}}", _ATOM
        known = op in {"expm1", "log1p", "sign"}
        shown = rf"\operatorname{{{op}}}" if known else f"\\{_LATEX_NAMES.get(op, op)}"
        return rf"{shown}\left({', '.join(args)}\right)", _ATOM

    def infix(self, op: str, left: str, right: str) -> str:
        if op == "div":
            return rf"\frac{{{left}}}{{{right}}}"
        if op == "pow":
            return f"{left}^{{{right}}}"
        sign = {"mul": r" \, ", "le": r" \le ", "eq": " = "}.get(op, _INFIX[op][1])
        if op == "mul" and right[:1].isdigit():
            sign = r" \cdot "
        return f"{left}{sign}{right}"


def _write(tape: Tape, style: _Text | _Latex) -> tuple[str, ...]:
    written: list[tuple[str, int]] = []
    for position, node in enumerate(tape.nodes):
        args = [written[a] for a in node.args]
        if node.op == "input":
            written.append((style.name(tape.inputs[position]), _ATOM))
        elif node.op == "const":
            written.append(style.number(node.value))
        elif node.op == "neg":
            written.append((f"-{_bracket(args[0], 3 if style_is_product(args[0]) else 4)}", 3))
        elif node.op in _INFIX:
            written.append(_write_infix(style, node.op, args))
        else:
            written.append(style.call(node.op, [text for text, _ in args]))
    return tuple(written[o][0] for o in tape.outputs)


def style_is_product(written: tuple[str, int]) -> bool:
    """Tell whether a negated piece may stay without brackets: -k*x is (-k)*x either way."""
    return written[1] >= 3 and not written[0].startswith("-")


def _write_infix(
    style: _Text | _Latex, op: str, args: Sequence[tuple[str, int]]
) -> tuple[str, int]:
    rank, _, strict = _INFIX[op]
    stacked = isinstance(style, _Latex) and op == "div"  # a fraction brackets by itself
    left_rank = 0 if stacked else rank + (op == "pow")
    right_rank = 0 if stacked or (op == "pow" and isinstance(style, _Latex)) else rank + strict
    right = _bracket(args[1], right_rank)
    if right.startswith("-") and not stacked and op not in {"pow"}:
        right = f"({right})"
    return style.infix(op, _bracket(args[0], left_rank), right), _ATOM if stacked else rank


def _bracket(written: tuple[str, int], rank: int) -> str:
    text, own = written
    return text if own >= rank else f"({text})"
