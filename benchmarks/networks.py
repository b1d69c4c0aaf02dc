"""Reaction networks of any size: rings of saturating, reversible reactions with outflow."""

from __future__ import annotations

import math

KINDS = ("k", "r", "d", "K", "c", "e", "w", "q", "g")  # what each state may have of its own


def network(n: int, kinds: str = "krd", sparse: str = "d") -> tuple[str, list[str]]:
    """Return a model's text, and the names of its parameters.

    Parameters
    ----------
    n
        Number of states.
    kinds
        Which constants are parameters: rate, reverse rate, outflow, saturation, inflow, crowding,
        exchange and its saturation, growth. The others are numbers.
    sparse
        Those that only every second state has.
    """
    rows: list[str] = []
    names: list[str] = []
    for i in range(n):
        usual = {
            "k": 1 + 0.5 * math.sin(i), "r": 0.3 + 0.1 * math.cos(i), "d": 0.2 + 0.01 * i,
            "K": 1 + 0.2 * math.cos(3 * i), "c": 0.25, "e": 0.05, "w": 0.1, "q": 2.0, "g": 0.02,
        }  # fmt: skip
        own = [kind for kind in kinds if kind not in sparse or i % 2 == 0]
        names += [f"{kind}{i}" for kind in own]
        rows += [f"{kind}{i} = {usual[kind]:.6g}" for kind in own]
        c = {kind: f"{kind}{i}" if kind in own else f"{usual[kind]:.6g}" for kind in usual}
        j, before = (i + 1) % n, (i - 1) % n
        rows += [
            f"v{i} = {c['k']}*x{i}/({c['K']} + x{i}) - {c['r']}*x{j}"
            f" + {c['w']}*x{i}*x{j}/({c['q']} + x{i}*x{j})",
            f"dx{i}/dt = {c['c']} + {c['g']}*x{i} + v{before} - v{i}"
            f" - {c['d']}*x{i} - {c['e']}*x{i}^2",
            f"x{i}(0) = {1 + 0.5 * math.cos(2 * i):.6g}",
        ]  # fmt: skip
    return "\n".join(rows), names


def dense(n: int) -> str:
    """Return a model's text in which every state acts on every other: a recurrent neural network.

    Continuous-time units of Hopfield (1984, doi:10.1073/pnas.81.10.3088), with weights that differ.
    """
    rows: list[str] = []
    for i in range(n):
        pulls = (f"{math.sin(1.0 + i * n + j) / math.sqrt(n):.4f}*tanh(x{j})" for j in range(n))
        rows.append(f"dx{i}/dt = -x{i} + {' + '.join(pulls)}; x{i}(0) = {math.cos(i):.3f}")
    return "\n".join(rows).replace("+ -", "- ")


def oscillators(n: int) -> str:
    """Return a model's text in which each oscillator pulls at every other, written by index.

    Kuramoto (1975), doi:10.1007/BFb0013365.
    """
    return f"""
        dth[i]/dt = w[i] + K/{n}*sum(sin(th[j] - th[i]) for j in 1..{n}) for i in 1..{n}
        th[i](0) = 3*sin(i) for i in 1..{n}
        w[i] = cos(7*i) for i in 1..{n}
        K = 1.5
    """
