"""One audit: its universe, its sample and spares, its charts and its integrity."""
