"""Hours as Brazilians write them, “14h05”; `ui/hours.py` leaves the minutes out of a full hour, “14h”."""

TIME_FORMAT = r"G\hi"
DATETIME_FORMAT = r"j \d\e F \d\e Y à\s G\hi"
SHORT_DATETIME_FORMAT = r"d/m/Y G\hi"
