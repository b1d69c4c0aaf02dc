"""Memory of large batches, measured in fresh processes."""

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import resource
import sys
import numpy as np
import ratelaw as rl

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def solve(n):
    model = rl.library.lorenz.vary("member", {name: np.linspace(1.0, 2.0, n)})
    return model, rl.solve(model, [0.2], method=sys.argv[2], rtol=1e-4)

name = list(rl.library.lorenz.values)[0]
n = int(sys.argv[1])
solve(8)  # what libraries and compiling take is not asked about
before = peak()
model, sol = solve(n)
inputs = sol.problem.p.nbytes + sol.problem.y0.nbytes
outputs = sol.trajectories.y.nbytes
print(peak() - before - inputs - outputs)
"""


METHODS = ["lanes:tsit5", "auto"]


def beyond(n, method):
    """Return how much more than its inputs and outputs a batch needed, in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(n), method], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
def test_a_batch_of_which_the_end_is_kept_needs_little_more_than_inputs_and_outputs(method):
    assert beyond(200_000, method) < 100e6 / 5


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
def test_a_million_need_less_than_a_hundred_megabytes_more(method):
    assert beyond(1_000_000, method) < 100e6


FAULTS = """
import resource
import numpy as np
import ratelaw as rl

model = rl.library.lorenz.vary("member", {name: np.linspace(1.0, 2.0, 10_000)
                                          for name in list(rl.library.lorenz.values)[:1]})

def solve():
    rl.solve(model, np.array([0.2]), rtol=1e-4)

for _ in range(5):
    solve()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    solve()
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="about GNU's C library")
def test_the_memory_of_one_batch_serves_the_next():
    done = subprocess.run(
        [sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 100  # pages: 350 where every array is given back in between
