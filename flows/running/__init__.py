"""How the jobs of a stage become units, run, are shown, and become rows."""
