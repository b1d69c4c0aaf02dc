"""A walk through a formula from its outermost operation inward: which rule is used on what."""

from __future__ import annotations

from ..tape import Tape
from ..tape.writing.expression import to_latex
from ..tape.writing.latex import latex_name
from .formula import Formula, combined
from .result import Step


def explained(formula: Formula, by: str) -> tuple[Formula, tuple[Step, ...]]:
    """Return the derivative of a formula, and the steps a person takes to it."""
    walk = _Walk(formula.tape, by)
    raw = walk.derivative(formula.tape.outputs[0])
    value = raw.tidied()
    same = [raw, value] if str(raw) != str(value) else [value]
    return value, (*walk.held(), *walk.steps, walk.step("together", walk.mark(formula), *same))


def operator_latex(by: str, partial: bool) -> str:
    """Return d/dx, or its partial form, in LaTeX."""
    sign = r"\partial " if partial else "d"
    return rf"\frac{{{sign}}}{{{sign}{latex_name(by)}}}"


class _Walk:
    """One walk through a tape from its output down; each node is explained once."""

    def __init__(self, tape: Tape, by: str) -> None:
        self.tape, self.by = tape, by
        self.sign = "d" if set(tape.inputs) <= {by} else "∂"
        self.steps: list[Step] = []
        self.known: dict[int, Formula] = {}
        self.marks: dict[str, str] = {}
        moving = [node.op == "input" and tape.inputs[i] == by for i, node in enumerate(tape.nodes)]
        for place, node in enumerate(tape.nodes):
            moving[place] = moving[place] or any(moving[a] for a in node.args)
        self.moving = moving

    def held(self) -> tuple[Step, ...]:
        """Return the step that says what stands still, if anything does."""
        others = [n for n in self.tape.inputs if n != self.by]
        if not others:
            return ()
        latex = ", ".join(map(latex_name, others))
        return (Step("held constant", ", ".join(others), latex),)

    def piece(self, place: int) -> Formula:
        """Return the formula of one node."""
        return Formula.of(Tape(self.tape.inputs, self.tape.nodes, (place,)))

    def mark(self, piece: Formula) -> Formula:
        """Return a name that stands for the derivative of a piece."""
        name = f"{self.sign}/{self.sign}{self.by}[{piece}]"
        over = operator_latex(self.by, self.sign != "d")
        self.marks[name] = rf"{over}\left[{piece.latex}\right]"
        return Formula.name(name)

    def step(self, rule: str, *sides: Formula, note: str = "") -> Step:
        """Return a step that states an equation."""
        text = " = ".join(map(str, sides))
        return Step(rule, note + text, " = ".join(to_latex(s.tape, self.marks)[0] for s in sides))

    def derivative(self, place: int) -> Formula:
        """Return the derivative of a node, explaining it and what it needs."""
        if place not in self.known:
            rule, note, right, children = self._rule(place)
            marks = {c: str(self.mark(self.piece(c))) for c in children}
            left = self.mark(self.piece(place))
            self.steps.append(self.step(rule, left, right, note=note))
            inner = {mark: self.derivative(c) for c, mark in marks.items()}
            self.known[place] = right.substituted(inner)
        return self.known[place]

    def _rule(self, place: int) -> tuple[str, str, Formula, tuple[int, ...]]:
        """Return a node's rule, a remark, the right-hand side with marks, and what is marked."""
        node = self.tape.nodes[place]
        if not self.moving[place]:
            return "constant rule", "", Formula.number(0.0), ()
        if node.op == "input":
            return "variable", "", Formula.number(1.0), ()
        moving = tuple(dict.fromkeys(a for a in node.args if self.moving[a]))
        if node.op in {"add", "sub"}:
            return self._sum(node.op, node.args)
        if node.op == "neg":
            return "multiple rule", "", -self._marked(node.args[0]), moving
        if node.op == "select":
            return self._choice(node.args)
        if node.op in {"mul", "div"}:
            return self._product(node.op, node.args, moving)
        if len(moving) == 1 and node.args.count(moving[0]) == 1:
            return self._chain(place, moving[0])
        return self._of_two(place, moving)

    def _marked(self, place: int) -> Formula:
        return self.mark(self.piece(place))

    def _sum(self, op: str, args: tuple[int, ...]) -> tuple[str, str, Formula, tuple[int, ...]]:
        a, b = (self._marked(x) for x in args)
        if op == "add":
            return "sum rule", "", a + b, tuple(dict.fromkeys(args))
        return "difference rule", "", a - b, tuple(dict.fromkeys(args))

    def _product(
        self, op: str, args: tuple[int, ...], moving: tuple[int, ...]
    ) -> tuple[str, str, Formula, tuple[int, ...]]:
        u, v = (self.piece(x) for x in args)
        du, dv = (self._marked(x) for x in args)
        if op == "mul" and len(moving) == 1 and args[0] != args[1]:
            right = u * dv if moving[0] == args[1] else v * du
            return "multiple rule", "", right, moving
        if op == "mul":
            return "product rule", "", du * v + u * dv, moving
        if moving == (args[0],) and args[0] != args[1]:
            return "multiple rule", "", du / v, moving
        both = tuple(dict.fromkeys(args))
        square = v * v if v.constant is not None else combined(lambda b: v.put(b) ** 2.0)
        return "quotient rule", "", (du * v - u * dv) / square, both

    def _chain(self, place: int, inner: int) -> tuple[str, str, Formula, tuple[int, ...]]:
        """Outer derivative times inner derivative; the outer one alone when u is the variable."""
        node = self.tape.nodes[place]
        u = next(n for n in ("u", "w", "z", "v_1") if n not in self.tape.inputs)
        outer = combined(
            lambda b: b.apply(
                node.op, *(b.input(u) if a == inner else self.piece(a).put(b) for a in node.args)
            )
        )
        piece = self.piece(inner)
        slope = outer.derivative(u).substituted({u: piece})
        if self.tape.nodes[inner].op == "input":
            power = "power rule" if inner == node.args[0] else "exponential rule"
            name = power if node.op == "pow" else f"derivative of {node.op}"
            return name, "", slope, ()
        return "chain rule", f"{outer} with {u} = {piece}: ", slope * self._marked(inner), (inner,)

    def _choice(self, args: tuple[int, ...]) -> tuple[str, str, Formula, tuple[int, ...]]:
        condition = self.piece(args[0])
        yes, no = self._marked(args[1]), self._marked(args[2])
        right = combined(lambda b: b.apply("select", condition.put(b), yes.put(b), no.put(b)))
        return "case by case", "", right, tuple(dict.fromkeys(args[1:]))

    def _of_two(
        self, place: int, moving: tuple[int, ...]
    ) -> tuple[str, str, Formula, tuple[int, ...]]:
        """Return the chain rule over two arguments: u^v, min and max."""
        node = self.tape.nodes[place]
        names = ("u", "v") if not {"u", "v"} & set(self.tape.inputs) else ("u_1", "u_2")
        outer = combined(lambda b: b.apply(node.op, *map(b.input, names)))
        pieces = {n: self.piece(a) for n, a in zip(names, node.args, strict=True)}
        right = Formula.number(0.0)
        for name, arg in zip(names, node.args, strict=True):
            right = right + outer.derivative(name).substituted(pieces) * self._marked(arg)
        note = f"{outer} with " + ", ".join(f"{n} = {p}" for n, p in pieces.items()) + ": "
        return "chain rule over both arguments", note, right, tuple(dict.fromkeys(node.args))
