"""Sweeps of many runs: design, results and tables."""
