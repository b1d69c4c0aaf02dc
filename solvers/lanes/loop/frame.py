"""A page over the working memory of lanes, addressed by the names of its layout."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ...compose.program import Program
from ...kernels.page import WORD, Page
from ..layout import HEAD, Layout


@dataclass
class Frame:
    """A page over the block `%w`, addressed by name.

    Parameters
    ----------
    page, layout
        Where to, and what is where.
    lanes
        Address of the lanes whose rows are meant, in place of that of all.
    """

    page: Page
    layout: Layout
    lanes: str = "%w"

    @contextmanager
    def vector_by_vector(self) -> Generator[str]:
        """Write what is done to the rows of one vector of lanes after another; yield its place.

        It is the offset of its lanes in each row. None waits for another: while one does for its
        own last operation, the next is begun.
        """
        page, machine = self.page, self.page.machine
        with page.loop(machine.vectors) as number:
            offset = page.put(f"mul i64 {number}, {machine.single.width * WORD}")
            self.lanes = page.place("%w", offset, 1)
            with self.narrow():
                yield offset
            self.lanes = "%w"

    @contextmanager
    def narrow(self) -> Generator[None]:
        """Write for one of the processor's vectors, where several make one."""
        machine = self.page.machine
        self.page.machine = machine.single
        yield
        self.page.machine = machine

    def head(self, name: str, kind: str = "i64") -> str:
        """Return a word of the head."""
        return self.page.fetch(kind, self.page.place("%w", HEAD.index(name)))

    def set_head(self, name: str, word: str) -> None:
        """Write an integer to the head."""
        self.page.store("i64", word, self.page.place("%w", HEAD.index(name)))

    def rows(self, name: str, count: int, first: int = 0) -> list[str]:
        """Return some rows, from the first to before the one at `count`, all lanes of each."""
        kind, layout = self.page.machine.vector, self.layout
        places = (self.page.place(self.lanes, layout.row(name, i)) for i in range(first, count))
        return [self.page.fetch(kind, place) for place in places]

    def integers(self, name: str) -> str:
        """Return a row of integers, all lanes."""
        place = self.page.place(self.lanes, self.layout.row(name))
        return self.page.fetch(self.page.machine.integers, place)

    def keep(self, name: str, words: Sequence[str], kind: str = "") -> None:
        """Write some rows, all lanes of each."""
        for i, word in enumerate(words):
            place = self.page.place(self.lanes, self.layout.row(name, i))
            self.page.store(kind or self.page.machine.vector, word, place)

    def at(self, name: str, state: str, skip: int = 0) -> str:
        """Return the row of one state, all lanes, `skip` rows further on."""
        return self.page.fetch(self.page.machine.vector, self.state(name, state, skip))

    def put(self, name: str, state: str, word: str) -> None:
        """Write the row of one state, all lanes."""
        self.page.store(self.page.machine.vector, word, self.state(name, state, 0))

    def row(self, name: str, skip: int = 0) -> str:
        """Return the address of a row, `skip` rows further on."""
        return self.page.place("%w", self.layout.row(name, skip))

    def state(self, name: str, state: str, skip: int) -> str:
        """Return the address of the row of one state, `skip` rows further on."""
        first = self.page.place("%w", self.layout.row(name, skip))
        return self.page.place(first, state, self.layout.width * WORD)

    def rates(self, t: str, y: str | tuple[str, int], p: str, target: str, skip: int = 0) -> None:
        """Write the evaluation of the vector field from rows to rows."""
        places = [self.row(*((y, 0) if isinstance(y, str) else y)), self.row(p)]
        places.append(self.page.place("%w", self.layout.row(target, skip)))
        vector = self.page.machine.vector
        self.page.call("i64", "rates", "ptr %w", f"{vector} {t}", *(f"ptr {x}" for x in places))

    def spread(self, name: str, state: int | str, skip: int = 0) -> str:
        """Return the number of lane `%lane` in the row of a state, in all lanes."""
        return self.page.splat(
            self.page.fetch("double", self.page.place(self.state(name, str(state), skip), "%lane"))
        )

    def cell(self, name: str, lane: str, row: str | None = None) -> str:
        """Return the address of one lane's place in a row, of those after it when told."""
        first = self.page.place("%w", self.layout.row(name))
        if row is not None:
            first = self.page.place(first, row, self.layout.width * WORD)
        return self.page.place(first, lane)

    def get(self, name: str, lane: str, kind: str = "double", row: str | None = None) -> str:
        """Return one lane's number."""
        return self.page.fetch(kind, self.cell(name, lane, row))

    def set(self, name: str, lane: str, word: str, kind: str = "double") -> None:
        """Write one lane's number."""
        self.page.store(kind, word, self.cell(name, lane))

    def entry(self, name: str, member: str, row: str | None = None) -> str:
        """Return the address of a word of a trajectory's account, of those after it when told."""
        begin = self.item("account", member, self.layout.account["words"] * WORD)
        place = self.page.place(begin, self.layout.account[name])
        return place if row in (None, "0") else self.page.place(place, row)

    def take(self, lane: str, member: str, name: str, count: int, target: str = "") -> None:
        """Write the copying of rows of a trajectory's account to a lane."""
        with self._each(count) as row:
            word = self.page.fetch("i64", self.entry(name, member, row))
            self.page.store("i64", word, self.cell(target or name, lane, row))

    def give(
        self, lane: str, member: str, name: str, count: int, skip: int = 0, to: int = 0
    ) -> None:
        """Write the copying of rows of a lane, some further on, to some rows of the account."""
        source = self.page.place("%w", self.layout.row(name, skip))
        with self._each(count) as row:
            place = self.page.place(source, row, self.layout.width * WORD)
            word = self.page.fetch("i64", self.page.place(place, lane))
            further = self.page.put(f"add i64 {row}, {to}") if to else row
            self.page.store("i64", word, self.entry(name, member, further))

    @contextmanager
    def _each(self, count: int) -> Generator[str]:
        """Write what is repeated over rows; of one row there is no loop."""
        if count == 1:
            yield "0"
        else:
            with self.page.loop(count) as row:
                yield row

    def within(self, t: str, limit: str, h: str) -> str:
        """Return times of a step, or the limit where they are past that: a rate may jump there."""
        page = self.page
        forward = page.compare("ole", page.every(0.0), h)
        ahead, behind = (page.compare(how, t, limit) for how in ("ogt", "olt"))
        truths = self.page.machine.truths
        past = page.put(f"select {truths} {forward}, {truths} {ahead}, {truths} {behind}")
        return page.choose(past, limit, t)

    def picked(self, array: str, places: str, begin: str = "0") -> str:
        """Return an item of an array for each lane, at its own place after where they begin."""
        page, machine = self.page, self.page.machine
        base, word = self.item(array, begin), "poison"
        for lane in range(machine.width):
            place = page.put(f"extractelement {machine.integers} {places}, i32 {lane}")
            value = page.fetch("double", page.place(base, place))
            word = page.put(f"insertelement {machine.vector} {word}, double {value}, i32 {lane}")
        return word

    def item(self, array: str, place: str, size: int = WORD) -> str:
        """Return the address of an item of an array whose address is in the head."""
        return self.page.place(self.head(array, "ptr"), place, size)


class Abreast(Frame):
    """A frame of all lanes: what is written for one lane, its numbers spread, is for each."""

    def spread(self, name: str, state: int | str, skip: int = 0) -> str:
        """Return the numbers of all lanes in the row of a state."""
        return self.at(name, str(state), skip)


def bind(program: Program, values: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the words of a program's arguments, in order."""
    return [word for name, _ in program.arguments for word in values[name]]
