"""YAML in, typed and validated catalog out; every error names its file and line."""

from bot.catalog.known import Known
from bot.catalog.loading import check, examine, load
from bot.catalog.model import Catalog
from bot.catalog.problems import CatalogErrors, Problem, Report

__all__ = ["Catalog", "CatalogErrors", "Known", "Problem", "Report", "check", "examine", "load"]
