"""Brings the demo into states that its quiet day does not have."""
