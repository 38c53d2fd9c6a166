"""The page “Choose the data”: its parts and its words."""
