"""The page “Read the probabilities”: its parts and its words."""
