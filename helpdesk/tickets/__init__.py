"""The domain: tickets, their history, and every change that can be made to one."""
