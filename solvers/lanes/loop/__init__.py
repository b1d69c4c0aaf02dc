"""The loop over steps as text: what every lane does, from its first step to its last output.

Floors, read upward: `frame`, a page over the working memory; `search`, `iteration`, `stretch`; of
small systems `memory`, `one_piece`, `turns` and `whole`; `work`; `tallying`, `refill`, `leave`,
`outputs`, `anew`, `happen`; `attend`, and `driver`, which writes the whole.
"""
