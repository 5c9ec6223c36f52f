"""The first reply: the automatic e-mail that asks a learner what their help request is about."""
