"""What metrics are computed from: distances, ranks, densities and shapes of point clouds."""
