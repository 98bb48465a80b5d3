"""Azure Monitor as a source of SLIs: logs by KQL (Application Insights among them), and metrics of resources."""

from bot.integrations.azure_monitor.api import AzureApi
from bot.integrations.azure_monitor.logs import AzureLogsSource

__all__ = ["AzureApi", "AzureLogsSource"]
