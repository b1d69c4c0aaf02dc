"""Terms of a sum gathered: what they share before a bracket, opposite exponentials as waves."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from fractions import Fraction

from .sums import ONE, Powers, Sum, Term, added, scaled
from .terms import Terms

_MOST = 40  # terms of a sum that are gathered


def grouped(terms: Sum, known: Terms) -> Sum:
    """Return a sum in the shortest form that gathering its terms leads to."""
    if not 1 < len(terms) <= _MOST:
        return terms
    shown = _logarithms(_hyperbolic(terms, known), known)
    whole = known.opened(known.whole(shown))
    if len(whole) == 1 and known.size(whole) <= known.size(shown):
        return whole
    for share in (_growth(known), _still(known)):
        shown = _gathered(shown, known, share)
    return shown


def _gathered(terms: Sum, known: Terms, share: Callable[[Term], Powers]) -> Sum:
    """Return a sum in which terms that share some powers stand in one bracket."""
    groups: dict[Hashable, list[Term]] = {}
    for term in terms:
        groups.setdefault(frozenset(share(term)), []).append(term)
    if len(groups) == len(terms):
        return terms
    found: list[Term] = []
    for shared, group in groups.items():
        found += _bracketed(group, known) if shared and len(group) > 1 else group
    whole = added(found)
    return whole if known.size(whole) < known.size(terms) else terms


def _bracketed(group: list[Term], known: Terms) -> Sum:
    whole = known.opened(known.whole(tuple(group)))
    return whole if known.size(whole) < known.size(tuple(group)) else tuple(group)


def _growth(known: Terms) -> Callable[[Term], Powers]:
    """Return what tells the exponentials in a term."""
    return lambda term: tuple(p for p in term.powers if known.atoms[p[0]].op == "exp")


def _still(known: Terms) -> Callable[[Term], Powers]:
    """Return what tells the factors of a term that do not move, if others do."""

    def share(term: Term) -> Powers:
        still = tuple(p for p in term.powers if not known.atoms[p[0]].moves)
        return still if len(still) < len(term.powers) else ()

    return share


def _logarithms(terms: Sum, known: Terms) -> Sum:
    """Return a sum with the difference of two logarithms as that of a quotient."""
    for i, one in enumerate(terms):
        for j in range(i + 1, len(terms)):
            term = _quotient(one, terms[j], known)
            if term is not None:
                return _logarithms((*terms[:i], *terms[i + 1 : j], term, *terms[j + 1 :]), known)
    return terms


def _quotient(one: Term, other: Term, known: Terms) -> Term | None:
    """Return the difference of two logarithms, each times the same, as one; None of others."""
    logs = [tuple(p for p in t.powers if known.atoms[p[0]].op == "log") for t in (one, other)]
    if one.number != -other.number or any(len(p) != 1 or p[0][1] != 1 for p in logs):
        return None
    rest, same = (_without(t, p) for t, p in zip((one, other), logs, strict=True))
    if frozenset(rest.powers) != frozenset(same.powers):
        return None
    if one.number < 0:
        logs, rest = logs[::-1], same
    above, below = (_of_size(known.atoms[p[0][0]].args[0], known) for p in logs)
    if above is None or below is None:
        return None
    inverse = known.opened(known.power(known.whole(below), -ONE))
    ratio = known.single("abs", (known.product(above, inverse),))
    return known.times(rest, known.single("log", (ratio,))[0])


def _of_size(terms: Sum, known: Terms) -> Sum | None:
    """Return what a sum is the size of, None if it is none or a mere number."""
    if len(terms) != 1 or len(terms[0].powers) != 1:
        return None
    (a, e), number = terms[0].powers[0], terms[0].number
    atom = known.atoms[a]
    return scaled(atom.args[0], number) if atom.op == "abs" and e == 1 and number > 0 else None


def _hyperbolic(terms: Sum, known: Terms) -> Sum:
    """Return a sum with a*exp(u) + b*exp(-u) as waves where that is shorter."""
    for i, one in enumerate(terms):
        for j in range(i + 1, len(terms)):
            waves = _waves(one, terms[j], known)
            rest = (*terms[:i], *waves, *terms[i + 1 : j], *terms[j + 1 :])
            if waves and known.size(added(rest)) < known.size(terms):
                return _hyperbolic(added(rest), known)
    return terms


def _waves(one: Term, other: Term, known: Terms) -> Sum:
    """Return two terms with opposite exponentials as cosh and sinh, nothing of others."""
    up, down = (tuple(p for p in t.powers if known.atoms[p[0]].op == "exp") for t in (one, other))
    if len(up) != 1 or len(down) != 1:
        return ()
    u, v = (known.atoms[p[0][0]].args[0] for p in (up, down))
    if added((*u, *v)):
        return ()
    exponent = u if u[0].number > 0 else v
    side = ONE if exponent is u else -ONE
    a, b = (_without(t, p) for t, p in ((one, up), (other, down)))
    wave = {op: known.single(op, (exponent,))[0] for op in ("cosh", "sinh")}
    return added(
        known.times(term, wave[op])
        for op, sign in (("cosh", ONE), ("sinh", -ONE))
        for term in _total(a, b, sign, known)
        for term in (term._replace(number=term.number * (ONE if op == "cosh" else side)),)
    )


def _without(term: Term, powers: Powers) -> Term:
    return Term(term.number, tuple(p for p in term.powers if p not in powers))


def _total(one: Term, other: Term, sign: Fraction, known: Terms) -> Sum:
    """Return the sum or the difference of two products that differ in one bracket at most."""
    first, second = ([p for p in t.powers if p not in u.powers] for t, u in _each(one, other))
    shared = Term(ONE, tuple(p for p in one.powers if p in other.powers))
    sums = [
        scaled(known.atoms[p[0][0]].args[0], t.number)
        if len(p) == 1 and p[0][1] == 1 and known.atoms[p[0][0]].op == "sum"
        else (Term(t.number, tuple(p)),)
        for p, t in ((first, one), (second, other))
    ]
    both = added((*sums[0], *scaled(sums[1], sign)))
    return known.opened(known.times(shared, known.whole(both))) if both else ()


def _each(one: Term, other: Term) -> Iterator[tuple[Term, Term]]:
    yield one, other
    yield other, one
