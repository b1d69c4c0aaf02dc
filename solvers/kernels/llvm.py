"""Tapes printed as LLVM vector IR: every operation on W trajectories at once.

No licence is given to the optimiser: what is fused is fused here, in the text, so that the numbers
do not depend on it, and nan and infinity behave as in numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...models.tape import Node, Tape, evaluate
from ...models.tape.composed.special import without_special
from .page import Machine, Page
from .thrift import thrifty
from .vectors import COARSE, COMPOSED, call, larger_size, power

_PLAIN = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_COMPARISONS = {"lt": "olt", "le": "ole", "eq": "oeq"}
_INTRINSICS = {"abs": "fabs", "sqrt": "sqrt", "floor": "floor"}


def function(name: str, tape: Tape, machine: Machine) -> str:
    """Return the module of a function that evaluates a tape on vectors in memory.

    It is called with the address of the inputs and that of the outputs, each a row of W numbers.
    """
    declared: dict[str, str] = {}
    page = Page(machine, f"void @{name}(ptr %x, ptr %y)", declared)
    row = machine.width
    reached = {a for node in tape.nodes for a in node.args} | set(tape.outputs)
    inputs = [
        page.fetch(machine.vector, page.place("%x", i * row)) if i in reached else "undef"
        for i in range(len(tape.inputs))
    ]
    for i, word in enumerate(write(page, tape, inputs)):
        page.store(machine.vector, word, page.place("%y", i * row))
    page.leave("ret void")
    return module([page], declared)


def module(pages: Sequence[Page], declared: Mapping[str, str]) -> str:
    """Return functions and the declarations of what they call as one text."""
    own = {page.lines[0].partition("@")[2].partition("(")[0] for page in pages}
    heads = [line for name, line in sorted(declared.items()) if name not in own]
    return "\n".join([*heads, "", *(page.text() for page in pages)])


def reached(tape: Tape, outputs: Iterable[int]) -> set[int]:
    """Return the numbers of all nodes that some outputs need, given by their positions."""
    needed = {tape.outputs[o] for o in outputs}
    for number in range(len(tape.nodes) - 1, -1, -1):
        if number in needed:
            needed.update(tape.nodes[number].args)
    return needed


def lasting(tape: Tape) -> set[int]:
    """Return the numbers of the products that something else than sums needs."""
    nodes = tape.nodes
    needed = {a for node in nodes if node.op not in ("add", "sub") for a in node.args}
    return {a for a in needed if nodes[a].op == "mul"}


def write(
    page: Page,
    tape: Tape,
    inputs: Sequence[str],
    *,
    coarse: bool = False,
    outputs: Sequence[int] | None = None,
) -> list[str]:
    """Write a tape's operations on a page; return the words for its outputs.

    Parameters
    ----------
    page
        Where to.
    tape, inputs
        The program, and the word for each of its inputs.
    coarse
        Whether exp and log may be wrong in the seventh digit, and the smaller or larger of two be
        either where one is no number: enough for a step size.
    outputs
        Positions of those wanted; all when not given.
    """
    wanted = range(len(tape.outputs)) if outputs is None else outputs
    return Printer(page, tape, list(inputs), coarse=coarse).write(wanted)


class Printer:
    """The values of a tape, each written once, when it is first needed.

    Parameters
    ----------
    page, tape
        Where to, and the program.
    inputs
        The word for each input; those not needed yet may be replaced later.
    coarse
        As for `write`.
    """

    def __init__(self, page: Page, tape: Tape, inputs: list[str], *, coarse: bool = False) -> None:
        self.page, self.inputs, self.coarse = page, inputs, coarse
        self.tape = thrifty(without_special(tape))
        self.taken: set[int] = set()
        self.words: dict[int, str] = {}
        self.truths: dict[int, str] = {}  # comparisons, as truth values
        self.numbers: dict[int, float] = {}  # values known here, folded once
        self.sizes: set[int] = set()  # values without a sign, nan too
        self.lasting = lasting(self.tape)

    def write(self, outputs: Sequence[int]) -> list[str]:
        """Write what some outputs need and is not written yet; return their words."""
        needed = reached(self.tape, outputs)
        for number, node in enumerate(self.tape.nodes):
            if number in needed and number not in self.taken:
                self.taken.add(number)
                self.take(number, node)
        return [self.word(self.tape.outputs[o]) for o in outputs]

    def take(self, number: int, node: Node) -> None:
        """Write a value, or put it off: a product may become part of a sum."""
        if node.op == "input":
            self.words[number] = self.inputs[number]
            return
        value = self._known(node)
        if value is not None:
            self.numbers[number] = value
            self.words[number] = self.page.every(value)
            if value >= 0:
                self.sizes.add(number)
        elif node.op in _COMPARISONS:
            self.truths[number] = self.page.compare(_COMPARISONS[node.op], *self._arguments(node))
        elif node.op != "mul":
            self.words[number] = self._operation(node)
            if node.op == "abs" or (node.op == "max" and all(a in self.sizes for a in node.args)):
                self.sizes.add(number)

    def word(self, number: int) -> str:
        """Return the word for a value, written now if it was put off."""
        if number not in self.words:
            truth = self.truths.get(number)
            self.words[number] = (
                self._operation(self.tape.nodes[number])
                if truth is None
                else self.page.choose(truth, self.page.every(1.0), self.page.every(0.0))
            )
        return self.words[number]

    def _known(self, node: Node) -> float | None:
        if node.op == "const":
            return node.value
        if not all(a in self.numbers for a in node.args):
            return None
        return evaluate(node.op, *(self.numbers[a] for a in node.args))

    def _arguments(self, node: Node) -> list[str]:
        return [self.word(a) for a in node.args]

    def _operation(self, node: Node) -> str:
        op = node.op
        if op in ("add", "sub"):
            return self._sum(node)
        if op == "select":
            return self._selection(node)
        words = self._arguments(node)
        if op == "pow" and (exponent := self.numbers.get(node.args[1])) is not None:
            return power(self.page, words[0], exponent)
        if op in _PLAIN:
            return self.page.do_all(_PLAIN[op], *words)
        if op in _INTRINSICS:
            return self.page.known(_INTRINSICS[op], *words)
        if self.coarse and op in COARSE and not all(a in self.sizes for a in node.args):
            return COARSE[op](self.page, *words)
        if op == "max" and all(a in self.sizes for a in node.args):
            return larger_size(self.page, *words)
        if op in COMPOSED:
            return COMPOSED[op](self.page, *words)
        return call(self.page, op, words)

    def _sum(self, node: Node) -> str:
        """Write a sum or difference, with a product in it fused to one operation."""
        left, right = node.args
        product = self.fused(node)
        if product is None:
            return self.page.do_all(_PLAIN[node.op], *self._arguments(node))
        a, b = self._arguments(self.tape.nodes[product])
        if product == right:
            a = self.page.negative(a) if node.op == "sub" else a
            return self.page.known("fma", a, b, self.word(left))
        rest = self.word(right)
        return self.page.known("fma", a, b, self.page.negative(rest) if node.op == "sub" else rest)

    def fused(self, node: Node) -> int | None:
        """Return the product that is one operation with a sum, if there is one.

        None is of a difference of two: where they are equal it is exactly zero, and a root of it
        exists. Nor one that is needed by itself as well: it is there.
        """
        products = [a for a in node.args if self._is_product(a)]
        if not self.page.machine.fused or (node.op == "sub" and len(products) > 1):
            return None
        return next((a for a in reversed(products) if a not in self.lasting), None)

    def _is_product(self, number: int) -> bool:
        return self.tape.nodes[number].op == "mul" and number not in self.numbers

    def _selection(self, node: Node) -> str:
        condition, yes, no = node.args
        if condition in self.numbers:
            return self.word(yes if self.numbers[condition] else no)
        truth = self.truths.get(condition)
        if truth is None:
            truth = self.page.compare("une", self.word(condition), self.page.every(0.0))
        return self.page.choose(truth, self.word(yes), self.word(no))
