"""The pages people work on: tickets, learners, courses, lessons, tags and canned replies."""
