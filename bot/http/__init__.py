"""The HTTP edge: webhooks, health, metrics."""
