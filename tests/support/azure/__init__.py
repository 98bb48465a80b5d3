"""An Azure for tests: Entra, Log Analytics and metrics, as far as an SLI source meets them."""

from tests.support.azure.cloud import Cloud, cloud

__all__ = ["Cloud", "cloud"]
