"""Autoencoders: networks, topological losses, one training loop, scikit-learn estimators."""
