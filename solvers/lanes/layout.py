"""Where the working memory of compiled lanes holds what: one block of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

# Read by the code, written by the caller: addresses, strides in words, and numbers.
HEAD = (
    "next", "end", "staged", "cursor", "live", "n_times", "at_start", "max_steps",
    "t0", "t_end", "span", "rtol", "direction", "longest", "step",
    "y0", "y0_row", "y0_column", "p", "p_row", "p_column", "atol", "atol_row", "atol_column",
    "t_eval", "out", "out_row", "out_column",
    "ends", "ends_row", "places",
    "readings", "readings_row", "sums", "weights", "slopes",
    "records", "recorded", "links",
)  # fmt: skip
_NUMBERS = frozenset({"t0", "t_end", "span", "rtol", "direction", "longest", "step"})
HEAD_FORMAT = "=" + "".join("d" if name in _NUMBERS else "q" for name in HEAD)
# Rows of the array that says how trajectories ended: numbers, and integers in as many bytes.
ENDS = ("status", "state", "t", "h", "n_steps", "n_rejected")


@dataclass(frozen=True)
class Layout:
    """Rows of one number or integer per lane, after the head.

    Parameters
    ----------
    width
        Lanes.
    n, m, n_kept
        Numbers of states, parameters and kept slopes.
    looped
        Whether steps are loops over states, which need room for stages.
    tallied
        Whether outputs are added up, which needs room for the states at W of them.
    handed_on
        What the parts of a step hand on to one another: names and lengths.
    recording
        Whether accepted steps are kept, to be gone back over.
    """

    width: int
    n: int
    m: int
    n_kept: int
    looped: bool = False
    tallied: bool = False
    handed_on: tuple[tuple[str, int | None], ...] = ()
    recording: bool = False

    @property
    def member(self) -> Sequence[tuple[str, int]]:
        """What makes a trajectory: first step, state, slope, parameters, tolerances."""
        return [("h", 1), ("y", self.n), ("f", self.n), ("p", self.m), ("atol", self.n)]

    @property
    def member_rows(self) -> int:
        """Rows of a trajectory."""
        return sum(count for _, count in self.member)

    @property
    def record(self) -> int:
        """Rows of one iteration's record: time, step, states, and which record came before."""
        return self.n + 3

    @property
    def parts(self) -> Sequence[tuple[str, int]]:
        """Names and numbers of rows, in order."""
        return [
            ("index", 1), ("t", 1), ("due", 1), ("written", 1), ("before", 1),
            ("n_steps", 1), ("n_rejected", 1), *self.member,
            *((f"staged {name}", count) for name, count in self.member),
            ("from", 1), ("tried", 1), ("good", 1), ("code", 1),
            ("old", self.n), ("new", self.n), ("kept", self.n * self.n_kept),
            *((x, self.n if self.looped else 0) for x in ("stage", "trial y", "trial f")),
            ("sight", self.n if self.tallied else 0), ("last", int(self.recording)),
            *((x, self.n if self.handed_on else 0) for x in ("error", "slope")),
            *((name, length or 1) for name, length in self.handed_on),
        ]  # fmt: skip

    @cached_property
    def _places(self) -> Mapping[str, int]:
        places: dict[str, int] = {}
        place = -(-len(HEAD) // self.width) * self.width
        for name, count in self.parts:
            places[name] = place
            place += count * self.width
        places["words"] = place
        return places

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
        ]  # fmt: skip

    @property
    def slopes(self) -> int:
        """Rows of slopes of the loss."""
        return 2 * self.n + self.n * self.n_kept + self.m
