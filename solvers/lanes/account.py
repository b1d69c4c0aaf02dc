"""The account of a piece: where each of its trajectories stands, written by lanes and visits."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..arrays import Float, Int
from .layout import ENDS, Layout


class Account:
    """Where each trajectory of a piece stands, by the names of the layout; it is written to.

    Parameters
    ----------
    layout
        Where what is.
    table
        The numbers, (batch, word); integers in as many bytes.
    """

    def __init__(self, layout: Layout, table: Float) -> None:
        self.layout, self.table = layout, table

    def rows(self, name: str, count: int) -> Float:
        """Return some rows, (row, batch), not each in one piece of memory."""
        begin = self.layout.account[name]
        return self.table[:, begin : begin + count].T

    def number(self, name: str) -> Float:
        """Return a row of numbers, (batch,)."""
        return self.table[:, self.layout.account[name]]

    def integer(self, name: str) -> Int:
        """Return a row of integers, (batch,)."""
        return self.number(name).view(np.int64)

    def ends(self) -> Float:
        """Return how each ended, rows as in `ENDS`, integers in as many bytes, (row, batch)."""
        return self.rows(ENDS[0], len(ENDS))

    @cached_property
    def status(self) -> Int:
        """How each ended, or why it left its lane, (batch,)."""
        return self.integer("status")

    @cached_property
    def state(self) -> Int:
        """Which state was to blame, (batch,), or -1."""
        return self.integer("state")

    @cached_property
    def n_steps(self) -> Int:
        """Accepted steps, (batch,)."""
        return self.integer("n_steps")

    @cached_property
    def n_rejected(self) -> Int:
        """Rejected steps, (batch,)."""
        return self.integer("n_rejected")

    @cached_property
    def written(self) -> Int:
        """How many outputs are written, (batch,)."""
        return self.integer("written")

    @cached_property
    def t(self) -> Float:
        """Where each is, (batch,)."""
        return self.number("t")

    @cached_property
    def h(self) -> Float:
        """The next step of each, zero if it is to be found, (batch,)."""
        return self.number("h")

    @cached_property
    def before(self) -> Float:
        """The error norm of the last good step, (batch,)."""
        return self.number("before")

    @cached_property
    def goal(self) -> Float:
        """Where the next step ends at the latest, (batch,)."""
        return self.number("goal")

    @cached_property
    def limit(self) -> Float:
        """The time past which no rate is asked for, (batch,)."""
        return self.number("limit")

    @cached_property
    def fresh(self) -> Float:
        """Whether the first step is to be told of in any case, (batch,)."""
        return self.number("fresh")

    @cached_property
    def y(self) -> Float:
        """Its states, (state, batch)."""
        return self.rows("y", self.layout.n)

    @cached_property
    def held(self) -> Float:
        """Which conditions hold, (condition, batch)."""
        return self.rows("held", self.layout.n_watched)
