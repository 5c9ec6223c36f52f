"""What the product owes the people whose data it holds: the register of it, and what teams do by it."""
