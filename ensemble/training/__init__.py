"""Training with TensorFlow, which is loaded nowhere else."""
