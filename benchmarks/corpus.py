"""The corpus of problems with known closed forms, read as first-order systems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ratelaw.models.language.read import read_expression
from ratelaw.models.system import FirstOrderSystem, SystemEvent
from ratelaw.models.tape import Builder

_INVERSE = {"csc": "sin", "sec": "cos", "cot": "tan"}
Problem = dict[str, Any]


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
        number(problem["t0"]), _doses(problem, states),
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


def number(text: str) -> float:
    """Return a number that is written as a formula."""
    return read_expression(str(text))()[0]
