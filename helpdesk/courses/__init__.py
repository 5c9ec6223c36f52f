"""Producers, courses and lessons, learners, and what learners do in their courses."""
