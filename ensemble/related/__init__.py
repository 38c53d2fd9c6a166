"""Runs that belong to one experiment: what pages train besides the run itself, and an example trained in advance."""
