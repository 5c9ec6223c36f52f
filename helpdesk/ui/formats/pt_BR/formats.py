"""Hours as Brazilians write them, “14h05”: on a page they stand beside those of `ui/hours.py`."""

TIME_FORMAT = r"G\hi"
DATETIME_FORMAT = r"j \d\e F \d\e Y à\s G\hi"
SHORT_DATETIME_FORMAT = r"d/m/Y G\hi"
