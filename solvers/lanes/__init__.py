"""Compiled lanes as text: `layout` and `frame`, `iteration` by `whole` or `looped`, `driver`."""
