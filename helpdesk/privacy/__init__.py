"""What is owed to the people whose data we hold: the register of that data, exports, erasures, incidents, retention."""
