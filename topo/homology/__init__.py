"""Persistent homology of point clouds: pairings, diagrams and distances between diagrams."""
