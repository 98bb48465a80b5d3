"""The database: tables, repositories, the unit of work, claims and migrations."""
