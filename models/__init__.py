"""What the system *is*: symbols, equations, exact mathematics; no arrays of numbers.

Floors, read upward, each importing only from below; the folders draw their own:

1. ground: `errors`, `lazy`, `once`, `shelf`, `room`, `names`, `columns`, `given`, `notebook`,
   `files`, `cache`, `recent`, `uncollected`, `partial`
2. `tape/`, the representation of mathematics and its derivatives, with the shelf
   `special_functions/`, which it looks into by name
3. the specification: `symbols`, `gaps`, `event_text`, `model`, `parts`, `published`, `measured`;
   `language/`, `tracing/` and `units/`
4. the normal form: `system`, `jumps`, `lower_events`, `lower`, `saltation`, `sensitivity`;
   `kinks` and `modes`, where rates jump with states
5. `structure/`, what can be known of it without solving; `symbolic/`, sympy asked; the verb,
   `specify`
6. closed forms: `notation`, `exact/`, the shelves `closed_form/` and `hybrid/`; `display`
7. `calculus/`, derivatives explained, and the shelf `library/`
"""
