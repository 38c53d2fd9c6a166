"""What becomes of forecasts when the world is not that of the training rows."""

from ensemble.shift.priors import estimate_prior, reweight

__all__ = ["estimate_prior", "reweight"]
