"""The language of models: a grammar, never an evaluation.

Floors, read upward: `grammar`, `functions`, `indices`, `interpolate`, `choices`, `comparisons`,
`repeated`; `formulas`; `long_sums`, read without the grammar; `draft`, what a text has said so far;
`events`, `parts`; `statement` and the shelf `statements/`, one file for each kind; `vectors`,
`assemble`, `misread_event`, `latex`, `slips`, `misread`; `read`; `write`, the way back.
"""
