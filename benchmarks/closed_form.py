"""Closed forms against a corpus of problems: how many are found, right, and how fast.

    python benchmarks/closed_form.py closed_form.json [--group model] [--only NAME] [--sympy 2]
        [--out results/closed_form.jsonl] [--table results/closed_form.md]

Each problem has states with their orders, the highest derivatives, start values, and values of the
states at some times from numerical integration. With ``--sympy SECONDS`` the same problems are
given to ``sympy.dsolve``, each in a process of its own that is ended once it has worked so long.
Times are of the processor, the loading of libraries aside. With ``--out`` every verdict is written
down at once, and those that are written down already are not sought again.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import signal
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time
from typing import Any

from corpus import Problem, names_of, number, system_of

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import ClosedForm, solve_exactly

TOLERANCE = 1e-8  # relative, of the state at its largest


@dataclass(frozen=True)
class Verdict:
    """What became of one problem."""

    name: str
    group: str
    form: str
    outcome: str
    seconds: float
    detail: str = ""
    operations: int = 0  # in the answer as it is printed; 0 of none


def operations(text: str) -> int:
    """Return how many operations and functions stand on the right sides of printed equations."""
    sides = (line.partition(" = ")[2] or line for line in text.replace("**", "^").splitlines())
    return sum(len(re.findall(r"[-+*/^]|\w(?=\()", side)) for side in sides)


def judge(problem: Problem, budget: float) -> Verdict:
    """Return what `solve_exactly` makes of a problem."""
    system, expected_none = system_of(problem), problem["form"] == "none"
    begin, printed = process_time(), ""
    try:
        exact = solve_exactly(system, budget=budget)
    except NoClosedFormError as none:
        outcome, detail = "none", str(none)
    else:
        outcome, detail = _compared(problem, exact)
        printed = str(exact)
    seconds = process_time() - begin
    if seconds > 1.1 * budget:
        detail += " OVER BUDGET"
    if expected_none:
        outcome = "none as expected" if outcome == "none" else f"{outcome}, none expected"
    told = problem["name"], problem["group"], problem["form"], outcome, seconds, detail
    return Verdict(*told, operations(printed))


def _compared(problem: Problem, exact: ClosedForm) -> tuple[str, str]:
    values = {name: number(value) for name, value in problem["check"].items()}
    checked = [s for s in problem["ref"] if s in exact.states]
    gaps = []
    for position, time in enumerate(problem["ref_t"]):
        got = exact(number(time), values)
        for state in checked:
            expected = problem["ref"][state]
            scale = max(map(abs, expected)) or 1.0
            gap = abs(got[state] - expected[position]) / scale
            gaps.append(gap if gap == gap else float("inf"))
    worst = max(gaps, default=0.0)
    if worst == float("inf") and not exact.remaining and _starts_nowhere(exact, values):
        return "none", "the equation is undefined where it starts, for the values that are checked"
    allowed = max(TOLERANCE, 10 * problem.get("ref_err", 0.0))
    certified = "" if exact.certificate.valid else "UNCERTIFIED "
    if worst > allowed:
        return f"{certified}wrong", f"gap {worst:.1e}\n{exact}"
    if exact.remaining:
        return f"{certified}partial", f"without {', '.join(exact.remaining)}: {exact.reason}"
    return f"{certified}solved", str(exact)


def _starts_nowhere(exact: ClosedForm, values: dict[str, float]) -> bool:
    system = exact.system
    parameters = [values.get(name, 0.0) for name in system.parameters]
    rates = system.vector_field(system.t0, *system.start(*parameters), *parameters)
    return not all(map(math.isfinite, rates))


_SYMPY = """
import json, signal, sys, sympy, time
p = json.loads(sys.stdin.read())
begin = time.process_time()
signal.setitimer(signal.ITIMER_PROF, float(sys.argv[1]))  # which ends the process
t = sympy.Symbol(p["indep"])
functions = {s: sympy.Function(s)(t) for s in p["states"]}
names = {n: sympy.Symbol(n, real=True) for n in p["params"]}
names |= {p["indep"]: t, "step": lambda x: sympy.Heaviside(x, 1), "delta": sympy.DiracDelta}
names |= {s + "_prime_%d" % k: f.diff(t, k) for s, f in functions.items() for k in range(1, 11)}
read = lambda text: sympy.sympify(text, locals={**names, **functions})
t0 = read(p["t0"])
equations = [f.diff(t, p["states"][s]) - read(p["rhs"][s]) for s, f in functions.items()]
start = {}
for s, order in p["states"].items():
    for k in range(order):
        start[functions[s].diff(t, k).subs(t, t0)] = read(p["init"][s + "'" * k])
found = sympy.dsolve(equations if len(equations) > 1 else equations[0],
                     list(functions.values()) if len(functions) > 1 else [*functions.values()][0],
                     ics=start)
found = found if isinstance(found, list) else [found]
seconds = time.process_time() - begin
signal.setitimer(signal.ITIMER_PROF, 60)
values = {names[n]: sympy.sympify(v) for n, v in p["check"].items()}
right = bool(found)
for e in found:
    s = e.lhs.func.__name__
    for time, expected in zip(p["ref_t"], p["ref"][s]):
        got = complex(e.rhs.subs(values).subs(t, sympy.sympify(time)).evalf())
        right &= abs(got - expected) <= 1e-8 * (max(map(abs, p["ref"][s])) or 1)
text = "\\n".join("x = " + str(e.rhs) for e in found)
print(json.dumps(["solved" if right else "wrong", seconds, text]))
"""


def judge_sympy(problem: Problem, limit: float) -> Verdict:
    """Return what sympy makes of a problem, in a process of its own."""
    plain = {**problem}
    plain["rhs"] = {s: _primed(r, problem) for s, r in problem["rhs"].items()}
    done = subprocess.run(
        [sys.executable, "-c", _SYMPY, str(limit)], input=json.dumps(plain), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else ("error", 0.0, "")
    outcome, seconds, printed = told
    if done.returncode == -signal.SIGPROF:
        outcome, seconds = "over budget", limit
    if problem["form"] == "none":
        none = outcome in ("error", "over budget")
        outcome = "none as expected" if none else f"{outcome}, none expected"
    told = problem["name"], problem["group"], problem["form"], outcome, seconds, ""
    return Verdict(*told, operations(printed))


def _primed(text: str, problem: Problem) -> str:
    for name, plain in sorted(names_of(problem), key=lambda pair: -len(pair[0])):
        if "'" in name:
            text = text.replace(name, plain)
    return text


def table(verdicts: list[Verdict]) -> Iterator[str]:
    """Yield the lines of the summary, by group."""
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for v in verdicts:
        groups[v.group].append(v)
    for group, members in [*groups.items(), ("all", verdicts)]:
        times = sorted(v.seconds for v in members)
        late = times[min(len(times) - 1, int(0.95 * len(times)))]
        counts = ", ".join(f"{n} {o}" for o, n in Counter(v.outcome for v in members).most_common())
        yield (
            f"{group:10} {len(members):4}   median {statistics.median(times):6.3f} s   "
            f"95 % {late:6.3f} s   longest {times[-1]:6.3f} s   {counts}"
        )


def known_from(path: Path | None) -> dict[tuple[str, str], Verdict]:
    """Return the verdicts that are written down, by who was asked and what."""
    rows = path.read_text().splitlines() if path and path.exists() else []
    found = [json.loads(row) for row in rows]
    return {(row.pop("by"), row["name"]): Verdict(**row) for row in found}


def sought(
    title: str, run: Callable[[Problem], Verdict], problems: list[Problem], given: Any
) -> list[Verdict]:
    """Return the verdicts on problems, written down and shown as they come."""
    known, verdicts = known_from(given.out), []
    for problem in problems:
        v = known.get((title, problem["name"]))
        if v is None:
            v = run(problem)
            if given.out:
                given.out.parent.mkdir(parents=True, exist_ok=True)
                with given.out.open("a") as file:
                    file.write(json.dumps({"by": title, **asdict(v)}) + "\n")
        verdicts.append(v)
        if given.all or v.outcome != "solved":
            sys.stdout.write(f"{v.seconds:7.3f} s  {v.outcome:18} {v.name:40} {v.detail[:300]}\n")
            sys.stdout.flush()
    return verdicts


def side_by_side(found: dict[str, list[Verdict]], budget: float) -> Iterator[str]:
    """Yield a table in Markdown: who was asked, and how many were solved, wrong, and late."""
    solved = [{v.name for v in vs if v.outcome == "solved"} for vs in found.values()]
    shared = set[str].intersection(*solved)
    yield f"Operations: median of those in the printed answers to {len(shared)} that all solved.\n"
    yield f"Budget: {budget:g} s of processor time for a problem.\n"
    head = "| Group | Asked | Problems | Solved | In part | Wrong | Over budget | Median | 95 % "
    yield head + "| Operations |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    groups = [*dict.fromkeys(v.group for vs in found.values() for v in vs), "all"]
    for group in groups:
        for title, verdicts in found.items():
            members = [v for v in verdicts if group in ("all", v.group)]
            if members:
                yield _row(group, title, members, budget, shared)


def _row(group: str, title: str, members: list[Verdict], budget: float, shared: set[str]) -> str:
    times = sorted(v.seconds for v in members)
    late = times[min(len(times) - 1, int(0.95 * len(times)))]
    right = sum(v.outcome in ("solved", "none as expected") for v in members)
    partial = sum("partial" in v.outcome for v in members)
    wrong = sum("wrong" in v.outcome for v in members)
    over = sum(v.outcome == "over budget" or v.seconds > 1.1 * budget for v in members)
    sizes = [v.operations for v in members if v.name in shared]
    length = f"{statistics.median(sizes):g}" if sizes else "-"
    return (
        f"| {group} | {title} | {len(members)} | {right} | {partial} | {wrong} | {over} | "
        f"{statistics.median(times):.3f} s | {late:.3f} s | {length} |"
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--group", default="")
    parser.add_argument("--only", default="")
    parser.add_argument("--budget", type=float, default=2.0)
    parser.add_argument("--sympy", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--all", action="store_true", help="show the solved ones too")
    parser.add_argument("--out", type=Path, help="write verdicts down, and go on from there")
    parser.add_argument("--table", type=Path, help="write the table, in Markdown")
    given = parser.parse_args()
    os.environ["RATELAW_CACHE"] = ""  # nothing is known from before
    problems = json.loads(given.corpus.read_text())
    chosen = [p for p in problems if given.group in p["group"] and given.only in p["name"]]
    solve_exactly("dx/dt = x*cos(t)", budget=600)  # whatever is loaded once
    asked = {"ratelaw": lambda p: judge(p, given.budget)}
    if given.sympy:
        asked["sympy.dsolve"] = lambda p: judge_sympy(p, given.sympy)
    found = {title: sought(title, run, chosen, given) for title, run in asked.items()}
    for title, verdicts in found.items():
        sys.stdout.write(f"\n{title}\n" + "\n".join(table(verdicts)) + "\n")
    if given.table:
        given.table.write_text("\n".join(side_by_side(found, given.budget)) + "\n")


if __name__ == "__main__":
    main()
