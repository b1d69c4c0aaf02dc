"""The calculus of a model and of its formulas: derivatives with their rules, shapes and checks.

Everything here answers with a small value that prints as one would write it on paper, typesets as
LaTeX, explains itself in numbered steps and compares itself with numbers when asked (`check`).
"""

from .adjoint import AdjointEquations, adjoint_equations
from .chain import TotalDerivative, VectorChain, chain_rule, total_derivative
from .descent import Descent, gradient_descent
from .dynamics import jacobian
from .formula import Formula
from .jacobian import Jacobian
from .linearisation import Linearisation, linearise
from .matrices.derivative import MatrixDerivative
from .quotient import DifferenceQuotient, difference_quotient
from .regression import Regression, linear_regression
from .result import Check, Explanation, Step
from .rules import RULES, Rule, rule
from .scalar import ScalarDerivative, derivative, explain
from .sensitivities import SensitivityEquations, sensitivity_equations
from .shapes import Shape, ShapeTable, shape, shapes
from .stationary import StationaryPoint, StationaryPoints, stationary_points
from .vector import Gradient, Hessian, gradient, hessian

__all__ = [
    "RULES", "AdjointEquations", "Check", "Descent", "DifferenceQuotient", "Explanation",
    "Formula", "Gradient", "Hessian", "Jacobian", "Linearisation", "MatrixDerivative",
    "Regression", "Rule", "ScalarDerivative", "SensitivityEquations", "Shape", "ShapeTable",
    "StationaryPoint", "StationaryPoints", "Step", "TotalDerivative", "VectorChain",
    "adjoint_equations", "chain_rule", "derivative", "difference_quotient", "explain", "gradient",
    "gradient_descent", "hessian", "jacobian", "linear_regression", "linearise", "rule",
    "sensitivity_equations", "shape", "shapes", "stationary_points", "total_derivative",
]  # fmt: skip
