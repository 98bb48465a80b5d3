"""Fixtures that tests of several concepts share."""

from tests.support.database import another, database, database_url, empty_url, engine_name, postgres_url

__all__ = ["another", "database", "database_url", "empty_url", "engine_name", "postgres_url"]
