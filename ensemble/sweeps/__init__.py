"""Many runs that are asked for together: their design, results and tables."""
