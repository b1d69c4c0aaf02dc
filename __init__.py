"""ratelaw: write the rate of change once; get its solution, gradients, fit, error bars and picture.

Nothing is imported until it is asked for: `import ratelaw` costs a few milliseconds, and a name
loads the module that defines it and no other.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import calculus as calculus
    from .models.exact.solve import ClosedForm as ClosedForm
    from .models.exact.solve import solve_exactly as solve_exactly
    from .models.library import LIBRARY as library
    from .models.model import Model as Model
    from .models.specify import model as model
    from .models.tape import where as where
    from .solvers.datasets import DATASETS as datasets
    from .solvers.draw import LogNormal as LogNormal
    from .solvers.draw import Normal as Normal
    from .solvers.draw import Uniform as Uniform
    from .solvers.draw import draw as draw
    from .solvers.fit.experiment import Experiment as Experiment
    from .solvers.fit.fit import fit as fit
    from .solvers.fit.parameters import log as log
    from .solvers.fit.result import FitResult as FitResult
    from .solvers.methods import SHELF as methods
    from .solvers.plot.verb import plot as plot
    from .solvers.solution import Solution as Solution
    from .solvers.solve import solve as solve

# Each public name, the module that defines it, and its name there; a room is the module itself.
_HOME = {
    "ClosedForm": ("models.exact.solve", "ClosedForm"),
    "Experiment": ("solvers.fit.experiment", "Experiment"),
    "FitResult": ("solvers.fit.result", "FitResult"),
    "LogNormal": ("solvers.draw", "LogNormal"),
    "Model": ("models.model", "Model"),
    "Normal": ("solvers.draw", "Normal"),
    "Solution": ("solvers.solution", "Solution"),
    "Uniform": ("solvers.draw", "Uniform"),
    "calculus": ("models.calculus", ""),
    "datasets": ("solvers.datasets", "DATASETS"),
    "draw": ("solvers.draw", "draw"),
    "fit": ("solvers.fit.fit", "fit"),
    "library": ("models.library", "LIBRARY"),
    "log": ("solvers.fit.parameters", "log"),
    "methods": ("solvers.methods", "SHELF"),
    "model": ("models.specify", "model"),
    "plot": ("solvers.plot.verb", "plot"),
    "solve": ("solvers.solve", "solve"),
    "solve_exactly": ("models.exact.solve", "solve_exactly"),
    "where": ("models.tape", "where"),
}

__all__ = [
    "ClosedForm", "Experiment", "FitResult", "LogNormal", "Model", "Normal", "Solution", "Uniform",
    "calculus", "datasets", "draw", "fit", "library", "log", "methods", "model", "plot", "solve",
    "solve_exactly", "where",
]  # fmt: skip
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOME[name]
    home = import_module(f".{module}", __name__)
    found: object = getattr(home, attribute) if attribute else home
    globals()[name] = found  # from now on found without asking here
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
