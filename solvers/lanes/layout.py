"""Where compiled lanes hold what: a head, a block of lanes, and an account of every trajectory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

# Read by the code, written by the caller: addresses, strides in words, and numbers.
HEAD = (
    "next", "end", "staged", "cursor", "live", "places", "order", "account",
    "out", "out_row", "out_column", "readings", "readings_row", "sums",
    "links", "records", "recorded", "max_steps", "t_end", "rtol", "direction", "longest",
    "p", "p_row", "p_column", "atol", "atol_row", "atol_column", "t_eval",
    "n_times", "weights", "slopes",
    "plan", "plan_length", "log", "log_end", "logged", "span",
)  # fmt: skip
_NUMBERS = frozenset({"t_end", "rtol", "direction", "longest", "span"})
HEAD_FORMAT = "=" + "".join("d" if name in _NUMBERS else "q" for name in HEAD)

# How a trajectory ended, together in its account: the time, then integers.
ENDS = ("t", "status", "state", "n_steps", "n_rejected")

# What a lane hands back besides a status: it has arrived where something falls due, or a condition
# may have turned in the step it has made. And what is settled before it need be handed back: it has
# arrived where a condition turned.
DUE, ALARM, TURNED = 100, 101, 102
SOUGHT = ("earliest", "latest", "aim", "last aim", "last value")
NOTHING, REPEAT = -1.0, -2.0  # is sought; instead of a condition, the whole step is made once more
MOST_VECTORS = 4  # that make one: there are as many more output times, which never come
PLANNED = 3  # words of what is planned: when, the number before that, and which event


@dataclass(frozen=True)
class Layout:
    """Rows of one number or integer per lane, and rows of one per trajectory.

    Parameters
    ----------
    width
        Lanes.
    n, m, n_kept
        Numbers of states, parameters and kept slopes.
    looped
        Whether steps are loops over states, which need room for stages.
    n_watched
        Number of conditions that are looked at in every step.
    dense
        Which of the kept slopes dense output needs.
    tallied
        To how many sums outputs are added, which needs room for the states at W of them.
    handed_on
        What the parts of a step hand on to one another: names and lengths.
    recording
        Whether accepted steps are kept, to be gone back over.
    n_events
        Number of events.
    inside
        For each condition of an event, the first that are watched, whether what it does is
        compiled.
    """

    width: int
    n: int
    m: int
    n_kept: int
    looped: bool = False
    n_watched: int = 0
    dense: tuple[int, ...] = ()
    tallied: int = 0
    handed_on: tuple[tuple[str, int | None], ...] = ()
    recording: bool = False
    n_events: int = 0
    inside: tuple[bool, ...] = ()

    @property
    def n_triggers(self) -> int:
        """Number of the conditions of events."""
        return len(self.inside)

    @property
    def member(self) -> Sequence[tuple[str, int]]:
        """What makes a trajectory: first step, state, slope, parameters, tolerances."""
        return [("h", 1), ("y", self.n), ("f", self.n), ("p", self.m), ("atol", self.n)]

    @property
    def member_rows(self) -> int:
        """Rows of a trajectory."""
        return sum(count for _, count in self.member)

    @property
    def standing(self) -> Sequence[tuple[str, int]]:
        """Where a trajectory is: what its lane takes from the account and gives back to it.

        Numbers but for the counts, which are integers; the next step is zero if it is to be found.
        """
        return [
            ("t", 1), ("h", 1), ("before", 1), ("n_steps", 1), ("n_rejected", 1), ("written", 1),
            ("y", self.n), ("held", self.n_watched), *self.eventful,
        ]  # fmt: skip

    @property
    def eventful(self) -> Sequence[tuple[str, int]]:
        """What there is of a trajectory only if something may happen to it.

        Whether it has just begun anew; its place in what is planned; how often it did begin anew,
        and made a step again; how fast conditions change, whether an event turned them back, and
        their values then; when each event happened last, how long after the time before, and how
        often too soon in a row.
        """
        single = int(bool(self.n_events or self.n_watched))
        names = (("fresh", single), ("planned", single), ("begun", single), ("retaken", single))
        of_conditions = ((x, self.n_triggers) for x in ("speed", "ceasing", "level"))
        return [*names, *of_conditions, *((x, self.n_events) for x in ("met", "gap", "often"))]

    @property
    def stride(self) -> Sequence[tuple[str, int]]:
        """What is told of a step in which a condition may have turned, but for its kept slopes."""
        return [("from", 1), ("tried", 1), ("old", self.n), ("f", self.n)]

    @cached_property
    def account(self) -> Mapping[str, int]:
        """The word at which each part of a trajectory's account begins, and how many ``words``.

        Besides where a trajectory stands, and the step that may have to be cut, there are how it
        ended, which state was to blame, where the next step ends at the latest, and the time past
        which no rate is asked for.
        """
        told = [*self.stride, ("kept", self.n * len(self.dense))] if self.n_watched else []
        first = [(x, 1) for x in (*ENDS, "goal", "limit")]
        rest = [(name, count) for name, count in self.standing if name not in ENDS]
        return _places([*first, *rest, *told], 0, 1)

    @property
    def record(self) -> int:
        """Rows of one iteration's record: time, step, states, and which record came before."""
        return self.n + 3

    @property
    def parts(self) -> Sequence[tuple[str, int]]:
        """Names and numbers of rows, in order."""
        return [
            ("index", 1), ("t", 1), ("due", 1), ("written", 1), ("before", 1),
            ("n_steps", 1), ("n_rejected", 1), ("goal", 1), ("limit", 1),
            ("held", self.n_watched), *self.eventful, *self._search, *self.member,
            ("staged t", 1), ("staged limit", 1),
            *((f"staged {name}", count) for name, count in self.member), ("staged sound", 1),
            ("from", 1), ("tried", 1), ("good", 1), ("code", 1),
            ("old", self.n), ("new", self.n), ("kept", self.n * self.n_kept),
            *((x, self.n if self.looped else 0) for x in ("stage", "trial y", "trial f")),
            ("sum", self.tallied), ("sight", self.n if self.tallied else 0),
            ("last", int(self.recording)),
            *((x, self.n if self.handed_on else 0) for x in ("error", "slope")),
            *((name, length or 1) for name, length in self.handed_on),
        ]  # fmt: skip

    @property
    def _search(self) -> Sequence[tuple[str, int]]:
        """What is known while a step is made again and again up to where a condition turns.

        The condition, or that the whole step is to be made once more; that step's length; times
        before and after it turns; the time to try, the last one and the value there; how often. And
        of those that begin anew: how, the states after an event, and their slopes.
        """
        names = ("sought", "whole", "tries", "verdict", *SOUGHT)
        again = [("anew", 1), ("after", self.n), ("anew f", self.n)] if self.n_events else []
        return [*((x, int(bool(self.n_triggers))) for x in names), *again]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return _places(self.parts, -(-len(HEAD) // self.width) * self.width, self.width)

    @property
    def words(self) -> int:
        """Size of the block."""
        return self._places["words"]

    def row(self, name: str, offset: int = 0) -> int:
        """Return where a row begins, in words."""
        return self._places[name] + offset * self.width


@dataclass(frozen=True)
class BackLayout(Layout):
    """Rows of the way back: per lane one recorded step, and the slopes of the loss."""

    @property
    def parts(self) -> Sequence[tuple[str, int]]:
        """Names and numbers of rows, in order."""
        k = self.n * self.n_kept
        return [
            ("index", 1), ("link", 1), ("row", 1), ("due", 1),
            ("t", 1), ("h", 1), ("y", self.n), ("z", self.n), ("kept", k), ("p", self.m),
            ("by y", self.n), ("lam", self.n), ("by k", k), ("by p", self.m),
            ("weight", self.tallied),
        ]  # fmt: skip

    @property
    def slopes(self) -> int:
        """Rows of slopes of the loss."""
        return 2 * self.n + self.n * self.n_kept + self.m


def _places(parts: Sequence[tuple[str, int]], begin: int, size: int) -> Mapping[str, int]:
    """Return where each part begins, rows being of some size; and how many words there are."""
    places: dict[str, int] = {}
    for name, count in parts:
        if name in places:
            raise ValueError(f"two parts of the memory of lanes are called {name!r}")
        places[name] = begin
        begin += count * size
    return {**places, "words": begin}
