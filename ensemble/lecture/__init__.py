"""Lectures: a plan of ordered steps, each a view of the app with words, a question, an action and a note."""

from ensemble.lecture.plan import Action, Plan, Step, StepQuestion

__all__ = ["Action", "Plan", "Step", "StepQuestion"]
