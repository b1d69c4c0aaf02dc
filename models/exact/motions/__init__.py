"""Motion known by what it conserves: a place on a curve first, and then the time it takes there.

Floors, read upward: `conservative`, `populations` and `two_sided`, which recognise; `energetic`;
`parametric`, `located`; `passing`, `revolving`; and in doubles `wells`.
"""
