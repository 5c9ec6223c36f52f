"""What somebody wrote, told from what they quote, in the lines of a text or of HTML."""
