"""What an audited service or stay should have been paid, each amount with its origin or a reason for none."""
