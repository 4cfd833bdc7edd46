"""835: remittances with their claim payments, lines and adjustments."""
