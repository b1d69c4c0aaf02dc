"""Drawing: labelled data in, a matplotlib Figure or Axes out, whatever made the data."""
