"""The experiment that a page shows: its bar, its settings, and the runs that belong to it."""
