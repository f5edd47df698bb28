"""A Prefect server and a Ray: found, or started on this machine, watched and stopped."""
