"""Hypothesis without its deadline: a busy machine is no fault of a rule."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
