"""Simulated people, one or hundreds: in tabs without browsers, in a room, through a lecture."""
