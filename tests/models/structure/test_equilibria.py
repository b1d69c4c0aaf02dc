"""Equilibria as formulas: they are zeros of the rates, and those that numbers find too."""

import pytest

import ratelaw as rl
from ratelaw.models.errors import RefusalError
from ratelaw.models.lower import lower
from ratelaw.models.structure.equilibria import symbolic_equilibria
from ratelaw.models.tape.writing.expression import to_text
from ratelaw.solvers.analysis import equilibria


def written(model: rl.Model) -> list[dict[str, str]]:
    found = symbolic_equilibria(lower(model))
    return [{state: to_text(f)[0] for state, f in place.items()} for place in found]


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("logistic", [{"N": "0"}, {"N": "K"}]),
        ("lotka_volterra", [
            {"hare": "0", "fox": "0"}, {"hare": "gamma/delta", "fox": "alpha/beta"}
        ]),
        ("cooling", [{"T": "T_s"}]),
        ("robertson", [{"A": "0", "B": "0"}]),
    ],
)  # fmt: skip
def test_formulas_as_in_a_textbook(name: str, places: list[dict[str, str]]) -> None:
    assert written(rl.library[name]) == places


@pytest.mark.parametrize("name", ["cooling", "logistic", "lorenz", "lotka_volterra", "van_der_pol"])
def test_formulas_and_search_agree(name: str) -> None:
    model = rl.library[name]
    places = [
        [place[s](*(model.values[n] for n in place[s].inputs))[0] for s in place]
        for place in symbolic_equilibria(lower(model))
    ]
    found = [[e[s] for s in lower(model).states] for e in equilibria(model)]
    assert len(places) == len(found)
    for place in found:
        assert any(place == pytest.approx(p, rel=1e-9, abs=1e-9) for p in places)


@pytest.mark.parametrize("rate", ["sin(x)", "x/(1 + x)", "x^5 - x - 1"])
def test_what_is_not_easy_is_refused(rate: str) -> None:
    with pytest.raises(RefusalError):
        symbolic_equilibria(lower(rl.model(f"dx/dt = {rate}; x(0) = 1")))


def test_where_rates_never_vanish_there_is_none() -> None:
    assert symbolic_equilibria(lower(rl.model("dx/dt = a; x(0) = 1"))) == ()
