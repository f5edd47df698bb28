"""Which units, in what order, where they run, and what is written."""
