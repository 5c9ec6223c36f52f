"""Conversations with learners: messages in and out, the learner's page, and asking for a missing question."""
