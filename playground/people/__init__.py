"""What people do in their client: the same rules for a browser page and for a test."""
