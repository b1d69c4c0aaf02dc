"""How time grows with the number of states, of trajectories and of parameters, as plots.

Each plot states the exponent: the slope of a straight line through the later half of the points on
logarithmic axes. Times are of the processor, of one core, the least of several.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from measure import date, load, machine, processor_time
from networks import KINDS, network
from page import grid
from problems import LORENZ
from threads import cores

import ratelaw as rl
from ratelaw.solvers.fit import route
from ratelaw.solvers.fit.comparison import Comparison
from ratelaw.solvers.fit.experiment import Experiment
from ratelaw.solvers.fit.losses import SHELF as LOSSES
from ratelaw.solvers.fit.objective import Objective
from ratelaw.solvers.fit.parameters import ParameterSpace

RESULTS = Path(__file__).parent / "results"
STATES = (3, 10, 30, 100, 300, 1000)
TRAJECTORIES = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)
PARAMETERS = (1, 2, 3, 4, 6, 10, 20, 50, 100, 200)
FORWARD = 50  # parameters up to which sensitivities of 20 states are carried forward
SETS = 64  # trajectories or parameter sets at once
TOLERANCE = 1e-6
Curve = tuple[list[int], list[float]]


def ring(n: int) -> str:
    """Return a ring of cells that pass on what they hold."""
    rows = [f"dx{i}/dt = k*(x{(i - 1) % n} - sin(x{i})); x{i}(0) = {i % 7}" for i in range(n)]
    return "\n".join([*rows, "k = 1"])


def states() -> dict[str, Curve]:
    """Return the time per trajectory, and until the first result, over the number of states."""
    counts = list(STATES)
    rl.solve(ring(2), [1.0], method="lanes:tsit5")  # what is loaded only once does not count
    first: list[float] = []
    each: list[float] = []
    for n in counts:
        model = rl.model(ring(n)).vary("i", {"k": np.linspace(0.9, 1.1, SETS)})
        begin = process_time()
        rl.solve(model, [1.0], method="lanes:tsit5", rtol=TOLERANCE)
        first.append(process_time() - begin)
        run = _solve(model, "lanes:tsit5")
        each.append(processor_time(run) / SETS)
    return {"a trajectory": (counts, each), "compiling and the first result": (counts, first)}


def _solve(model: Any, method: str) -> Callable[[], np.ndarray]:
    return lambda: rl.solve(model, [1.0], method=method, rtol=TOLERANCE).y


def trajectories() -> dict[str, Curve]:
    """Return the time over the number of trajectories, of which the end is kept."""
    times = []
    for n in TRAJECTORIES:
        model = rl.model(LORENZ).vary("member", {"r": np.linspace(0.0, 21.0, n)})
        run = _solve(model, "lanes:tsit5")
        run()
        times.append(processor_time(run, runs=3))
    return {"Lorenz": (list(TRAJECTORIES), times)}


def parameters() -> dict[str, Curve]:
    """Return the time of a loss and its gradient over the number of parameters, both ways."""
    back, forward = [], []
    usual = route.MANY_SLOPES
    try:
        for count in PARAMETERS:
            route.MANY_SLOPES = 0
            back.append(_gradient_time(count))
            route.MANY_SLOPES = 10**9
            if count <= FORWARD:
                forward.append(_gradient_time(count))
    finally:
        route.MANY_SLOPES = usual
    few = [p for p in PARAMETERS if p <= FORWARD]
    return {
        "going back over the steps": (list(PARAMETERS), back),
        "carried forward": (few, forward),
    }


def _gradient_time(count: int) -> float:
    """Return the time of a gradient of a network of 20 states by some of its parameters."""
    text, names = network(20, "".join(KINDS), "")
    model = rl.model(text)
    by = [*names, *(f"x{i}(0)" for i in range(20))][:count]
    times = np.linspace(0.5, 10, 20)
    sol = rl.solve(model, times, rtol=1e-8)
    data = {"time": times, "x0": sol.y[0], "x7": sol.y[7]}
    space = ParameterSpace.of(model, {name: (1e-6, 1e6) for name in by})
    comparison = Comparison(
        model, Experiment.of(data, model), LOSSES["normal"], space.names, "lanes:tsit5",
        rtol=TOLERANCE,
    )  # fmt: skip
    objective = Objective(space, (comparison,))
    centre = np.array([model.values[name] for name in space.names])
    points = centre[:, None] * np.linspace(0.9, 1.1, SETS)
    objective.gradient(points)
    return processor_time(lambda: objective.gradient(points)[1], runs=3) / SETS


def exponent(counts: Sequence[int], times: Sequence[float]) -> float:
    """Return the slope of the later half of a curve on logarithmic axes."""
    half = len(counts) // 2
    slope = float(np.polyfit(np.log(counts[half:]), np.log(times[half:]), 1)[0])
    return round(slope, 2) + 0.0  # no minus before a zero


def draw(name: str, what: str, unit: str, curves: dict[str, Curve]) -> None:
    """Draw curves on logarithmic axes, the exponent in the legend and the machine below."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4.4), layout="constrained")
    for label, (counts, times) in curves.items():
        axes.loglog(counts, times, "o-", label=f"{label}: exponent {exponent(counts, times):.2f}")
    axes.set_xlabel(what)
    axes.set_ylabel(unit)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    axes.set_title(f"{machine()}; {date()}; load {load():.1f}", fontsize=8, color="0.4")
    RESULTS.mkdir(exist_ok=True)
    figure.savefig(RESULTS / f"{name}.png", dpi=120)
    pyplot.close(figure)


PLOTS: dict[str, tuple[str, str, Callable[[], dict[str, Curve]]]] = {
    "states": ("states", "seconds of the processor", states),
    "trajectories": ("trajectories", "seconds of the processor", trajectories),
    "parameters": ("parameters", "seconds for a loss and its gradient, per set", parameters),
}


def study(members: int) -> list[dict[str, Any]]:
    """Measure, draw into `results`, and print the exponents."""
    del members
    rows: list[dict[str, Any]] = []
    for name, (what, unit, measure) in PLOTS.items():
        with cores(1):
            curves = measure()
        draw(name, what, unit, curves)
        for label, (counts, times) in curves.items():
            found = ", ".join(f"{n}: {t:.3g}" for n, t in zip(counts, times, strict=True))
            slope = exponent(counts, times)
            print(f"{what}, {label}: exponent {slope:.2f} ({found} s)", flush=True)
            rows.append({"over": what, "curve": label, "counts": counts,
                         "seconds": times, "exponent": slope})  # fmt: skip
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Return the exponents and times as a table, where gradients cross, and the plots."""
    cells = [
        [r["over"], r["curve"], f"{r['exponent']:.2f}",
         ", ".join(f"{n}: {t:.3g}" for n, t in zip(r["counts"], r["seconds"], strict=True))]
        for r in rows
    ]  # fmt: skip
    lines = grid(("Over", "Of", "Exponent", "Seconds of the processor"), cells)
    plots = "\n".join(f"![Time over {what}]({name}.png)" for name, (what, *_) in PLOTS.items())
    return f"{lines}\n\n{crossover(rows)}\n\n{plots}"


def crossover(rows: list[dict[str, Any]]) -> str:
    """Return in words from how many parameters on going back is quicker than carrying forward."""
    curves = [dict(zip(r["counts"], r["seconds"], strict=True)) for r in rows
              if r["over"] == "parameters"]  # fmt: skip
    if len(curves) != 2 or not all(curves):
        return ""
    back, forward = curves
    quicker = [n for n in forward if back[n] < forward[n]]
    if not quicker:
        return f"Carrying sensitivities forward is quicker up to {max(forward)} parameters."
    return (
        f"Going back over the steps is quicker from {min(quicker)} parameters on "
        f"({back[min(quicker)] * 1e6:.0f} against {forward[min(quicker)] * 1e6:.0f} us for a set); "
        f"ratelaw goes back where there are {route.MANY_SLOPES} slopes or more to carry."
    )
