"""The stages of dvc.yaml, one file each: parameters in, units planned, units run, rows out."""
