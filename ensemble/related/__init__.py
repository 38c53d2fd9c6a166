"""Related runs, which pages need besides the run itself, and an example that is trained in advance."""
