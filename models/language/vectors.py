"""Vectors written by index: an element that is mentioned must be one of those there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .draft import Draft


def require_elements(draft: Draft, given: Iterable[str]) -> None:
    """Raise unless every mentioned element of a vector with equations or values is given.

    A vector of which no element is given is one of parameters without values.

    Raises
    ------
    SpecificationError
        Saying which elements there are.
    """
    vectors: dict[str, list[str]] = defaultdict(list)
    known = set(given)
    for name in known:
        vectors[name.partition("[")[0]].append(name)
    for name, token in draft.formulas.mentioned.items():
        head, bracket, _ = name.partition("[")
        if bracket and name not in known and vectors.get(head):
            raise draft.fail(_no_element(name, head, vectors[head]), token)


def _no_element(name: str, head: str, there: list[str]) -> str:
    if head in there:
        return f"{head} is no vector; an element such as {name} has no equation and no value"
    places = [n.partition("[")[2].rstrip("]'") for n in there if "[" in n]
    numbers = sorted(int(p) for p in places if p.lstrip("-").isdigit())
    if len(numbers) < len(places) or not numbers:
        return f"there is no {name}; give it an equation or a value of its own"
    return (
        f"there is no {name}: {head} runs from {head}[{numbers[0]}] to {head}[{numbers[-1]}]; "
        "shorten the range and write the equation at the end by itself"
    )
