"""Which backend and method solve a problem, and why."""

from __future__ import annotations

from dataclasses import replace

from ...models.errors import InputError, RefusalError, UnknownNameError, did_you_mean, listing
from ...models.given import as_text
from ..backends import SHELF, exact
from ..methods import SHELF as METHODS
from ..problem import InitialValueProblem
from .choice import Choice, numerical
from .partial import Partial, known_part, part_asked_for
from .stiff_ways import ours

PARTIAL = "partial"  # closed forms where there are some, put into the rates of the other states


def choose(problem: InitialValueProblem, method: str, device: str = "cpu") -> Choice:
    """Return who solves a problem.

    Parameters
    ----------
    problem
        What is to be solved.
    method
        ``auto``, ``exact``, ``partial``, a method's name, or one qualified by its backend,
        ``scipy:LSODA``.
    device
        ``cpu``, or a device of torch.

    Raises
    ------
    UnknownNameError
        For a backend or method that does not exist, with those that do.
    RefusalError
        If the one asked for says it cannot solve the problem.
    DeviceError, MissingExtraError
        If the device, or torch, is not there.
    """
    if not isinstance(method, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f'method: got {method!r}; expected a name such as "auto" or "scipy:LSODA"')
    as_text("device", device, "cuda")
    automatic = method == "auto"
    if method == PARTIAL:
        return _partly(problem, device)
    choice = _automatic(problem, device) if automatic else _named(problem, method, device)
    if choice.partial is not None:
        return choice
    backend = SHELF[choice.backend]
    refusal = backend.refusal(choice.place(problem), choice.method)
    if refusal:
        raise RefusalError(f"{choice.name} cannot solve this problem: {refusal}")
    if not automatic and choice.method not in backend.methods:  # they are loaded to be named
        raise UnknownNameError(
            f"method: {choice.backend} has no method {choice.method!r}; it has "
            f"{listing(backend.methods)}.{did_you_mean(choice.method, backend.methods)}"
        )
    return choice


def _named(problem: InitialValueProblem, method: str, device: str) -> Choice:
    backend, qualified, name = method.partition(":")
    if not qualified:
        if method in SHELF:
            backend, name = method, SHELF[method].methods[0]
        elif method in METHODS:
            backend, name = (
                ours(problem, method)[0] if device == "cpu" else "torchdiffeq",
                method,
            )
        else:
            known = ["auto", PARTIAL, *SHELF.names(), *METHODS.names()]
            raise UnknownNameError(
                f"method: no method or backend is called {method!r}; there are {listing(known)}."
                f"{_elsewhere(method) or did_you_mean(method, known)}"
            )
    return Choice(backend, name, "asked for", device=device)


def _elsewhere(method: str) -> str:
    """Return `` Did you mean scipy:RK45?`` where a backend has this method, however it is cased."""
    own = (f"{backend}:{m}" for backend in SHELF for m in SHELF[backend].methods)
    same = [name for name in own if name.partition(":")[2].casefold() == method.casefold()]
    return f" Did you mean {same[0]}?" if same else ""


def _automatic(problem: InitialValueProblem, device: str) -> Choice:
    if device == "cpu" and problem.step is None:
        reason = exact.is_known(problem)
        if reason:
            return Choice("exact", "closed_form", reason, stepped=True)
        part = known_part(problem.base or problem.system)
        if part is not None:
            return _perhaps_partly(problem, part)
    return numerical(problem, device)


def _partly(problem: InitialValueProblem, device: str) -> Choice:
    if device != "cpu":
        raise RefusalError(f'method="partial" computes on the cpu, not on {device}')
    part = part_asked_for(problem.base or problem.system)
    return replace(_with_formulas(problem, part, "asked for"), wherever=True)


def _perhaps_partly(problem: InitialValueProblem, part: Partial) -> Choice:
    """Return who solves a problem of which a partial closed form is known, put in or not."""
    if not part.turns(problem).any():
        return replace(numerical(problem, "cpu"), beside=part)
    often = "exact states turn so often on the way that errors of steps would add up"
    return _with_formulas(problem, part, often)


def _with_formulas(problem: InitialValueProblem, part: Partial, why: str) -> Choice:
    """Return who integrates the states that have no closed form, with the others put in."""
    choice = numerical(part.problem(problem), "cpu")
    return replace(choice, partial=part, reason=f"{why}: {part.told}; {choice.reason}")
