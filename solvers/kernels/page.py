"""A page of LLVM IR: numbered words, memory, loops and branches, written line by line.

Text in, text out: nothing here knows llvmlite, and nothing a user named reaches the text.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

WORD = 8  # bytes of a number and of an integer


@dataclass(frozen=True)
class Machine:
    """What emitted code may count on.

    Parameters
    ----------
    width
        Lanes side by side in one vector.
    fused
        Whether a product and a sum are one instruction; as a call it would be slow.
    functions
        For an operation, the vector function that computes it. The others are computed lane by
        lane by the C library.
    together
        How many lanes a vector function takes; the width is a multiple of it, or a part: a function
        of fewer lanes is computed by the same code, so that its numbers are the same.
    vectors
        How many of the processor's vectors make one.
    """

    width: int = 4
    fused: bool = True
    functions: Mapping[str, str] = field(default_factory=dict[str, str])
    together: int = 4
    vectors: int = 1

    def times(self, vectors: int) -> Machine:
        """Return the same with several vectors in place of one, whose operations take turns."""
        return replace(self, width=vectors * self.width, vectors=vectors)

    @property
    def single(self) -> Machine:
        """The same with one of its vectors."""
        return replace(self, width=self.width // self.vectors, vectors=1)

    @property
    def narrow(self) -> Machine:
        """The same with one lane, for a trajectory that has no neighbours."""
        return replace(self, width=1)

    @property
    def vector(self) -> str:
        """Type of a vector of numbers."""
        return f"<{self.width} x double>"

    @property
    def integers(self) -> str:
        """Type of a vector of integers."""
        return f"<{self.width} x i64>"

    @property
    def truths(self) -> str:
        """Type of a vector of truth values."""
        return f"<{self.width} x i1>"


class Page:
    """One function under construction.

    Parameters
    ----------
    machine
        What the code may count on.
    head
        The function's signature.
    declared
        Signatures of the functions called, by name; shared by all pages of a module.
    """

    def __init__(self, machine: Machine, head: str, declared: dict[str, str]) -> None:
        self.machine, self.declared = machine, declared
        # It raises nothing: without this, tables for unwinding are made and registered for nothing.
        self.lines = [f"define {head} nounwind {{", "entry:"]
        self.block = "entry"
        self.reachable = True
        self._locals: list[str] = []
        self._count = 0

    def text(self) -> str:
        """Return the function's text."""
        return "\n".join([*self.lines[:2], *self._locals, *self.lines[2:], "}", ""])

    def do(self, line: str) -> None:
        """Write a line."""
        self.lines.append(f"  {line}")

    def put(self, operation: str) -> str:
        """Write an operation; return the word for its result."""
        word = f"%v{self._next()}"
        self.do(f"{word} = {operation}")
        return word

    def call(self, result: str, name: str, *arguments: str) -> str:
        """Write a call of a declared function, arguments with their types; return its result."""
        types = ", ".join(a.rpartition(" ")[0] if a[0] != "<" else _type(a) for a in arguments)
        self.declared[name] = f"declare {result} @{name}({types})"
        return self.put(f"call {result} @{name}({', '.join(arguments)})")

    # memory

    def place(self, base: str, offset: int | str, scale: int = WORD) -> str:
        """Return the address at an offset, in words unless a scale says otherwise."""
        if offset in (0, "0"):
            return base
        return self.put(f"getelementptr [{scale} x i8], ptr {base}, i64 {offset}")

    def fetch(self, kind: str, address: str) -> str:
        """Return what memory holds."""
        return self.put(f"load {kind}, ptr {address}, align {WORD}")

    def store(self, kind: str, word: str, address: str) -> None:
        """Write to memory."""
        self.do(f"store {kind} {word}, ptr {address}, align {WORD}")

    def local(self, kind: str) -> str:
        """Return the address of a variable of this function."""
        word = f"%v{self._next()}"
        self._locals.append(f"  {word} = alloca {kind}")
        return word

    # vectors

    def splat(self, word: str, kind: str = "double") -> str:
        """Return a vector of one number in all lanes."""
        vector = f"<{self.machine.width} x {kind}>"
        one = self.put(f"insertelement {vector} poison, {kind} {word}, i32 0")
        lanes = f"<{self.machine.width} x i32> zeroinitializer"
        return self.put(f"shufflevector {vector} {one}, {vector} poison, {lanes}")

    def every(self, value: float) -> str:
        """Return the literal vector of a number in all lanes."""
        return f"<{', '.join([f'double {literal(value)}'] * self.machine.width)}>"

    def every_integer(self, value: int) -> str:
        """Return the literal vector of an integer in all lanes."""
        return f"<{', '.join([f'i64 {value}'] * self.machine.width)}>"

    def do_all(self, operation: str, a: str, b: str) -> str:
        """Return an operation on two vectors of numbers."""
        return self.put(f"{operation} {self.machine.vector} {a}, {b}")

    def compare(self, how: str, a: str, b: str) -> str:
        """Return where a comparison of two vectors of numbers holds."""
        return self.put(f"fcmp {how} {self.machine.vector} {a}, {b}")

    def choose(self, which: str, yes: str, no: str) -> str:
        """Return one number where something holds and another where not."""
        truths, vector = self.machine.truths, self.machine.vector
        return self.put(f"select {truths} {which}, {vector} {yes}, {vector} {no}")

    def update(self, which: str, new: str, old: str) -> str:
        """Return what replaces an old number: a new one where something holds.

        Written over where the old one was read, a plain choice is made a store under a mask, which
        takes some processors longer than all that led to it; of a frozen value none is made.
        """
        return self.choose(which, new, self.put(f"freeze {self.machine.vector} {old}"))

    def negative(self, a: str) -> str:
        """Return a vector of numbers with its signs turned."""
        return self.put(f"fneg {self.machine.vector} {a}")

    def known(self, name: str, *words: str) -> str:
        """Return an operation on vectors that LLVM knows by name."""
        vector = self.machine.vector
        full = f"llvm.{name}.v{self.machine.width}f64"
        return self.call(vector, full, *(f"{vector} {w}" for w in words))

    def both(self, a: str, b: str) -> str:
        """Return where both hold."""
        return self.put(f"and {self.machine.truths} {a}, {b}")

    def other(self, a: str) -> str:
        """Return where something does not hold."""
        return self.put(f"xor {self.machine.truths} {a}, {self.always}")

    @property
    def always(self) -> str:
        """The literal vector that holds in all lanes."""
        return f"<{', '.join(['i1 true'] * self.machine.width)}>"

    def any(self, truths: str) -> str:
        """Return whether a vector of truth values holds anywhere."""
        bits = self.put(f"bitcast {self.machine.truths} {truths} to i{self.machine.width}")
        return self.put(f"icmp ne i{self.machine.width} {bits}, 0")

    def bits(self, truths: str) -> str:
        """Return an integer with a bit for each lane, the first one's last."""
        width = self.machine.width
        word = self.put(f"bitcast {self.machine.truths} {truths} to i{width}")
        return word if width == 64 else self.put(f"zext i{width} {word} to i64")

    # control

    def start(self, label: str) -> None:
        """Begin a block; whatever was open goes on there."""
        if self.reachable:
            self.do(f"br label %{label}")
        self.lines.append(f"{label}:")
        self.block, self.reachable = label, True

    def leave(self, line: str) -> None:
        """End a block for good: a return or a branch."""
        self.do(line)
        self.reachable = False

    def label(self) -> str:
        """Return a new name for a block."""
        return f"b{self._next()}"

    @contextmanager
    def when(self, condition: str) -> Generator[None]:
        """Write what happens only where a condition holds."""
        inside, after = self.label(), self.label()
        self.leave(f"br i1 {condition}, label %{inside}, label %{after}")
        self.start(inside)
        yield
        self.start(after)

    @contextmanager
    def loop(self, count: int | str) -> Generator[str]:
        """Write what is repeated with an index from 0 to a count of one or more."""
        with self.gathering(count) as (index, _):
            yield index

    @contextmanager
    def gathering(self, count: int | str, *starts: str) -> Generator[tuple[str, list[str]]]:
        """Write a loop in which vectors are gathered, first those given.

        It yields the index, and a list of the words for what is gathered so far. They are to be
        replaced by those that the next repetition begins with, which after the last are the result.
        """
        head, before = self.label(), self.block
        index, *words = (f"%v{self._next()}" for _ in range(1 + len(starts)))
        place = len(self.lines) + 2
        self.start(head)
        gathered = list(words)
        yield index, gathered
        following = self.put(f"add i64 {index}, 1")
        rows = [("i64", index, "0", following)]
        rows += [(self.machine.vector, *row) for row in zip(words, starts, gathered, strict=True)]
        self.lines[place:place] = [
            f"  {word} = phi {kind} [ {first}, %{before} ], [ {then}, %{self.block} ]"
            for kind, word, first, then in rows
        ]
        after = self.label()
        more = self.put(f"icmp slt i64 {following}, {count}")
        self.leave(f"br i1 {more}, label %{head}, label %{after}")
        self.start(after)

    @contextmanager
    def each(self, bits: str) -> Generator[str]:
        """Write what is done for each bit of an integer, with its number, the last one first."""
        left, again, after = self.local("i64"), self.label(), self.label()
        self.store("i64", bits, left)
        some = self.put(f"icmp ne i64 {bits}, 0")
        self.leave(f"br i1 {some}, label %{again}, label %{after}")
        self.start(again)
        now = self.fetch("i64", left)
        yield self.call("i64", "llvm.cttz.i64", f"i64 {now}", "i1 true")
        following = self.put(f"and i64 {now}, {self.put(f'sub i64 {now}, 1')}")
        self.store("i64", following, left)
        more = self.put(f"icmp ne i64 {following}, 0")
        self.leave(f"br i1 {more}, label %{again}, label %{after}")
        self.start(after)

    def _next(self) -> int:
        self._count += 1
        return self._count


def _type(argument: str) -> str:
    return argument[: argument.index(">") + 1]


def literal(value: float) -> str:
    """Return a number as LLVM reads it exactly: its bits."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
