"""What is true: data, methods, homology, metrics, scores. Knows nothing of how it is run."""
