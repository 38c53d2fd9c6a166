"""How often the app's intervals hold the truth, simulated."""
