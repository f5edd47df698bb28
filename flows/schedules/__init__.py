"""Runs that a schedule, or a person on the server's pages, starts: each is the front door."""
