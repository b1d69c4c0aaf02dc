"""The rules of differentiation, each with why it holds and an example that is checked."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import complex_step
from .formula import Formula, require_name
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
