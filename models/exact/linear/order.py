"""Values put in order on a tape."""

from __future__ import annotations

from ...tape import Value


def in_order(values: list[Value]) -> list[Value]:
    """Return values in the order that the parameters' values will give them."""
    found = list(values)
    for end in range(len(found) - 1, 0, -1):
        for i in range(end):
            one, other = found[i], found[i + 1]
            if one.number != other.number:
                # not min and max: where two are equal, both would follow the first
                right = one.apply("le", other)
                found[i] = right.apply("select", one, other)
                found[i + 1] = right.apply("select", other, one)
    return found
