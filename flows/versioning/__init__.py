"""What DVC and Git see: what a stage depends on, what a crash left, experiments, records."""
