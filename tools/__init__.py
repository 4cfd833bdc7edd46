"""What makes the project's own data; not part of the package."""
