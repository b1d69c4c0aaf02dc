"""Equilibria: where they are, their eigenvalues, and what kind they are."""

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import InputError, RefusalError, UnknownNameError
from ratelaw.solvers.analysis import equilibria
from ratelaw.solvers.stability import kind_of

KNOWN = {
    "cooling": ["stable node"],
    "damped_oscillator": ["stable spiral"],
    "logistic": ["stable node", "unstable node"],
    "lorenz": ["saddle", "saddle focus", "saddle focus"],
    "lotka_volterra": ["centre", "saddle"],
    "robertson": ["undecided"],
    "two_body_cooling": ["stable node"],
    "van_der_pol": ["unstable node"],
    "sir": ["one of a curve of equilibria"],
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_library_has_its_known_equilibria(name: str) -> None:
    assert sorted(e.kind for e in equilibria(rl.library[name])) == KNOWN[name]


def test_places_and_eigenvalues_of_lotka_and_volterra() -> None:
    model = rl.library.lotka_volterra
    v = model.values
    centre = next(e for e in equilibria(model) if e.kind == "centre")
    assert centre["hare"] == pytest.approx(v["gamma"] / v["delta"], rel=1e-12)
    assert centre["fox"] == pytest.approx(v["alpha"] / v["beta"], rel=1e-12)
    frequency = np.sqrt(v["alpha"] * v["gamma"])
    assert centre.eigenvalues == pytest.approx((1j * frequency, -1j * frequency))


def test_conserved_quantities_keep_their_start_value() -> None:
    model = rl.model("dA/dt = -a*A + b*B; dB/dt = a*A - b*B; A(0) = 5; B(0) = 1; a = 1; b = 2")
    (only,) = equilibria(model)
    assert (only["A"], only["B"]) == pytest.approx((4, 2))
    assert only.eigenvalues == pytest.approx((-3,))


def test_a_range_chooses() -> None:
    found = equilibria(rl.library.lotka_volterra, {"hare": (1, 60), "fox": (0, 40)})
    assert [e.kind for e in found] == ["centre"]


def test_far_equilibria_are_found() -> None:
    model = rl.model("dx/dt = x*(1 - x/K)*(x/A - 1); x(0) = 1; K = 1000; A = 30")
    assert [e["x"] for e in equilibria(model)] == pytest.approx([0, 30, 1000])


def test_of_endlessly_many_the_nearest_are_shown() -> None:
    found = equilibria(rl.model("da/dt = w; dw/dt = -sin(a); a(0) = 1; w(0) = 0"))
    assert [e["a"] for e in found][:3] == pytest.approx([0, np.pi, -np.pi])
    assert "more, further away" in str(found)


@pytest.mark.parametrize("rate", ["x^2 + 1", "exp(-x)", "1"])
def test_where_there_is_none_none_is_claimed(rate: str) -> None:
    found = equilibria(rl.model(f"dx/dt = {rate}; x(0) = 1"))
    assert len(found) == 0
    assert str(found) == "no equilibrium was found"


@pytest.mark.parametrize(
    ("eigenvalues", "kind"),
    [
        ((-1, -2), "stable node"), ((1, 2), "unstable node"), ((1, -2), "saddle"),
        ((1 + 1j, 1 - 1j), "unstable spiral"), ((1j, -1j), "centre"), ((0, -1), "undecided"),
        ((1, 0), "unstable"), ((-1, 1 + 1j, 1 - 1j), "saddle focus"), ((), "undecided"),
    ],
)  # fmt: skip
def test_kinds_in_words(eigenvalues: tuple[complex, ...], kind: str) -> None:
    assert kind_of(tuple(map(complex, eigenvalues))) == kind


def test_the_order_of_equations_does_not_matter() -> None:
    rows = ["dx/dt = s*(y - x)", "dy/dt = x*(28 - z) - y", "dz/dt = x*y - 8/3*z"]
    rest = "; s = 10; x(0) = 1; y(0) = 1; z(0) = 1"
    one, other = (equilibria(rl.model("; ".join(r) + rest)) for r in (rows, rows[::-1]))
    places = [sorted(tuple(round(e[s], 9) for s in "xyz") for e in found) for found in (one, other)]
    assert places[0] == places[1]


def test_time_in_a_rate_is_refused() -> None:
    with pytest.raises(RefusalError, match="depend on t"):
        equilibria(rl.model("dx/dt = t - x; x(0) = 1"))


def test_a_sweep_is_refused() -> None:
    with pytest.raises(InputError, match="single value"):
        equilibria(rl.library.cooling(k=[0.1, 0.2]))


def test_an_unknown_state_is_told() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean hare"):
        equilibria(rl.library.lotka_volterra, {"hair": (0, 1)})
