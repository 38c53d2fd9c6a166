"""The page “Are they probabilities?”: its parts and its words."""
