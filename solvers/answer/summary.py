"""What a solution prints as: what was solved, how, how it ended, what happened, where it is."""

from __future__ import annotations

from ...models.errors import grouped, listing
from ..arrays import Float
from ..problem import InitialValueProblem
from ..status import Status, good
from ..trajectories import Trajectories
from .events_table import counted
from .outcome import Outcome

FEW = 8  # states whose values are shown


def head(problem: InitialValueProblem, t: Float) -> str:
    """Return the first line: of what, how many trajectories, from when to when."""
    labels = problem.labels
    unit = f" {labels.time_unit}" if labels.time_unit else ""
    sizes = ", ".join(f"{name}: {len(values)}" for name, values in labels.dimensions)
    what = f"{grouped(problem.batch)} trajectories ({sizes})" if sizes else "one trajectory"
    span = f"from {problem.t0:g} to {problem.t_end:g}" if t.ndim else f"= {t:g}"
    return f"Solution of {listing(problem.states)}: {what}, {problem.system.time} {span}{unit}"


def ending(problem: InitialValueProblem, found: Trajectories) -> list[str]:
    """Return the lines about how it ended, with events and the last values where there are few."""
    rows = _under("outcome", str(Outcome(problem, found)).splitlines())
    rows += _under("events", counted(problem, found.log))
    if good(found.status).all() and problem.batch == 1 and len(problem.states) <= FEW:
        ends = zip(problem.states, _ends(found), strict=False)
        rows.append("  end      " + ", ".join(f"{name} = {value:.6g}" for name, value in ends))
    return rows


def _under(title: str, lines: list[str]) -> list[str]:
    return [f"  {'' if i else title:8} {line}" for i, line in enumerate(lines)]


def _ends(found: Trajectories) -> Float:
    """Return where one trajectory ended: at its last output, or after the event it met."""
    if found.log and found.status[0] == Status.STOPPED:
        return found.log.after[:, -1]
    return found.y[:, 0, -1]
