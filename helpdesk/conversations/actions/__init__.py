"""What is said to learners and by them: a module for each capability, under the rules of the tickets' actions."""
