"""RK4 with a fixed step against the most that a core can do: fused products and sums.

The peak is measured by a loop of such operations that do not wait for one another, compiled by the
same way as the lanes. Of RK4 only what its formula asks for is counted, not what is done beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from measure import load, processor_time
from page import grid
from problems import LORENZ

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.solvers.integrator import compose
from ratelaw.solvers.kernels.compile import compiled, host
from ratelaw.solvers.methods import SHELF as METHODS

CHAINS = 12  # independent sums: enough to hide how long one operation takes
ARITHMETIC = {"add", "sub", "mul", "div", "neg"}
STEP = 1e-3


def chains() -> str:
    """Return a module whose function does `count` rounds of one operation in every chain."""
    machine = host()
    vector, name = machine.vector, f"llvm.fma.v{machine.width}f64"
    start = ", ".join(["double 1.0"] * machine.width)
    factor = ", ".join(["double 0x3FEFFFFFFFFFFFFF"] * machine.width)
    phis = [
        f"  %a{i} = phi {vector} [ <{start}>, %entry ], [ %b{i}, %loop ]" for i in range(CHAINS)
    ]
    steps = [
        f"  %b{i} = call {vector} @{name}({vector} %a{i}, {vector} <{factor}>, {vector} <{start}>)"
        for i in range(CHAINS)
    ]
    sums = [f"  %s0 = fadd {vector} %b0, %b1"]
    sums += [f"  %s{i - 1} = fadd {vector} %s{i - 2}, %b{i}" for i in range(2, CHAINS)]
    return "\n".join([
        f"declare {vector} @{name}({vector}, {vector}, {vector})",
        "define i64 @peak(i64 %count, ptr %out) {", "entry:", "  br label %loop", "loop:",
        "  %i = phi i64 [ 0, %entry ], [ %j, %loop ]", *phis, *steps, "  %j = add i64 %i, 1",
        "  %more = icmp slt i64 %j, %count", "  br i1 %more, label %loop, label %done", "done:",
        *sums, f"  store {vector} %s{CHAINS - 2}, ptr %out, align 8", "  ret i64 0", "}", "",
    ])  # fmt: skip


def peak() -> float:
    """Return how many operations a core does in a second, a product and a sum being two."""
    count, out = 10_000_000, np.zeros(host().width)
    (run,) = compiled(chains(), (("peak", "qqp"),)).functions
    seconds = processor_time(lambda: run(count, out.ctypes.data))
    assert np.isfinite(out).all()
    return 2 * CHAINS * host().width * count / seconds


def operations(text: str) -> int:
    """Return how many operations the formula of one step asks for."""
    system = lower(rl.model(text))
    attempt = compose(system, METHODS["rk4"]).attempt.tape
    needed = attempt.select(range(system.n_states))
    last = sum(node.op in ARITHMETIC for node in needed.nodes)
    return last + sum(node.op in ARITHMETIC for node in system.vector_field.nodes)  # first slope


def study(members: int) -> list[dict[str, Any]]:
    """Print and return what part of the peak RK4 reaches, on one core."""
    from threads import cores

    model = rl.model(LORENZ).vary("member", {"r": np.linspace(0.0, 21.0, members)})
    times = np.array([1.0])

    def run() -> np.ndarray:
        return rl.solve(model, times, method="lanes:rk4", step=STEP, max_steps=10**6).y

    with cores(1):
        run()
        seconds, most = processor_time(run), peak()
    done = operations(LORENZ) * members / STEP
    share = done / seconds / most
    print(f"lorenz, {members} members, rk4, {1 / STEP:.0f} steps: {seconds * 1e3:.1f} ms, "
          f"{done / seconds / 1e9:.1f} of {most / 1e9:.1f} thousand million operations a second: "
          f"{share:.0%} (load {load():.1f})")  # fmt: skip
    return [
        {
            "members": members,
            "done": done,
            "seconds": seconds,
            "peak": most,
            "share": share,
            "load": load(),
        }
    ]


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as a table."""
    titles = ("Lorenz, RK4, members", "ms", "10^9 operations a second", "Peak", "Share")
    cells = [
        [r["members"], f"{r['seconds'] * 1e3:.3g}", f"{r['done'] / r['seconds'] / 1e9:.1f}",
         f"{r['peak'] / 1e9:.1f}", f"{r['share']:.0%}"]
        for r in rows
    ]  # fmt: skip
    return grid(titles, cells)
