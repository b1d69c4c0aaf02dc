"""Closed forms kept on disk: known in the next process, by any name, and never trusted blindly."""

import json
import math
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import ratelaw as rl
from ratelaw.models.cache import VARIABLE, user_cache
from ratelaw.models.exact import kept
from ratelaw.models.exact.kept import Known, known, solves
from ratelaw.models.exact.whole import recall
from ratelaw.models.lower import lower
from ratelaw.models.structure.canonical import canonical
from ratelaw.models.tape import Builder
from ratelaw.models.tape.plain import from_plain, to_plain

COOLING = "dT/dt = -k*(T - T_s); T(0) = 90; k = 0.07; T_s = 21"
CHAIN = "dA/dt = -k*A; dB/dt = k*A - q*B; A(0) = 1; B(0) = 0; k = 1; q = 2"
PARTIAL = "dx/dt = r*x; dz/dt = z^2*sin(z*x) + cos(t); x(0) = 1; z(0) = 1; r = 1"
OSCILLATOR = "x'' = -w^2*x - 2*c*x'; x(0) = 1; x'(0) = 0; w = 2; c = 0.1"
TEXTS = (COOLING, CHAIN, PARTIAL, OSCILLATOR)


def system(text):
    return lower(rl.model(text))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr(kept, "user_cache", user_cache)
    return tmp_path / "kept"


# The canonical form


def test_names_and_order_do_not_matter_to_the_canonical_form():
    other = "du/dx = -b*u + a*v; dv/dx = -v*a; b = 2; a = 1; u(0) = 0; v(0) = 1"
    assert canonical(system(CHAIN)).digest == canonical(system(other)).digest


@pytest.mark.parametrize(
    "other",
    [
        CHAIN.replace("k*A - q*B", "k*A - k*B"),
        CHAIN.replace("k*A - q*B", "q*A - q*B"),
        CHAIN.replace("k*A - q*B", "k*A + q*B"),
        CHAIN.replace("B(0) = 0", "B(0) = k"),
        CHAIN + "; at t = 1: A += 1",
    ],
)
def test_another_system_has_another_canonical_form(other):
    assert canonical(system(CHAIN)).digest != canonical(system(other)).digest


def test_values_are_no_part_of_the_canonical_form():
    assert canonical(system(CHAIN)).digest == canonical(lower(rl.model(CHAIN)(k=3.0))).digest


# Kept and known again


@pytest.mark.parametrize("text", TEXTS)
def test_the_numbers_of_a_closed_form_are_known_again(text):
    exact, own = rl.solve_exactly(text), system(text)
    form = known(own)
    assert form is not None
    assert form.states == exact.states
    values = [0.5 + 0.1 * i for i in range(own.n_parameters)]
    assert form.tape(1.5, *values) == pytest.approx(exact.tape(1.5, *values), rel=1e-13)


def test_a_model_with_other_names_knows_them_too():
    rl.solve_exactly(CHAIN)
    form = known(system("dv/dx = -v*a; du/dx = a*v - b*u; v(0) = 1; u(0) = 0; b = 2; a = 1"))
    assert form is not None
    assert form.states == ("v", "u")
    wanted = rl.solve_exactly(CHAIN)(0.7, {"k": 1.3, "q": 0.4})
    assert form.tape(0.7, 0.4, 1.3, 1.0, 0.0) == pytest.approx((wanted["A"], wanted["B"]))


@pytest.mark.parametrize("text", [COOLING, CHAIN, PARTIAL])
def test_a_formula_is_recalled_with_all_that_was_written(text):
    model = rl.model(text)
    first, again = rl.solve_exactly(model), recall(lower(model), 0)
    assert again is not None
    assert (str(again), again.latex, again.reason) == (str(first), first.latex, first.reason)
    assert str(again.derivation) == str(first.derivation)
    assert again.derivation[0].claims == first.derivation[0].claims
    assert again.certificate == first.certificate


def test_what_was_found_under_another_seed_is_not_recalled():
    rl.solve_exactly(COOLING, seed=1)
    assert recall(system(COOLING), 1) is not None
    assert recall(system(COOLING), 2) is None


def test_a_search_that_was_cut_short_is_not_kept(folder):
    with pytest.raises(rl.models.errors.NoClosedFormError):
        rl.solve_exactly("dx/dt = sin(x*t) + exp(x^2); x(0) = 1", budget=0.05)
    assert not folder.exists()


def test_nothing_is_kept_where_no_folder_is_wanted(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.setattr(kept, "user_cache", user_cache)
    rl.solve_exactly(COOLING)
    assert known(system(COOLING)) is None


def test_what_is_a_number_nowhere_is_not_believed():
    own = system(COOLING)
    builder = Builder((own.time, *own.parameters))
    assert not solves(Known(own.states, builder.finish([math.nan])), own)


def test_what_is_a_number_only_at_the_start_is_not_believed():
    own = system(COOLING)
    builder = Builder((own.time, *own.parameters))
    start = builder.inline(own.start, builder.inputs[1:])[0]
    at_start = builder.inputs[0].apply("eq", own.t0)
    tape = builder.finish([at_start.apply("select", start, math.nan)])
    assert not solves(Known(own.states, tape), own)


def test_what_ends_soon_is_believed():
    text = "dx/dt = x^2; x(0) = 1"
    exact, own = rl.solve_exactly(text), system(text)
    assert solves(Known(exact.states, exact.tape), own)


# Damage


def damaged(body: bytes) -> list[bytes]:
    digest = body[:32]
    return [b"", body[:-7], digest + body[40:], digest + b"{}", pickle.dumps(print), b"\0" * 99]


@pytest.mark.parametrize("number", range(6))
def test_what_is_damaged_is_ignored_and_found_anew(folder, number):
    wanted = str(rl.solve_exactly(COOLING))
    for file in folder.iterdir():
        file.write_bytes(damaged(file.read_bytes())[number])
    assert known(system(COOLING)) is None
    assert recall(system(COOLING), 0) is None
    assert str(rl.solve_exactly(COOLING)) == wanted
    assert known(system(COOLING)) is not None


def rewritten(folder: Path, change) -> None:
    """Change what is kept, with a digest that fits: as somebody would who knows the format."""
    disk = kept.shelf()
    assert disk is not None
    for file in folder.iterdir():
        data = json.loads(file.read_bytes()[32:])
        change(data)
        disk.put(file.stem, json.dumps(data).encode())


def other_value(data):
    for part in [data, *data.get("parts", [])]:
        if "tape" in part:
            part["tape"][1][-1] = ["const", 5.0]


def other_operation(data):
    for part in [data, *data.get("parts", [])]:
        if "tape" in part:
            part["tape"][1][-1] = ["__import__('os').abort()", 0, 0]


def no_parts(data):
    if "parts" in data:
        data["parts"] = []
    else:
        data.clear()


def beyond_all_numbers(data):
    for part in data.get("parts", []):
        part["certificate"]["points"] = math.inf
    data.pop("tape", None)


@pytest.mark.parametrize(
    "change", [other_value, other_operation, no_parts, beyond_all_numbers, dict.clear]
)
def test_what_does_not_solve_the_equation_is_not_believed(folder, change):
    rl.solve_exactly(COOLING)
    rewritten(folder, change)
    assert known(system(COOLING)) is None
    assert recall(system(COOLING), 0) is None


@pytest.mark.parametrize(
    "data",
    [
        None, [], [[], [], [0]], [["x"], [["add", 0, 1]], [1]], [["x"], [["exp"]], [1]],
        [["x"], [["exp", 0]], [True]], [["x"], [["const", "1"]], [1]], [[1], [], [0]],
        [["x"], [["input", 0]], [1]], [["x"], [[["add"], 0, 0]], [1]], [["x"], [["exp", -1]], [1]],
    ],
)  # fmt: skip
def test_data_that_is_no_tape_is_refused(data):
    with pytest.raises(ValueError, match=r"no (part|operation|name|number)"):
        from_plain(data)


def test_a_tape_comes_back_as_it_was():
    tape = rl.solve_exactly(CHAIN).tape
    assert from_plain(json.loads(json.dumps(to_plain(tape)))) == tape


# Other processes and threads

KNOWING = """
import json, sys, time
import ratelaw as rl
model = rl.model(sys.argv[1])
rl.solve(rl.library.lotka_volterra, 1)
begin = time.process_time()
sol = rl.solve(model, 10)
print(json.dumps([sol.method, sol.reason, time.process_time() - begin, sorted(sys.modules)]))
"""


def told_by_another(text: str, folder: Path):
    run = subprocess.run(
        [sys.executable, "-c", KNOWING, text], cwd=folder.parent, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_another_process_solves_by_a_form_it_knows_without_an_algebra_system(folder):
    rl.solve_exactly(CHAIN)
    method, reason, seconds, modules = told_by_another(CHAIN.replace("A", "u"), folder)
    assert (method, reason) == ("exact", "its closed form is known, which has no error of steps")
    assert {"sympy", "mpmath"} & {*modules} == set()
    assert seconds < 0.05


def test_another_process_takes_steps_where_none_is_known(folder):
    method, _, _, modules = told_by_another(COOLING, folder)
    assert method.startswith("lanes:")
    assert {"sympy", "mpmath"} & {*modules} == set()


def test_many_at_once_keep_what_each_can_read(folder):
    with ThreadPoolExecutor(16) as pool:
        found = [*pool.map(lambda _: str(rl.solve_exactly(COOLING)), range(32))]
    assert len({*found}) == 1
    assert recall(system(COOLING), 0) is not None
    assert len([*folder.iterdir()]) == 2
