"""Accounts, teams (the tenants), roles, invitations, sessions and access."""
