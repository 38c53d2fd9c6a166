"""The page “Calibration”: its parts and its words."""
