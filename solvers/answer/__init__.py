"""The answer in parts: values at points by name, other times, labels, tables, and how it ended.

Floors, read upward: `points`, `labelling`, `tables`, `outcome`, `events_table`, `difference`;
`revisit`, `global_error`, `notices`; `summary`. The solution puts them together.
"""
