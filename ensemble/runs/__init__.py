"""What a training run leaves behind, as NumPy arrays."""
