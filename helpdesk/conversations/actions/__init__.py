"""Messages to and from learners: one module per capability, following the same rules as `tickets.actions`."""
