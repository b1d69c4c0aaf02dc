"""Compiled lanes put together: who writes a method's steps, and the code for a system."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Literal

import numpy as np

from ...models.system import FirstOrderSystem
from ...models.tape import Tape
from ...models.uncollected import uncollected
from ..arrays import Int
from ..compose.control import first_memory, is_explicit
from ..compose.hidden import hidden
from ..compose.leaps import leaps
from ..compose.program import Program as Composed
from ..events.triggers import on_states
from ..integrator import compose, interpolation
from ..kernels.compile import compiled, host
from ..kernels.page import Machine
from ..method import Method
from ..tableaux.rosenbrock import RosenbrockTableau
from ..tableaux.taylor import TaylorSeries
from .layout import MOST_VECTORS, Layout
from .loop.driver import SIGNATURES, kernel
from .loop.whole import Whole
from .loop.work import Stepper
from .piece import Program

LARGEST_WHOLE = 8  # states up to which a step is one stretch of code: beyond, loops are as fast
LARGEST_ROSENBROCK = 16  # of a Rosenbrock method: twice as fast as loops, but soon long to compile
# States up to which two vectors, taken in turn, are faster than one: a step of one is a chain of
# operations each of which waits for the last. With more states there is enough to do meanwhile.
LARGEST_DOUBLED = 3

# Numbers beyond which steps of fewer lanes are faster, if they reach so many again and again: the
# first cache of today's processors holds 4096 to 6144. As measured on Zen 4, by a seventh.
FIRST_CACHE, FEW, BESIDE = 6144, 4, 3  # beside slopes there are states before, at and after stages

LARGEST_BLOCK = 1 << 22  # words of matrices and the like for the lanes of one thread: 32 megabytes

Company = Literal["alone", "few", "crowd"]  # of a trajectory: how many others there are


@lru_cache(maxsize=64)
@uncollected()
def program(
    system: FirstOrderSystem, method: Method, adaptive: bool, controlled: int,
    tally: Tape | None, recording: bool, company: Company, watched: Tape | None,
    poles: Composed | None,
) -> Program:  # fmt: skip
    """Return the compiled lanes of a system by a method.

    Parameters
    ----------
    system, method
        What steps, and how.
    adaptive
        Whether steps are chosen by the error.
    controlled
        How many states' errors count.
    tally
        What is added up at outputs; None to keep the states there.
    recording
        Whether accepted steps are kept, to be gone back over.
    company
        One trajectory alone needs no vector; of a crowd two vectors are worth their longer code.
    watched
        (t, y, p) to the values of conditions that are looked at in every step.
    poles
        The look for poles in every step; see `passing`.
    """
    chosen = method.adaptive if adaptive else method
    look, leap = None, leaps(system) if system.events else None
    if watched is not None:
        from ..compose.probes import probes  # neither is loaded where nothing is watched
        from ..compose.stages import ELEMENT

        look = probes(system, interpolation(ELEMENT, chosen), watched, len(on_states(system)))
    pulses = hidden(system, chosen, controlled) if adaptive else None
    plain = watched is None and not recording and pulses is None
    bare = plain and not system.events and tally is None
    machine = _machine(system.n_states, method, company, in_turn=bare if adaptive else plain)
    stepper, n_kept, size, places = _stepper(system, chosen, controlled, look)
    if stepper.looped and chosen.tableau.is_explicit:
        machine = _near(machine, system, n_kept)
    elif sum(length or 1 for _, length in stepper.handed_on) * machine.width > LARGEST_BLOCK:
        machine = machine.narrow
    layout = Layout(
        machine.width, system.n_states, system.n_parameters, n_kept, stepper.looped,
        0 if watched is None else len(watched.outputs), stepper.dense_rows,
        len(tally.outputs) if tally else 0, stepper.handed_on, recording, len(system.events),
        leap.inside if leap else (),
    )  # fmt: skip
    often, seldom = kernel(
        stepper, machine, layout, adaptive=adaptive, tally=tally, leaps=leap, hidden=pulses,
        poles=poles if adaptive else None,
    )  # fmt: skip
    inside = tuple(program is not None for program in leap.programs) if leap else ()
    code = compiled(often, SIGNATURES, seldom, stepper.shared(machine))
    memory = first_memory(chosen)
    return Program(code, layout, stepper.n_stages, size, memory, places, inside)


def in_one_piece(system: FirstOrderSystem, method: Method) -> bool:
    """Tell whether a step is one stretch of code; otherwise it is loops over states."""
    n = system.n_states
    if n <= LARGEST_WHOLE or isinstance(method.tableau, TaylorSeries):
        return True
    return isinstance(method.tableau, RosenbrockTableau) and n <= LARGEST_ROSENBROCK


def _machine(n_states: int, method: Method, company: Company, *, in_turn: bool) -> Machine:
    if company == "alone":
        return host().narrow
    if company == "few" or n_states > LARGEST_DOUBLED:
        return host()
    # A step with elimination is long enough for two, by a tenth to a sixth as measured; one that is
    # repeated cannot be cut into parts that take turns.
    return host().times(MOST_VECTORS if in_turn and is_explicit(method) else 2)


def _near(machine: Machine, system: FirstOrderSystem, n_kept: int) -> Machine:
    """Return a machine of fewer lanes where what a step reads again and again is kept nearer so.

    Functions of the C library take all lanes at once, and are left so.
    """
    rows = system.n_states * (n_kept + BESIDE)
    if machine.width <= FEW or rows * machine.width <= FIRST_CACHE:
        return machine
    nodes = system.vector_field.nodes
    exponents = [nodes[node.args[1]].value for node in nodes if node.op == "pow"]
    called = {node.op for node in nodes} & set(machine.functions) - {"pow"}
    if called or not all((2.0 * value).is_integer() for value in exponents):
        return machine
    return replace(machine, width=FEW)


def _stepper(
    system: FirstOrderSystem, method: Method, controlled: int, look: Composed | None
) -> tuple[Stepper, int, int, Int]:
    """Return who writes steps, the vectors they keep, about their operations, and their places."""
    none = np.zeros(1, dtype=np.int64)
    if in_one_piece(system, method):
        integrator = compose(system, method, controlled)
        return Whole(integrator, look), integrator.n_kept, integrator.step.size, none
    from .large.many import in_loops  # not loaded where no system is large

    return in_loops(system, method, controlled, look)
