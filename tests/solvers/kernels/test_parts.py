"""A tape written in parts has the numbers of one written at once, to the last digit."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.models.tape import Builder
from ratelaw.solvers.integrator import compose
from ratelaw.solvers.kernels.compile import compiled, host
from ratelaw.solvers.kernels.llvm import function, module
from ratelaw.solvers.kernels.page import Page
from ratelaw.solvers.kernels.parts import Parts
from ratelaw.solvers.methods import SHELF

LORENZ = """
    dx/dt = s*(y - x); dy/dt = x*(r - z) - y; dz/dt = x*y - b*z
    x(0) = 1; y(0) = 0; z(0) = 0; s = 10; r = 28; b = 8/3
"""
MODELS = (
    LORENZ,
    "dy/dt = -k*y; y(0) = 1; k = 2",
    "dy/dt = 1; y(0) = 1",
    "dy/dt = t*exp(-y) + if(y > 1, 1, 2); y(0)=0",
)
HOST = host()


def in_parts(tape, longest):
    """Return a module whose function evaluates a tape in parts, and how many there are."""
    declared = {}
    page = Page(HOST, "void @f(ptr %x, ptr %y)", declared)
    between = [page.local(HOST.vector) for _ in tape.nodes]

    def row(number):
        count = len(tape.outputs)
        at = page.place("%y", number * HOST.width)
        return at if number < count else between[number - count]

    def given(number):
        return page.fetch(HOST.vector, page.place("%x", number * HOST.width))

    outputs = range(len(tape.outputs))
    parts = Parts(page, tape, given, row, outputs, longest=longest)
    for number in range(len(parts.parts)):
        parts.begin()
        parts.part(number)
    for o in outputs:
        page.store(HOST.vector, parts.output(o), row(o))
    page.leave("ret void")
    return module([page], declared), len(parts.parts)


def values(text, x, n_outputs):
    y = np.empty((n_outputs, HOST.width))
    compiled(text, (("f", "vpp"),)).functions[0](x.ctypes.data, y.ctypes.data)
    return y.tolist()


@pytest.mark.parametrize("text", MODELS)
@pytest.mark.parametrize("method", ["euler", "rk4", "dopri5", "taylor8"])
@pytest.mark.parametrize("longest", [1, 5, 1000])
def test_wherever_it_is_cut_a_step_is_the_same(text, method, longest):
    if method == "taylor8" and "if(" in text:
        pytest.skip("a series does not go through a choice")
    tape = compose(lower(rl.model(text)), SHELF[method]).attempt.tape
    x = np.random.default_rng(1).uniform(0.5, 1.5, (len(tape.inputs), HOST.width))
    cut, _ = in_parts(tape, longest)
    count = len(tape.outputs)
    assert values(cut, x, count) == values(function("f", tape, HOST), x, count)


def test_a_long_tape_has_parts_of_about_the_length_asked_for():
    tape = compose(lower(rl.model(LORENZ)), SHELF["taylor12"]).attempt.tape
    made = sum(node.op not in ("input", "const") for node in tape.nodes)
    assert in_parts(tape, 10_000)[1] == 1
    assert made / 50 / 2 < in_parts(tape, 50)[1] <= made / 50


def test_sums_of_sums_are_made_along_with_these_and_not_handed_on_one_by_one():
    builder = Builder([f"x{i}" for i in range(40)])
    total = rising = builder.inputs[0]
    totals = []
    for x in builder.inputs[1:]:
        total = total + x
        totals.append(total)
    for total in totals:
        rising = rising + total
    tape = builder.finish([totals[-1], rising])
    page = Page(HOST, "void @f()", {})
    parts = Parts(page, tape, str, str, range(2), longest=20)
    assert len(parts.parts) == 4
    assert parts.n_between <= 2 * 3  # a total and a rising one at each of three cuts


@pytest.mark.parametrize("method", ["euler", "heun", "rk4"])
def test_trajectories_in_a_crowd_have_the_numbers_they_have_alone(method):
    agree_in_a_crowd(f"lanes:{method}", step=0.01)


@pytest.mark.parametrize("method", ["tsit5", "dop853", "taylor12"])
def test_so_they_have_with_steps_of_their_own(method):
    agree_in_a_crowd(f"lanes:{method}", rtol=1e-7)


@pytest.mark.parametrize("method", ["tsit5", "dop853", "taylor8"])
def test_so_they_have_where_rates_depend_on_time(method):
    agree_in_a_crowd(f"lanes:{method}", "dx/dt = sin(3*r*t) - x; x(0) = 1; r = 1", rtol=1e-7)


def agree_in_a_crowd(method, text=LORENZ, **options):
    r = np.linspace(0.0, 28.0, 101)
    model = rl.model(text)
    times = np.linspace(0.0, 1.0, 4)
    crowd = rl.solve(model.vary("member", {"r": r}), times, method=method, **options)
    for member in (0, 37, 100):
        alone = rl.solve(model.vary("one", {"r": r[member:member + 1]}), times,
                         method=method, **options)  # fmt: skip
        np.testing.assert_array_equal(crowd.y[:, member], alone.y[:, 0])
        assert crowd.trajectories.n_steps[member] == alone.trajectories.n_steps[0]
