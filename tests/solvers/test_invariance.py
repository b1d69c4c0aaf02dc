"""What must not change a result: order, names, units, scale, and the way there and back."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import formulas

import ratelaw as rl

END = 1.5
TIGHT = {"method": "scipy:DOP853", "rtol": 1e-11, "atol": 1e-12}
QUICK = settings(max_examples=25, deadline=None)
EXACT = ["cooling", "damped_oscillator", "radon_chain", "oral_dose"]
STATES, PARAMETERS = ("x", "lambda", "T_s"), ("a", "beta")


@dataclass(frozen=True)
class Equations:
    """The rates, start values and values of a model, as text by name."""

    rates: Mapping[str, str]
    starts: Mapping[str, float]
    values: Mapping[str, float]

    @property
    def rows(self) -> list[str]:
        return [
            *(f"d{name}/dt = {rate}" for name, rate in self.rates.items()),
            *(f"{name}(0) = {value!r}" for name, value in self.starts.items()),
            *(f"{name} = {value!r}" for name, value in self.values.items()),
        ]

    def end(self, rows: list[str] | None = None) -> dict[str, float]:
        sol = rl.solve(rl.model("\n".join(rows or self.rows)), END, **TIGHT)
        return dict(zip(sol.states, map(float, sol.y[:, -1]), strict=True))

    def put(self, new: Mapping[str, str]) -> dict[str, str]:
        """Return the rates with names replaced."""
        name = re.compile(r"\b(" + "|".join(map(re.escape, new)) + r")\b(?!\()")
        return {s: name.sub(lambda m: new[m[1]], rate) for s, rate in self.rates.items()}


@st.composite
def equations(draw: st.DrawFn) -> Equations:
    """Return a model of rates that are smooth and between -1 and 1."""
    states = STATES[: draw(st.integers(1, len(STATES)))]
    names = [*states, *PARAMETERS, "t"]
    rates = {s: f"sin({draw(formulas(names, smooth=True, depth=3))})" for s in states}
    number = st.floats(0.1, 2).map(lambda x: round(x, 3))
    return Equations(
        rates, {s: draw(number) for s in states}, {p: draw(number) for p in PARAMETERS}
    )


@given(equations(), st.randoms())
@QUICK
def test_the_order_of_lines_changes_nothing(eqs: Equations, rnd) -> None:
    rows = rnd.sample(eqs.rows, len(eqs.rows))
    assert eqs.end(rows) == pytest.approx(eqs.end(), rel=1e-9, abs=1e-9)


@given(equations(), st.permutations(["E", "N", "in", "gamma", "θ", "x"]))
@QUICK
def test_names_change_nothing(eqs: Equations, names: list[str]) -> None:
    new = dict(zip([*eqs.rates, *eqs.values], names, strict=False))
    other = Equations(
        {new[s]: rate for s, rate in eqs.put(new).items()},
        {new[s]: value for s, value in eqs.starts.items()},
        {new[p]: value for p, value in eqs.values.items()},
    )
    expected = {new[s]: value for s, value in eqs.end().items()}
    assert other.end() == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(equations(), st.sampled_from([1 / 60, 0.1, 24.0]))
@QUICK
def test_the_unit_of_time_changes_nothing(eqs: Equations, unit: float) -> None:
    faster = {s: f"{unit!r}*({rate})" for s, rate in eqs.put({"t": f"({unit!r}*t)"}).items()}
    model = rl.model("\n".join(replace(eqs, rates=faster).rows))
    sol = rl.solve(model, END / unit, **TIGHT)
    assert sol.y[:, -1] == pytest.approx([*eqs.end().values()], rel=1e-8, abs=1e-8)


@given(equations(), st.sampled_from([1e-3, 7.0, 1e4]))
@QUICK
def test_the_scale_of_a_state_changes_nothing(eqs: Equations, scale: float) -> None:
    first = next(iter(eqs.rates))
    rates = eqs.put({first: f"({first}/{scale!r})"})
    rates[first] = f"{scale!r}*({rates[first]})"
    starts = {**eqs.starts, first: scale * eqs.starts[first]}
    found = Equations(rates, starts, eqs.values).end()
    found[first] /= scale
    assert found == pytest.approx(eqs.end(), rel=1e-8, abs=1e-8)


@given(equations())
@QUICK
def test_the_way_back_ends_at_the_start(eqs: Equations) -> None:
    back = {s: f"-({rate})" for s, rate in eqs.put({"t": f"({END!r} - t)"}).items()}
    found = Equations(back, eqs.end(), eqs.values).end()
    assert found == pytest.approx(dict(eqs.starts), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", EXACT)
def test_a_closed_form_may_be_left_and_taken_up_on_the_way(name: str) -> None:
    """A rate that does not mention time lets one start later, from where it was then."""
    model, end = rl.library[name], rl.library.entry(name).reference.time
    times = np.linspace(0, end, 3)
    whole = rl.solve(model, times, method="exact", rtol=1e-10)
    half = {f"{s}(0)": float(y) for s, y in zip(whole.states, whole.y[:, 1], strict=True)}
    rest = rl.solve(model(half), end / 2, method="exact", rtol=1e-10)
    size = np.abs(whole.y).max(axis=1)
    assert rest.y[:, -1] / size == pytest.approx(whole.y[:, -1] / size, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("method", ["exact", "scipy:DOP853"])
def test_minutes_and_hours_give_the_same_temperature(method: str) -> None:
    text = "dT/dt = -k*(T - T_s); T(0) = 90 [degC]; T_s = 21 [degC]; k = {} [1/{}]"
    quick, slow = (rl.model(text.format(k, unit)) for k, unit in [(0.07, "min"), (4.2, "h")])
    ends = [
        rl.solve(m, t, method=method, rtol=1e-10).y[0, -1] for m, t in [(quick, 30), (slow, 0.5)]
    ]
    assert ends[0] == pytest.approx(ends[1], rel=1e-9)
    assert ends[0] == pytest.approx(21 + 69 * math.exp(-2.1), rel=1e-9)
