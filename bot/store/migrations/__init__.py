"""The schema's history: one Alembic revision a file. `python -m bot.store.migrations` brings a database up to date."""
