"""RAT-STATS random numbers, and whether it could have drawn a claimed sample."""
