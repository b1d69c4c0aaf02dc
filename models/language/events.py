"""Statements of events: when something happens, and what is set then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..errors import did_you_mean, listing
from ..symbols import Action, Event
from ..tape import Tape
from .comparisons import comparisons, tokens_of
from .draft import Draft, place
from .formulas import with_constants
from .indices import Indices, runs

_CHANGES: Mapping[str, str] = {"+=": "add", "-=": "sub", "*=": "mul", "/=": "div"}
_BRACKETS = re.compile(r"(?:\s*[)\]])*")  # which the tokens of a formula leave out


def keep_event(kind: str) -> Any:
    """Return what reads an event of a kind, ``when``, ``at`` or ``every``."""
    return partial(_keep, kind)


def _keep(kind: str, draft: Draft, *parts: Any) -> None:
    """Note an event; its formulas are read once every name is known."""
    draft.later.append(lambda known: known.events.extend(_events(kind, known, parts)))


def _events(kind: str, draft: Draft, parts: Sequence[Any]) -> Iterator[Event]:
    """Yield the event, once for each element it runs over."""
    *_, then = parts
    ranges = next((p for p in then.children if p.data == "ranges"), None)
    for indices in runs(ranges, draft.constants, draft.fail):
        text = "" if ranges else _text(draft, parts)
        yield _Reading(draft, indices).event(kind, parts, text)


class _Reading:
    """One event read, for one choice of indices."""

    def __init__(self, draft: Draft, indices: Indices) -> None:
        self.draft, self.indices = draft, indices
        self.states, self.t0 = draft.states, draft.t0

    def event(self, kind: str, parts: Sequence[Any], text: str) -> Event:
        """Return the event."""
        trees = {p.data: p for p in parts if hasattr(p, "data")}
        then = trees.pop("then")
        actions = [p for p in then.children if p.data != "ranges"]
        stops = parts[0].type == "STOPS" or any(a.data == "ends" for a in actions)
        head = next(p for p in parts if hasattr(p, "type") and p.type != "STOPS")
        if not (stops or actions):
            problem = "what happens then? Write : x = 0, or : stop, or : note"
            raise self.draft.fail(problem, head)
        due = {"when": self._when, "at": self._at, "every": self._every}[kind](trees)
        sets = tuple(self._actions(a for a in actions if a.data == "sets"))
        note = self.draft.note([head, *tokens_of(then)][-1])
        return Event(**due, actions=sets, stop=stops, text=text, note=note, place=place(parts[0]))

    # ---- when it happens ----------------------------------------------------------------------

    def _when(self, trees: Mapping[str, Any]) -> dict[str, Any]:
        (condition,) = trees.values()
        comparisons(condition, self.draft.fail, "when x < 1 and y > 2: …")
        return {"condition": self._tape(condition)}

    def _at(self, trees: Mapping[str, Any]) -> dict[str, Any]:
        head, *others = trees["times"].children
        if hasattr(head, "data"):
            others.insert(0, head)
        elif self.draft.formulas.name(head) != self.draft.time:
            problem = f"the time is called {self.draft.time} here: at {self.draft.time} = …"
            raise self.draft.fail(problem, head)
        return {"times": tuple(self._time(tree) for tree in others)}

    def _every(self, trees: Mapping[str, Any]) -> dict[str, Any]:
        period = trees["period"].children[0]
        every = self._scheduled(period)
        if not every.inputs and not every()[0] > 0:
            problem = f"the time from one to the next must be positive, got {every()[0]:g}"
            raise self.draft.fail(problem, tokens_of(period)[0])
        first, last = (
            self._time(trees[name].children[0]) if name in trees else None
            for name in ("since", "until")
        )
        if last is not None and not last.inputs and not (first and first.inputs):
            begin = first()[0] if first else self.t0
            if last()[0] < begin:
                problem = f"this ends at {last()[0]:g}, before it begins at {begin:g}"
                raise self.draft.fail(problem, tokens_of(trees["until"])[0])
        return {"every": every, "first": first, "last": last}

    def _time(self, tree: Any) -> Tape:
        """Return a time; refuse one before the start."""
        tape = self._scheduled(tree)
        if not tape.inputs and tape()[0] < self.t0:
            problem = f"the time {tape()[0]:g} is before the start at {self.t0:g}"
            raise self.draft.fail(problem, tokens_of(tree)[0])
        return tape

    def _scheduled(self, tree: Any) -> Tape:
        """Return a formula that does not change with time."""
        tape = self._tape(tree)
        moving = sorted(n for n in tape.used() if self._moves(n))
        if moving:
            problem = (
                f"the times of an event are formulas of numbers and parameters; {listing(moving)} "
                "changes with time: write when … for a condition"
            )
            raise self.draft.fail(problem, tokens_of(tree)[0])
        return tape

    def _moves(self, name: str) -> bool:
        """Tell whether a name changes with time, by itself or by way of its formula."""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            name = waiting.pop()
            if name in self.states or name == self.draft.time:
                return True
            if name in self.draft.assigned and name not in seen:
                seen.add(name)
                waiting += self.draft.formula(self.draft.assigned[name]).used()
            elif name in self.draft.formulas_inside and name not in seen:
                seen.add(name)
                waiting += self.draft.formulas_inside[name].used()
        return False

    # ---- what is set --------------------------------------------------------------------------

    def _actions(self, actions: Iterator[Any]) -> Iterator[Action]:
        found: set[str] = set()
        for action in actions:
            target, *change, formula = action.children
            part, *primes = target.children
            name, token = self.draft.formulas.quantity(part, self.indices)
            state = name + "".join(map(str, primes))
            if state not in self.states:
                raise self.draft.fail(self._no_state(state), token)
            if state in found:
                problem = f"{state} is set twice; all formulas see the values before the event"
                raise self.draft.fail(problem, token)
            found.add(state)
            yield Action(state, self._changed(state, change, formula), place(token))

    def _changed(self, state: str, change: Sequence[Any], formula: Any) -> Tape:
        if not change:
            return self._tape(formula)
        formulas = self.draft.formulas
        value = formulas.value(formula, self.indices)
        value = formulas.builder.input(state).apply(_CHANGES[str(change[0])], value)
        return self._closed(formulas.builder.formula(value))

    def _no_state(self, name: str) -> str:
        remedy = f"make it a state: d{name}/d{self.draft.time} = 0; {name}({self.t0:g}) = …"
        if name == self.draft.time:
            return f"{name} is the time, which no event sets"
        if name in self.draft.assigned:
            tape = self.draft.formula(self.draft.assigned[name])
            what = "is given by a formula, which" if tape.inputs else "is a parameter, which"
            return f"{name} {what} no event changes; {remedy}"
        formulas = self.draft.formulas
        if name in formulas.mentioned or name in formulas.own:
            return f"{name} is a parameter, which no event changes; {remedy}"
        close = did_you_mean(name, self.states)
        return f"no {name} in this model; an event sets a state: {listing(self.states)}.{close}"

    def _tape(self, tree: Any) -> Tape:
        formulas = self.draft.formulas
        return self._closed(formulas.builder.formula(formulas.value(tree, self.indices)))

    def _closed(self, tape: Tape) -> Tape:
        return with_constants(tape, self.draft.formulas.own)


def _text(draft: Draft, parts: Sequence[Any]) -> str:
    """Return a statement as it was written, in one line."""
    tokens = [t for p in parts for t in (tokens_of(p) if hasattr(p, "data") else [p])]
    text = draft.formulas.text
    start, end = tokens[0].start_pos, max(t.end_pos for t in tokens)
    end = (_BRACKETS.match(text, end) or tokens[0]).end()
    code = (line.partition("#")[0] for line in text[start:end].split("\n"))
    return re.sub(r"\s+", " ", " ".join(code)).strip()
