"""The page “Many runs”: its parts and its words."""
