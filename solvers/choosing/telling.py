"""What is told of how a choice fared: who went on where it did not come through, and why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...models.errors import grouped
from ..arrays import Bool
from ..status import Status
from ..trajectories import Trajectories
from .order import is_series

BROKEN = (Status.NOT_FINITE, Status.STEP_TOO_SMALL)  # or the series of a solution breaks off
_ENDS = "or its series breaks off, as that of a root at zero: dop853 only evaluates rates"


def looks(stiff: Bool) -> str:
    """Return how many trajectories look stiff at the start, (batch,), in words."""
    if stiff.any():
        counts = f"{grouped(int(stiff.sum()))} of {grouped(stiff.size)}"
        return f"at the start the model looks stiff for {counts}"
    return "the model does not look stiff at the start"


def of_series(found: Trajectories, method: str) -> Trajectories:
    """Return trajectories of which it is told that a series that was asked for may break off."""
    broken = np.flatnonzero(np.isin(found.status, BROKEN))
    if not broken.size or not is_series(method):
        return found
    said = {int(i): _ENDS for i in broken if i not in found.messages}
    return replace(found, messages={**found.messages, **said})


def with_others(
    reason: str, found: Trajectories, fallback: tuple[str, str] | None,
    again: tuple[str, str] | None = None,
) -> str:  # fmt: skip
    """Return a reason, with how many trajectories others solved.

    Stiff ones are the fallback's; `again` is who takes those that a method for stiff models gives
    up.
    """
    total = found.batch
    if broken := found.n_broken_off:
        whose = "its" if total == 1 else f"of {grouped(broken)} of {grouped(total)} the"
        reason += f"; {whose} series broke off, and an evaluating method went on"
    count = found.n_handed_over
    if count and fallback is not None:
        reason += f"; {_some(count, total)} turned out stiff and went to {':'.join(fallback)}"
    name = again and ":".join(again)
    if name and found.whose is not None and (last := int(np.count_nonzero(found.whose == name))):
        reason += f"; {_some(last, total)} came through by {name} only"
    return reason


def _some(count: int, total: int) -> str:
    return "it" if total == 1 else f"{grouped(count)} of {grouped(total)}"
