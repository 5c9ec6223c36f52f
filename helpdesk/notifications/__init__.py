"""E-mails and push notifications that tell team members about tickets."""
