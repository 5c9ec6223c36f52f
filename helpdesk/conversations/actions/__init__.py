"""Changes of tickets by what is said between team and learner, a module for each."""
