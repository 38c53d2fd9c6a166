"""Sentences and numbers as the screen shows them."""
