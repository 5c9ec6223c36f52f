"""The conversation with the learner: what goes out and comes in, the learner's page, and the missing question."""
