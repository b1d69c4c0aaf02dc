"""The language of models: a grammar, never an evaluation.

Floors, read upward: `formulas`, `statements`, `misread`, `read`.
"""
