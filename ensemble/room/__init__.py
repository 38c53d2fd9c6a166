"""Rooms: many people answer one question, or train one ensemble together."""

from ensemble.room.rooms import Room, Rooms

__all__ = ["Room", "Rooms"]
