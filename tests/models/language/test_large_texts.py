"""Large models: reading, lowering and differentiating them is work in proportion to their size."""

import pytest

from ratelaw.models.language.read import read_model
from ratelaw.models.lower import lower
from ratelaw.models.tape.differentiate import jacobian


def network(n: int) -> str:
    """Return a ring of reactions of mass action, S1 + S2 -> S3, S2 + S3 -> S4 and so on."""
    rates = [f"k{i}*S{i}*S{(i + 1) % n}" for i in range(n)]
    equations = [
        f"dS{i}/dt = {rates[i - 2]} - {rates[i - 1]} - {rates[i]}; S{i}(0) = 1; k{i} = 0.1"
        for i in range(n)
    ]
    return "\n".join(equations)


@pytest.mark.parametrize("n", [50, 100])
def test_the_tapes_of_a_network_grow_with_its_reactions(n):
    system, double = lower(read_model(network(n))), lower(read_model(network(2 * n)))
    once, twice = len(system.vector_field.nodes), len(double.vector_field.nodes)
    assert 1.8 * once < twice < 2.2 * once
    slopes = [jacobian(s.vector_field, s.states) for s in (system, double)]
    entries, more = (len(j.tape.nodes) for j in slopes)
    assert more < 2.2 * entries
