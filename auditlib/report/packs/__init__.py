"""What is handed over: each pack makes the sections of one report from frames."""
