"""The way to the solution of two linear equations, in a textbook's words."""

from __future__ import annotations

from ...notation import Shown, chain, telling
from ...tape import Builder, Tape, Value
from ...tape.differentiate import derivative
from ..derivation import Claim, Step
from ..solvable import Written
from ..workings import fulfilment
from .pair import Oscillation
from .two import Pair, Roots


def steps_of(pair: Pair, formula: Tape | Written) -> tuple[Step, ...]:
    """Return the steps to a formula that solves two equations."""
    return _Account(pair).steps(formula)


class _Account:
    """The way to the solution of two equations."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.notation, self.system = pair, pair.block.notation, pair.block.system
        self.root = self.notation.fresh("lambda", "r")

    def steps(self, formula: Tape | Written) -> tuple[Step, ...]:
        """Return all steps."""
        given = any(self.pair.inputs)
        steps = [self._characteristic(), self._roots()]
        words = f"The solution for these roots that meets the start values at {self._begin()}"
        if given:
            steps.append(self._particular())
            words = f"Add what the roots allow, so that the start values at {self._begin()} are met"
        return (*steps, Step(words, self._solution(formula), self._claims(formula)))

    def _begin(self) -> str:
        return f"{self.notation.name(self.notation.time).text} = {self.system.t0:g}"

    def _solution(self, formula: Tape | Written) -> Shown:
        """Return the solution; that of a velocity is the other's slope and says nothing new."""
        if isinstance(formula, Written):
            return chain(*formula.shown(self.notation), sign=", ")
        parts = (
            chain(
                self.notation.in_time(self.system.states[i]),
                self.notation.answer(formula.select([i])),
            )
            for i in telling(self.system.states)
        )
        return chain(*parts, sign=", ")

    def _claims(self, formula: Tape | Written) -> tuple[Claim, ...]:
        if isinstance(formula, Oscillation):
            return formula.claims()
        return fulfilment(self.system, formula) if isinstance(formula, Tape) else ()

    def _roots(self) -> Step:
        """State the roots; that their sum is the trace and their product the determinant."""
        kind, w = self.pair.roots
        m, trace = self.pair.middle, self.pair.resolvent.a + self.pair.resolvent.d
        name = Shown(self.notation.name(self.root).text, self.notation.name(self.root).latex)
        one, many = "Its only root is", "Its roots are"
        match kind:
            case Roots.EQUAL:
                words, shown, product = one, self._shown(m), m * m
            case Roots.REAL:
                high, low = self.pair.simple(m + w), self.pair.simple(m - w)
                words, shown = many, chain(self._shown(high), self._shown(low), sign=r", ")
                product = high * low
            case Roots.COMPLEX:
                words, product = f"{many} complex, so that the solution oscillates", m * m + w * w
                shown = self._apart(m, self._turning(w))
            case Roots.EITHER:
                words = f"{many} (complex if what is under the root is negative: an oscillation)"
                product, shown = m * m - w, self._apart(m, self._shown(w.apply("sqrt")))
        pairs = ((2.0 * m, trace), (product, self.pair.determinant))
        finish = self.pair.builder.formula
        claims = tuple(Claim(finish(a), finish(b)) for a, b in pairs)
        return Step(words, chain(name, shown), claims)

    def _apart(self, middle: Value, gap: Shown) -> Shown:
        """Return m +- a gap in writing."""
        if middle.constant == 0:
            return Shown(f"+-{gap.text}", rf"\pm {gap.latex}")
        m = self._shown(middle)
        return Shown(f"{m.text} +- {gap.text}", rf"{m.latex} \pm {gap.latex}")

    def _turning(self, w: Value) -> Shown:
        builder = Builder((*self.pair.coefficients.system.parameters, "i"))
        inner = builder.inline(
            self.pair.builder.finish([w], builder.names[:-1]), builder.inputs[:-1]
        )
        return self.notation.formula(builder.formula(inner[0] * builder.input("i")))

    def _shown(self, value: Value) -> Shown:
        return self.notation.formula(self.pair.builder.formula(value))

    def _characteristic(self) -> Step:
        """State the characteristic equation; by Cayley and Hamilton the matrix fulfils it."""
        pair, r = self.pair, self.pair.resolvent
        builder = Builder((self.root, *self.system.parameters))
        root, *parameters = builder.inputs
        names = pair.coefficients.system.parameters
        inner = pair.builder.finish(
            [r.a, r.b, r.c, r.d, pair.simple(r.a + r.d), pair.determinant], names
        )
        a, b, c, d, trace, determinant = builder.inline(inner, parameters)
        polynomial = root**2 - trace * root + determinant
        product = (root - a) * (root - d) - b * c
        claim = Claim(builder.formula(polynomial), builder.formula(product))
        shown = chain(self.notation.formula(builder.formula(polynomial)), Shown("0", "0"))
        words = "Exponentials exp(lambda*t) solve the equations without input if"
        return Step(words, shown, (claim,))

    def _particular(self) -> Step:
        """State a particular solution; that it fulfils the equations is claimed."""
        pair, system = self.pair, self.system
        assert pair.steady is not None
        steady = pair.coefficients.on_time(pair.steady)
        builder = Builder((system.time, *system.parameters))
        p = builder.inline(steady, builder.inputs)
        at = dict(zip(builder.names, builder.inputs, strict=True)) | dict(
            zip(system.states, p, strict=True)
        )
        rates = builder.inline(system.vector_field, [at[n] for n in system.vector_field.inputs])
        slopes = builder.inline(derivative(steady, system.time), builder.inputs)
        claims = tuple(
            Claim(builder.formula(s), builder.formula(r))
            for s, r in zip(slopes, rates, strict=True)
        )
        shown = chain(
            *(
                chain(
                    self.notation.in_time(f"{system.states[i]}_p"),
                    self.notation.answer(builder.formula(p[i])),
                )
                for i in telling(system.states)
            ),
            sign=", ",
        )
        words = "A particular solution has the shape of the input (undetermined coefficients)"
        return Step(words, shown, claims)
