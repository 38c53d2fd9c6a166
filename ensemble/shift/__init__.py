"""What becomes of forecasts when the world is not that of the training rows."""
