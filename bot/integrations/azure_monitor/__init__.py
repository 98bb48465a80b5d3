"""Azure Monitor as a source of SLIs: logs by KQL (Application Insights among them), and metrics of resources."""

from bot.integrations.azure_monitor.api import AzureApi
from bot.integrations.azure_monitor.logs import AzureLogsSource
from bot.integrations.azure_monitor.metrics import AzureMetricsSource

__all__ = ["AzureApi", "AzureLogsSource", "AzureMetricsSource"]
