"""Formulas in writing: plain text that reads back, LaTeX, and the form a textbook gives them.

Floors, read upward: `pieces`, `words`; `text`, `latex`; `expression`, `sharing`; `sums`, `terms`,
`grouped`, `layout`, `neat`.
"""
