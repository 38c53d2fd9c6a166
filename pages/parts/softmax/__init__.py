"""The page “Softmax”: its parts and its words."""
