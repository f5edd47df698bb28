"""`python -m flows score`: an embedding made elsewhere, judged by all metrics."""
