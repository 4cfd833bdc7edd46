"""What a procedure may be billed with and what it pays: NCCI edits, add-on codes, fee schedules."""
