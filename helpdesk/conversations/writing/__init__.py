"""What people write with: drafts, canned replies with their variables, and Markdown."""
