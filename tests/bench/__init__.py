"""Benchmarks: every figure a ratio, measured in one run against the thing that it replaces."""
