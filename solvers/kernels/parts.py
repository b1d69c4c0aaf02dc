"""A tape written in parts, between which values go through memory.

Each part is repeated over several vectors. It is short enough for a processor to begin the next
vector before the last is done: while one waits for its own last operation, another goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from ...models.tape import Node, Tape
from .llvm import Printer, reached
from .page import Page

LONGEST = 80  # operations of a part, about
NEAR = 0.4  # of a part: how far a cut is moved to where the least is handed on
_GIVEN = ("input", "const")


class Parts(Printer):
    """The values of a tape, a part after another; the numbers are those of one in one piece.

    Parameters
    ----------
    page, tape
        Where to, and the program.
    given
        Writes an input of the program, by its position.
    row
        Returns the address of an output, by its position, and of what else is handed on, by
        numbers that follow those of the outputs.
    outputs
        Positions of those wanted of the parts; others may be written after the last.
    longest
        Operations of a part, about.
    coarse
        As for `write`.
    stored
        Whether what the last part makes goes to memory as well.
    """

    def __init__(
        self, page: Page, tape: Tape, given: Callable[[int], str], row: Callable[[int], str],
        outputs: Sequence[int], *, longest: int = LONGEST, coarse: bool = False,
        stored: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(page, tape, [], coarse=coarse)
        self.given, self.row, self.wanted = given, row, outputs
        for number, node in enumerate(self.tape.nodes):
            if node.op != "input" and self._known(node) is not None:
                self.taken.add(number)
                self.take(number, node)
        self.work = self._work()
        self.cuts = self._cuts(longest)
        self.parts = list(zip([0, *self.cuts], [*self.cuts, len(self.work)], strict=True))
        self.homes = self._homes(self.parts if stored else self.parts[:-1])
        self.here: set[int] = set()  # what the part at hand has made

    @property
    def n_between(self) -> int:
        """How many values are handed on that are no outputs."""
        return max(0, max(self.homes.values(), default=-1) + 1 - len(self.tape.outputs))

    def begin(self) -> None:
        """Forget the words of the part before: what is needed of it is in memory."""
        self.words, self.truths, self.here = {}, {}, set()

    def part(self, number: int) -> None:
        """Write a part, after `begin`."""
        begin, end = self.parts[number]
        for value in self.work[begin:end]:
            self.taken.add(value)
            self.here.add(value)
            self.take(value, self.tape.nodes[value])
            word = self.word(value) if self.tape.nodes[value].op == "mul" else ""
            if value in self.homes:
                word = word or self.word(value)
                self.page.store(self.page.machine.vector, word, self.row(self.homes[value]))

    def take(self, number: int, node: Node) -> None:
        """Write a value; an input only where it is needed."""
        if node.op != "input":
            super().take(number, node)

    def word(self, number: int) -> str:
        """Return the word for a value, read from memory if another part has made it."""
        if number not in self.words and number not in self.here:
            if number in self.numbers:
                self.words[number] = self.page.every(self.numbers[number])
            elif self.tape.nodes[number].op == "input":
                self.words[number] = self.given(number)
            elif number in self.homes:
                self.words[number] = self.page.fetch(
                    self.page.machine.vector, self.row(self.homes[number])
                )
        return super().word(number)

    def output(self, position: int) -> str:
        """Return the word for an output."""
        return self.word(self.tape.outputs[position])

    def at_home(self, output: int) -> bool:
        """Tell whether an output is where it belongs, as it was handed on."""
        return self.homes.get(self.tape.outputs[output]) == output

    def _work(self) -> list[int]:
        """Return the values that are made in parts, in order."""
        needed = reached(self.tape, self.wanted)
        return self._soonest([
            number
            for number, node in enumerate(self.tape.nodes)
            if number in needed and number not in self.numbers
            and node.op not in _GIVEN and not self._put_off(number)
        ])  # fmt: skip

    def _soonest(self, work: Sequence[int]) -> list[int]:
        """Return values in an order in which each is used for the last time as soon as it can be.

        Sums of sums, wanted at the end of a tape, are so made along with these: fewer are handed
        on. Outputs, which go to memory anyhow, may wait for their last use.
        """
        used = {number: set(self._used(number)) for number in work}
        users: dict[int, list[int]] = {number: [] for number in work}
        for number in work:
            for a in used[number] & users.keys():
                users[a].append(number)
        missing = {number: len(used[number] & users.keys()) for number in work}
        ends, placed = set(self.tape.outputs), dict[int, None]()
        for begin in work:
            ready = [begin]
            while ready:
                number = ready.pop()
                if number in placed or missing[number]:
                    continue
                placed[number] = None
                for user in users[number]:
                    missing[user] -= 1
                for a in sorted((used[number] | {number}) & users.keys() - ends):
                    left = [user for user in users[a] if user not in placed]
                    ready += left if len(left) == 1 else []
        return list(placed)

    def _put_off(self, number: int) -> bool:
        """Tell whether a value is a product that is made only where a sum needs it."""
        return self._is_product(number) and number not in self.lasting

    def _used(self, number: int) -> Iterator[int]:
        """Yield the values that an operation is made from, of products put off their factors."""
        for a in self.tape.nodes[number].args:
            if a not in self.numbers:
                yield from self.tape.nodes[a].args if self._put_off(a) else (a,)

    def _last_uses(self) -> dict[int, int]:
        """Return for each value the last place in the work that uses it; after all, the end."""
        found: dict[int, int] = {}
        for place, number in enumerate(self.work):
            found.update(dict.fromkeys(self._used(number), place))
        done = {*self.work, *self.numbers}
        for number in reached(self.tape, range(len(self.tape.outputs))) - done:
            found.update(dict.fromkeys(self._used(number), len(self.work)))
        return found | dict.fromkeys(self.tape.outputs, len(self.work))

    def _cuts(self, longest: int) -> list[int]:
        """Return the places in the work before which it is cut."""
        size = len(self.work)
        change, last = [0] * (size + 2), self._last_uses()
        for place, number in enumerate(self.work):
            if number not in self.tape.outputs:  # which go to memory anyhow
                change[place + 1] += 1
                change[last.get(number, place) + 1] -= 1
        handed = list(accumulate(change))
        count = max(1, round(size / longest))
        near = int(NEAR * size / count)
        middles = [round(i * size / count) for i in range(1, count)]
        return [min(range(m - near, m + near + 1), key=handed.__getitem__) for m in middles]

    def _homes(self, parts: Sequence[tuple[int, int]]) -> dict[int, int]:
        """Return the row of each value that is handed on by some parts."""
        last, outputs = self._last_uses(), self.tape.outputs
        homes: dict[int, int] = {}
        free = len(outputs)
        for begin, end in parts:
            for number in self.work[begin:end]:
                if last.get(number, 0) >= end:
                    homes[number] = outputs.index(number) if number in outputs else free
                    free += homes[number] == free
        return homes
