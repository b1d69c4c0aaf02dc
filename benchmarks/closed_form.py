"""Closed forms against a corpus of problems: how many are found, right, and how fast.

    python benchmarks/closed_form.py closed_form.json [--group model] [--only NAME] [--sympy 10]

Each problem has states with their orders, the highest derivatives, start values, and values of the
states at some times from numerical integration. With ``--sympy SECONDS`` the same problems are
given to ``sympy.dsolve``, each in a process of its own that is ended after that time. Times are of
the processor for us, by the clock for sympy.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from ratelaw.models.errors import NoClosedFormError
from ratelaw.models.exact.solve import ClosedForm, solve_exactly
from ratelaw.models.language.read import read_expression
from ratelaw.models.system import FirstOrderSystem, SystemEvent
from ratelaw.models.tape import Builder

TOLERANCE = 1e-8  # relative, of the state at its largest
_INVERSE = {"csc": "sin", "sec": "cos", "cot": "tan"}
Problem = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What became of one problem."""

    name: str
    group: str
    form: str
    outcome: str
    seconds: float
    detail: str = ""


def names_of(problem: Problem) -> Iterator[tuple[str, str]]:
    """Yield each first-order state, with the name it gets while its formula is read."""
    for state, order in problem["states"].items():
        for k in range(order):
            yield state + "'" * k, f"{state}_prime_{k}" if k else state


def readable(text: str, problem: Problem) -> str:
    """Return a formula of the corpus in the language of models."""
    for name, plain in sorted(names_of(problem), key=lambda pair: -len(pair[0])):
        if "'" in name:
            text = text.replace(name, plain)
    for name, below in _INVERSE.items():
        text = re.sub(rf"\b{name}\(", f"1/{below}(", text)
    text = _calls(text, "step", lambda inside: f"if({inside} < 0, 0, 1)")
    return _calls(text, "delta", lambda _: "0")


def _calls(text: str, name: str, write: Any) -> str:
    """Replace each call of a function of one argument."""
    while found := re.search(rf"\b{name}\(", text):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        text = f"{text[: found.start()]}({write(text[found.end() : end - 1])}){text[end:]}"
    return text


def system_of(problem: Problem) -> FirstOrderSystem:
    """Return a problem as a first-order system."""
    plain = dict(names_of(problem))
    states, parameters, time = tuple(plain), tuple(problem["params"]), problem["indep"]
    field, start = Builder((time, *states, *parameters)), Builder(parameters)
    rates = []
    for state, order in problem["states"].items():
        rates += [field.input(state + "'" * k) for k in range(1, order)]
        rates.append(_put(field, problem["rhs"][state], problem, plain))
    starts = [_put(start, problem["init"][s], problem, plain) for s in states]
    return FirstOrderSystem(
        states, parameters, field.finish(rates), start.finish(starts), time,
        _number(problem["t0"]), _doses(problem, states),
    )  # fmt: skip


def _put(builder: Builder, text: str, problem: Problem, plain: dict[str, str]) -> Any:
    tape = read_expression(readable(str(text), problem))
    original = {short: name for name, short in plain.items()}
    return builder.inline(tape, [builder.input(original.get(n, n)) for n in tape.inputs])[0]


def _doses(problem: Problem, states: tuple[str, ...]) -> tuple[SystemEvent, ...]:
    """Return what is added at once, a*delta(t - b), as events."""
    events = []
    for state, text in problem["rhs"].items():
        for amount, when in re.findall(r"(\w+)\*delta\(t-([\w*]+)\)", text):
            parameters = tuple(problem["params"])
            at = Builder(parameters)
            time = _put(at, when, problem, {})
            reset = Builder(("before", problem["indep"], *states, *parameters))
            after = [
                reset.input(s) + reset.input(amount) if s == state else reset.input(s)
                for s in states
            ]
            occasion = at.finish([time, 0.0, time])
            events.append(SystemEvent(f"{state} += {amount}", None, occasion, reset.finish(after)))
    return tuple(events)


def _number(text: str) -> float:
    return read_expression(str(text))()[0]


def judge(problem: Problem, budget: float) -> Verdict:
    """Return what `solve_exactly` makes of a problem."""
    system, expected_none = system_of(problem), problem["form"] == "none"
    begin = process_time()
    try:
        exact = solve_exactly(system, budget=budget)
    except NoClosedFormError as none:
        outcome, detail = "none", str(none)
    else:
        outcome, detail = _compared(problem, exact)
    seconds = process_time() - begin
    if seconds > 1.1 * budget:
        detail += " OVER BUDGET"
    if expected_none:
        outcome = "none as expected" if outcome == "none" else f"{outcome}, none expected"
    return Verdict(problem["name"], problem["group"], problem["form"], outcome, seconds, detail)


def _compared(problem: Problem, exact: ClosedForm) -> tuple[str, str]:
    values = {name: _number(value) for name, value in problem["check"].items()}
    checked = [s for s in problem["ref"] if s in exact.states]
    gaps = []
    for position, time in enumerate(problem["ref_t"]):
        got = exact(_number(time), values)
        for state in checked:
            expected = problem["ref"][state]
            scale = max(map(abs, expected)) or 1.0
            gap = abs(got[state] - expected[position]) / scale
            gaps.append(gap if gap == gap else float("inf"))
    worst = max(gaps, default=0.0)
    allowed = max(TOLERANCE, 10 * problem.get("ref_err", 0.0))
    certified = "" if exact.certificate.valid else "UNCERTIFIED "
    if worst > allowed:
        return f"{certified}wrong", f"gap {worst:.1e}\n{exact}"
    if exact.remaining:
        return f"{certified}partial", f"without {', '.join(exact.remaining)}: {exact.reason}"
    return f"{certified}solved", str(exact)


_SYMPY = """
import json, sys, sympy
p = json.loads(sys.stdin.read())
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
values = {names[n]: sympy.sympify(v) for n, v in p["check"].items()}
right = bool(found)
for e in found:
    s = e.lhs.func.__name__
    for time, expected in zip(p["ref_t"], p["ref"][s]):
        got = complex(e.rhs.subs(values).subs(t, sympy.sympify(time)).evalf())
        right &= abs(got - expected) <= 1e-8 * (max(map(abs, p["ref"][s])) or 1)
print("solved" if right else "wrong")
"""


def judge_sympy(problem: Problem, limit: float) -> Verdict:
    """Return what sympy makes of a problem, in a process of its own."""
    plain = {**problem}
    plain["rhs"] = {s: _primed(r, problem) for s, r in problem["rhs"].items()}
    begin = perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-c", _SYMPY], input=json.dumps(plain), capture_output=True,
            text=True, timeout=limit, check=False,
        )  # fmt: skip
        outcome = done.stdout.strip() or "error"
    except subprocess.TimeoutExpired:
        outcome = "no answer in time"
    seconds = perf_counter() - begin
    return Verdict(problem["name"], problem["group"], problem["form"], outcome, seconds)


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


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--group", default="")
    parser.add_argument("--only", default="")
    parser.add_argument("--budget", type=float, default=2.0)
    parser.add_argument("--sympy", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--all", action="store_true", help="show the solved ones too")
    given = parser.parse_args()
    os.environ["RATELAW_CACHE"] = ""  # nothing is known from before
    problems = json.loads(given.corpus.read_text())
    chosen = [p for p in problems if given.group in p["group"] and given.only in p["name"]]
    say = sys.stdout.write
    solve_exactly("dx/dt = x*cos(t)", budget=600)  # whatever is loaded once
    for title, run in (
        ("ratelaw", lambda p: judge(p, given.budget)),
        ("sympy.dsolve", lambda p: judge_sympy(p, given.sympy)),
    ):
        if title != "ratelaw" and not given.sympy:
            continue
        verdicts = []
        for problem in chosen:
            verdicts.append(run(problem))
            v = verdicts[-1]
            if given.all or v.outcome != "solved":
                say(f"{v.seconds:7.3f} s  {v.outcome:18} {v.name:40} {v.detail[:300]}\n")
                sys.stdout.flush()
        say(f"\n{title}\n" + "\n".join(table(verdicts)) + "\n")


if __name__ == "__main__":
    main()
