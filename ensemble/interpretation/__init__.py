"""Interpretation of networks: coefficients, features, linear networks."""
