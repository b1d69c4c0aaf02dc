"""The rules of differentiation, and a walk through a formula that says which is used on what."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..expression import latex_name, to_latex
from ..tape import Tape
from . import complex_step
from .formula import Formula, combined, require_name
from .result import Check, Result, Step


@dataclass(frozen=True, repr=False)
class Rule(Result):
    """One rule of differentiation, why it holds, and an example of it to check.

    Parameters
    ----------
    name
        Such as ``product``.
    text, latex_text
        The rule on functions u and v of x and a constant c.
    steps
        Why: from the limit of the difference quotient.
    left, right
        Both sides for certain u and v, the right one with their derivatives written out.
    """

    name: str
    text: str
    latex_text: str
    steps: tuple[Step, ...] = field(compare=False)
    left: str
    right: str

    def __str__(self) -> str:
        return f"{self.name} rule: {self.text}"

    @property
    def latex(self) -> str:
        """The rule in LaTeX."""
        return self.latex_text

    def verify(self) -> Check:
        """Compare both sides of the example, the left one by complex steps."""
        left, right = Formula.read(self.left), Formula.read(self.right)
        return complex_step.compare(
            [left.tape, right.tape],
            lambda p: [right.at(p)],
            lambda p: complex_step.partial(left.tape, p, "x"),
            f"{complex_step.METHOD} of {self.left}",
        )


def _why(text: str, latex: str) -> tuple[Step, ...]:
    start = Step(
        "definition",
        "f'(x) is the limit of (f(x + h) - f(x))/h as h goes to 0",
        r"f'(x) = \lim_{h \to 0} \frac{f(x + h) - f(x)}{h}",
    )
    return (start, Step("difference quotient", text, latex))


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "constant", "d/dx c = 0", r"\frac{d}{dx} c = 0",
            _why("(c - c)/h = 0 for every h", r"\frac{c - c}{h} = 0"),
            "3 + 0*x", "0",
        ),
        Rule(
            "multiple", "d/dx (c*u) = c*du/dx", r"\frac{d}{dx} (c \, u) = c \, \frac{du}{dx}",
            _why(
                "(c*u(x + h) - c*u(x))/h = c*(u(x + h) - u(x))/h",
                r"\frac{c \, u(x + h) - c \, u(x)}{h} = c \, \frac{u(x + h) - u(x)}{h}",
            ),
            "c*sin(x)", "c*cos(x)",
        ),
        Rule(
            "sum", "d/dx (u + v) = du/dx + dv/dx",
            r"\frac{d}{dx} (u + v) = \frac{du}{dx} + \frac{dv}{dx}",
            _why(
                "the quotient of a sum is the sum of the quotients",
                r"\frac{\Delta (u + v)}{h} = \frac{\Delta u}{h} + \frac{\Delta v}{h}",
            ),
            "sin(x) + x^3", "cos(x) + 3*x^2",
        ),
        Rule(
            "difference", "d/dx (u - v) = du/dx - dv/dx",
            r"\frac{d}{dx} (u - v) = \frac{du}{dx} - \frac{dv}{dx}",
            _why(
                "the quotient of a difference is the difference of the quotients",
                r"\frac{\Delta (u - v)}{h} = \frac{\Delta u}{h} - \frac{\Delta v}{h}",
            ),
            "sin(x) - x^3", "cos(x) - 3*x^2",
        ),
        Rule(
            "product", "d/dx (u*v) = du/dx*v + u*dv/dx",
            r"\frac{d}{dx} (u \, v) = \frac{du}{dx} \, v + u \, \frac{dv}{dx}",
            _why(
                "add and subtract u(x)*v(x + h): Δu/h*v(x + h) + u(x)*Δv/h",
                r"\frac{\Delta (u v)}{h} = \frac{\Delta u}{h} v(x + h) + u(x) \frac{\Delta v}{h}",
            ),
            "sin(x)*x^3", "cos(x)*x^3 + sin(x)*3*x^2",
        ),
        Rule(
            "quotient", "d/dx (u/v) = (du/dx*v - u*dv/dx)/v^2",
            r"\frac{d}{dx} \frac{u}{v} = \frac{\frac{du}{dx} \, v - u \, \frac{dv}{dx}}{v^2}",
            _why(
                "over the common denominator: (Δu/h*v(x) - u(x)*Δv/h)/(v(x + h)*v(x))",
                r"\frac{\Delta (u/v)}{h} = "
                r"\frac{\frac{\Delta u}{h} v(x) - u(x) \frac{\Delta v}{h}}{v(x + h) \, v(x)}",
            ),
            "sin(x)/(1 + x^2)", "(cos(x)*(1 + x^2) - sin(x)*2*x)/(1 + x^2)^2",
        ),
        Rule(
            "chain", "d/dx f(u) = df/du*du/dx",
            r"\frac{d}{dx} f(u) = \frac{df}{du} \, \frac{du}{dx}",
            _why(
                "widen by Δu: Δf/h = Δf/Δu*Δu/h, where u changes at all",
                r"\frac{\Delta f}{h} = \frac{\Delta f}{\Delta u} \, \frac{\Delta u}{h}",
            ),
            "sin(x^2)", "cos(x^2)*2*x",
        ),
        Rule(
            "power", "d/dx x^n = n*x^(n - 1)", r"\frac{d}{dx} x^n = n \, x^{n - 1}",
            _why(
                "expand (x + h)^n: every term but n*x^(n - 1)*h has h twice or cancels",
                r"\frac{(x + h)^n - x^n}{h} = n x^{n - 1} + O(h)",
            ),
            "x^5", "5*x^4",
        ),
    )
}  # fmt: skip


def rule(name: str) -> Rule:
    """Return a rule of differentiation by its name, such as ``product``.

    Raises
    ------
    UnknownNameError
        If there is no rule of that name; the message lists them.
    """
    require_name("rule", name, tuple(RULES))
    return RULES[name]


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
