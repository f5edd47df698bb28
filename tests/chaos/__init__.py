"""Chaos: start a small run, break something at a random moment, run again, compare bit by bit."""
