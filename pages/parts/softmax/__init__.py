"""The page “From scores to probabilities”: its parts and its words."""
