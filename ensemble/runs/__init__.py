"""The results of training runs as NumPy arrays."""
