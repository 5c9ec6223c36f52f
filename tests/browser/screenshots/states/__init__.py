"""What makes of the demo the states that pictures show and that a quiet day has none of."""
