"""The problems: texts in the language of models, with their sources."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from compiled import of_arrays
from problem import Problem

SAMPLE = 12  # members of an ensemble that are compared with the reference


def precise(bare: Problem, p: np.ndarray | None = None) -> np.ndarray:
    """Return the end state by a method of scipy at its finest tolerance."""
    from scipy.integrate import solve_ivp

    found = solve_ivp(
        of_arrays(bare), (0.0, bare.end), bare.y0, args=(bare.p[:, 0] if p is None else p,),
        method="Radau" if bare.stiff else "DOP853", rtol=1e-12 if bare.stiff else 3e-14, atol=1e-16,
    )  # fmt: skip
    assert found.success, found.message
    return found.y[:, -1]


@cache
def single(name: str) -> Problem:
    """Return a problem of one trajectory."""
    text, end, options = SINGLES[name]()
    known = options.pop("reference", None)
    reference = (
        precise(Problem(name, text, end, np.empty(0), **options)) if known is None else known
    )
    return Problem(name, text, end, np.asarray(reference), **options)


@cache
def ensemble(name: str, n: int) -> Problem:
    """Return a problem of `n` members, with references for some of them."""
    text, end, varies, options = ENSEMBLES[name](n)
    problem = Problem(name, text, end, np.empty(0), varies=varies, **options)
    reference = np.full((len(problem.y0), n), np.nan)
    for j in np.linspace(0, n - 1, min(SAMPLE, n)).astype(int):
        reference[:, j] = precise(problem, problem.p[:, j].copy())
    return Problem(name, text, end, reference, varies=varies, **options)


COOLING = "dT/dt = -0.7*(T - 20); T(0) = 90"
PREY = "dx/dt = 1.5*x - x*y; dy/dt = -3*y + x*y; x(0) = 1; y(0) = 1"
LORENZ = """
    dx/dt = s*(y - x); dy/dt = x*(r - z) - y; dz/dt = x*y - b*z
    x(0) = 1; y(0) = 0; z(0) = 0; s = 10; r = 28; b = 2.6666666666666665
"""
ROBERTSON = """
    da/dt = -k1*a + k3*b*c; db/dt = k1*a - k3*b*c - k2*b^2; dc/dt = k2*b^2
    a(0) = 1; b(0) = 0; c(0) = 0; k1 = 0.04; k2 = 3e7; k3 = 1e4
"""
VAN_DER_POL = "dx/dt = y; dy/dt = mu*(1 - x^2)*y - x; x(0) = 2; y(0) = 0; mu = 1000"
OREGONATOR = """
    dx/dt = 77.27*(y + x*(1 - q*x - y)); dy/dt = (z - (1 + x)*y)/77.27; dz/dt = w*(x - z)
    x(0) = 1; y(0) = 2; z(0) = 3; q = 8.375e-6; w = 0.161
"""
HIRES = """
    da/dt = -1.71*a + 0.43*b + 8.32*c + 0.0007;  db/dt = 1.71*a - 8.75*b
    dc/dt = -10.03*c + 0.43*d + 0.035*f;  dd/dt = 8.32*b + 1.71*c - 1.12*d
    df/dt = -1.745*f + 0.43*g + 0.43*h;  dg/dt = -k*g*m + 0.69*d + 1.71*f - 0.43*g + 0.69*h
    dh/dt = k*g*m - 1.81*h;  dm/dt = -k*g*m + 1.81*h
    a(0) = 1; b(0) = 0; c(0) = 0; d(0) = 0; f(0) = 0; g(0) = 0; h(0) = 0; m(0) = 0.0057; k = 280
"""
PLEIADES_START = "3 3 -1 -3 2 -2 2 3 -3 2 0 0 -4 4 0 0 0 0 0 1.75 -1.5 0 0 0 -1.25 1 0 0".split()


def pleiades() -> str:
    """Return the seven stars of Hairer, Norsett and Wanner 1993, equation II.10.3."""
    rows = [f"dx{i}/dt = u{i}; dy{i}/dt = v{i}" for i in range(7)]
    for i in range(7):
        others = [j for j in range(7) if j != i]
        for axis, rate in (("x", "u"), ("y", "v")):
            pulls = (f"{j + 1}*m*({axis}{j} - {axis}{i})/r{i}_{j}^3" for j in others)
            rows.append(f"d{rate}{i}/dt = {' + '.join(pulls)}")
        rows += [f"r{i}_{j} = sqrt((x{j} - x{i})^2 + (y{j} - y{i})^2)" for j in others]
    names = [f"{kind}{i}" for kind in "xyuv" for i in range(7)]
    rows += [f"{n}(0) = {v}" for n, v in zip(names, PLEIADES_START, strict=True)]
    return "\n".join([*rows, "m = 1"])


def brusselator(n: int) -> str:
    """Return the Brusselator on n points, diffusing (Hairer, Norsett and Wanner 1993, II.10.5)."""
    rows = ["a = 0.02", "b = 3"]
    c = (n + 1) ** 2
    for i in range(1, n + 1):
        left_u, right_u = ("1" if i == 1 else f"u{i - 1}"), ("1" if i == n else f"u{i + 1}")
        left_v, right_v = ("3" if i == 1 else f"v{i - 1}"), ("3" if i == n else f"v{i + 1}")
        rows += [
            f"du{i}/dt = 1 + u{i}^2*v{i} - (b + 1)*u{i} + a*{c}*({left_u} - 2*u{i} + {right_u})",
            f"dv{i}/dt = b*u{i} - u{i}^2*v{i} + a*{c}*({left_v} - 2*v{i} + {right_v})",
            f"u{i}(0) = {1 + math.sin(2 * math.pi * i / (n + 1))!r}", f"v{i}(0) = 3",
        ]  # fmt: skip
    return "\n".join(rows)


def heat(n: int) -> tuple[str, np.ndarray]:
    """Return the heat equation on n points, and its exact end state by sine transform."""
    from scipy.fft import dst, idst

    x, c = np.arange(1, n + 1) / (n + 1), (n + 1) ** 2
    start = x * (1 - x) * np.exp(3 * x)
    u = [f"u{i}" for i in range(1, n + 1)]
    around = zip(["0", *u[:-1]], u, [*u[1:], "0"], strict=True)
    rows = [f"d{m}/dt = {c}*({a} - 2*{m} + {b})" for a, m, b in around]
    rows += [f"{m}(0) = {v!r}" for m, v in zip(u, start.tolist(), strict=True)]
    k = np.arange(1, n + 1)
    decay = np.exp(-0.4 * c * np.sin(k * np.pi / (2 * (n + 1))) ** 2)
    return "\n".join(rows), idst(dst(start, type=1) * decay, type=1)


def _heat(n: int) -> tuple[str, float, dict]:
    text, reference = heat(n)
    return text, 0.1, {"stiff": True, "band": 1, "reference": reference}


STIFF = {"stiff": True}
SINGLES: dict[str, Callable[[], tuple[str, float, dict]]] = {
    "cooling": lambda: (COOLING, 10.0, {}),
    "lotka-volterra": lambda: (PREY, 20.0, {}),
    "lorenz": lambda: (LORENZ, 1.0, {}),
    "pleiades": lambda: (pleiades(), 3.0, {}),
    "robertson 1e5": lambda: (ROBERTSON, 1e5, {**STIFF, "atol_ratio": 1e-6}),
    "robertson 1e11": lambda: (ROBERTSON, 1e11, {**STIFF, "atol_ratio": 1e-6}),
    "hires": lambda: (HIRES, 321.8122, {**STIFF, "atol_ratio": 1e-3}),
    "van der pol": lambda: (VAN_DER_POL, 2000.0, {**STIFF, "atol_ratio": 1e-3}),
    "heat 200": lambda: _heat(200),
    "heat 1000": lambda: _heat(1000),
}


def _spread(n: int, seed: int, size: float) -> np.ndarray:
    return np.exp(size * np.random.default_rng(seed).standard_normal(n))


def _rates(n: int) -> dict[str, np.ndarray]:
    usual = {"k1": 0.04, "k2": 3e7, "k3": 1e4}
    return {k: v * _spread(n, seed, 0.5) for seed, (k, v) in enumerate(usual.items())}


SOFT = {"stiff": True, "atol_ratio": 1e-3}
ENSEMBLES: dict[str, Callable[[int], tuple[str, float, dict, dict]]] = {
    "lorenz": lambda n: (LORENZ, 1.0, {"r": np.linspace(0.0, 21.0, n)}, {}),
    "pleiades": lambda n: (pleiades(), 1.0, {"m": np.linspace(0.9, 1.1, n)}, {}),
    "brusselator": lambda n: (brusselator(50), 1.0, {"b": np.linspace(2.5, 3.5, n)}, {}),
    "robertson": lambda n: (ROBERTSON, 1e5, _rates(n), {"stiff": True, "atol_ratio": 1e-6}),
    "hires": lambda n: (HIRES, 321.8122, {"k": 280 * _spread(n, 4, 0.1)}, SOFT),
    "van der pol": lambda n: (VAN_DER_POL, 500.0, {"mu": np.linspace(200.0, 400.0, n)}, SOFT),
    "oregonator": lambda n: (OREGONATOR, 30.0, {"q": 8.375e-6 * _spread(n, 5, 0.1)}, SOFT),
}
