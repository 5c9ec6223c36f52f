"""The pages people work on: tickets, learners, courses, lessons and tags."""
