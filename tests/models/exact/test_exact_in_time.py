"""The budget of a search: kept in the midst of algebra, alone and in company; nothing is left."""

import gc
import math
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, NoClosedFormError
from ratelaw.models.exact import order
from ratelaw.models.exact.budget.alarm import ALARMS
from ratelaw.models.exact.budget.clock import Clock, OutOfTimeError
from ratelaw.models.lower import lower

LATE = 0.2  # seconds that a machine with much to do may take to notice


def spin() -> None:
    while True:
        pass


def work_for(seconds: float) -> None:
    begin = time.thread_time()
    while time.thread_time() - begin < seconds:
        pass


def seconds_until_stopped(budget: float) -> float:
    clock = Clock(budget)
    begin = time.thread_time()
    with pytest.raises(OutOfTimeError):
        ALARMS.limit(clock, spin)
    return time.thread_time() - begin


def test_work_that_never_looks_at_its_clock_is_stopped():
    assert 0.2 <= seconds_until_stopped(0.2) < 0.2 + LATE


def test_a_crowd_is_stopped_each_by_its_own_clock():
    budgets = [0.05 + 0.005 * i for i in range(10)]
    with ThreadPoolExecutor(10) as pool:
        found = [*pool.map(seconds_until_stopped, budgets)]
    assert all(b <= f < b + LATE for b, f in zip(budgets, found, strict=True))


def test_what_ends_in_time_is_not_disturbed_later():
    clock = Clock(0.05)
    ALARMS.limit(clock, lambda: None)
    work_for(0.15)


WATCHED = """
import sys, time
from ratelaw.models.exact.budget.alarm import ALARMS
from ratelaw.models.exact.budget.clock import Clock, OutOfTimeError

clock, seen = Clock(float(sys.argv[1])), []
def work():
    begin = time.thread_time()
    while time.thread_time() - begin < 0.1:
        pass

try:
    ALARMS.limit(clock, work)
except OutOfTimeError:
    pass
sys.setprofile(lambda *told: seen.append(told[1]))
(lambda: None)()
print("call" in seen)
"""


@pytest.mark.parametrize("budget", [0.02, 10.0])
def test_a_profiler_gets_on_after_a_search(budget):
    command = [sys.executable, "-c", WATCHED, str(budget)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert run.stdout == "True\n", run.stderr


def test_an_alarm_does_not_ring_while_a_helper_is_asked():
    clock = Clock(0.02)

    def ask() -> None:
        with clock.patience():
            work_for(0.1)
            ALARMS.release(clock)

    ALARMS.limit(clock, ask)


class Slow:
    """An object that takes its time when it is collected, or a context when it is left."""

    def __init__(self, heard: list[str]) -> None:
        self.heard = heard

    def __del__(self) -> None:
        work_for(0.1)
        self.heard.append("to the end")

    @contextmanager
    def context(self) -> Generator[None]:
        try:
            yield
        finally:
            work_for(0.1)
            self.heard.append("to the end")


def collect_one(heard: list[str]) -> None:
    Slow(heard)  # gone at once


def collect_under_watch(heard: list[str]) -> None:
    def watch(phase: str, told: object) -> None:
        work_for(0.1)
        heard.append(phase)

    gc.callbacks.append(watch)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(watch)


@pytest.mark.parametrize(
    ("work", "done"),
    [(collect_one, ["to the end"]), (collect_under_watch, ["start", "stop"])],
)
def test_an_alarm_waits_for_what_is_tidied_up(work, done):
    # else Python prints "Exception ignored in", which is an error here, and goes on
    heard: list[str] = []

    def work_and_spin() -> None:
        work(heard)
        spin()

    with pytest.raises(OutOfTimeError):
        ALARMS.limit(Clock(0.02), work_and_spin)
    assert heard == done


def test_an_alarm_waits_until_a_context_is_put_back():
    heard: list[str] = []

    def leave_and_spin() -> None:
        with Slow(heard).context():
            pass
        spin()

    with pytest.raises(OutOfTimeError):
        ALARMS.limit(Clock(0.02), leave_and_spin)
    assert heard[0] == "to the end"


class Endless:
    """A class that looks at an equation for ever, however fast the machine is."""

    order = 0

    def recognise(self, block: object) -> None:
        spin()


@pytest.mark.parametrize("budget", ["2", True, None, -1, math.inf])
def test_a_budget_that_is_no_number_of_seconds_is_named(budget):
    with pytest.raises(InputError, match="budget: got"):
        rl.solve_exactly("dx/dt = -x; x(0) = 1", budget=budget)


def test_a_search_keeps_its_budget(monkeypatch):
    rl.solve_exactly("dx/dt = x*cos(t)", budget=60)  # whatever is loaded once
    system = lower(rl.model("dx/dt = x*cos(2*t); x(0) = 1"))
    monkeypatch.setattr(order, "SHELF", {"endless": Endless()})
    begin = time.thread_time()
    with pytest.raises(NoClosedFormError, match=r"in 0.5 s of processor time; give more with"):
        rl.solve_exactly(system, budget=0.5)
    assert time.thread_time() - begin < 1.1 * 0.5 + LATE


def test_what_was_spent_is_said_where_the_rest_does_not_suffice():
    with pytest.raises(OutOfTimeError, match=r"found in 0.\d+ of 5 s .*the rest does not suffice"):
        Clock(5.0).check(needed=10.0)


def test_no_handler_of_failures_takes_an_alarm_for_its_own():
    def fail_and_go_on() -> None:
        while True:
            with suppress(Exception):
                spin()

    begin = time.thread_time()
    with pytest.raises(OutOfTimeError):
        ALARMS.limit(Clock(0.05), fail_and_go_on)
    assert time.thread_time() - begin < 0.05 + LATE


# In company

SMALL = [
    ("dT/dt = -k*(T - T_s)", "T(t) = T_s + (T_0 - T_s)*exp(-k*t)"),
    ("dN/dt = r*N*(1 - N/K)", None),
    ("dx/dt = -a*x; dy/dt = a*x - b*y", None),
    ("dx/dt = sin(x*t) + exp(x^2)", "no closed form"),
]


def answer(number: int) -> str:
    """Return what a search finds, as text; every fourth has no time to find that there is none."""
    text = SMALL[number % len(SMALL)][0]
    try:
        return str(rl.solve_exactly(text, budget=0.05 if "exp(x^2)" in text else 20))
    except NoClosedFormError:
        return "no closed form"


def test_a_hundred_searches_at_once_find_what_each_finds_alone():
    alone = [answer(i) for i in range(len(SMALL))]
    for (_, expected), found in zip(SMALL, alone, strict=True):
        assert expected is None or found == expected
    with ThreadPoolExecutor(100) as pool:
        found = [*pool.map(answer, range(100))]
    assert found == [alone[i % len(SMALL)] for i in range(100)]
    assert eventually(lambda: "ratelaw alarms" not in {t.name for t in threading.enumerate()})


def test_processes_search_beside_each_other():
    code = "import ratelaw as rl; print(rl.solve_exactly('dx/dt = -k*x', budget=60))"
    command = [sys.executable, "-c", code]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert {run.communicate(timeout=60)[0] for run in runs} == {"x(t) = x_0*exp(-k*t)\n"}


HEARING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # not ignored as in the background
"""

INTERRUPTED = """
import threading, time
import ratelaw as rl
rl.solve_exactly("dx/dt = 1 - x", budget=60)  # whatever is loaded once
try:
    print("searching", flush=True)
    for k in range(10**9):
        rl.solve_exactly(f"dx/dt = {k} - x; x(0) = 1", budget=60)
except KeyboardInterrupt:
    time.sleep(0.3)
    print([t.name for t in threading.enumerate()], flush=True)
"""


def test_a_search_that_is_interrupted_leaves_no_thread():
    command = [sys.executable, "-c", HEARING + INTERRUPTED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "searching\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "['MainThread']\n"


# What is left behind

ASKING = """
import sys, threading, time
from ratelaw.models.exact.budget.clock import Clock
from ratelaw.models.symbolic.oracle import ask
def ask_long():
    ask(time.sleep, 600, clock=Clock(600))
if sys.argv[1] == "abandoned":
    threading.Thread(target=ask_long, daemon=True).start()
    time.sleep(1.5)
else:
    print("asking", flush=True)
    try:
        ask_long()
    except KeyboardInterrupt:
        print("stopped", flush=True)
        time.sleep(600)
"""


def children(process: int) -> set[int]:
    """Return the processes that a process has started and not ended, with what they started."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    own = {int(number) for path in lists for number in path.read_text().split()}
    return own | {grand for child in own for grand in children(child)}


def is_running(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "\nState:\tZ" not in status.read_text()


def eventually(holds, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are read from /proc")
def test_a_call_that_is_interrupted_leaves_no_process():
    command = [sys.executable, "-c", HEARING + ASKING, "interrupted"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "asking\n"
            assert eventually(lambda: bool(children(process.pid)))
            helpers = children(process.pid)
            process.send_signal(signal.SIGINT)
            assert process.stdout.readline() == "stopped\n"
            assert eventually(lambda: not any(map(is_running, helpers)))
        finally:
            process.kill()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are read from /proc")
def test_a_thread_that_is_abandoned_leaves_no_process():
    process = subprocess.Popen([sys.executable, "-c", ASKING, "abandoned"])
    assert eventually(lambda: bool(children(process.pid)))
    helpers = children(process.pid)
    assert process.wait(60) == 0
    assert eventually(lambda: not any(map(is_running, helpers)))
