"""The one place that says what JSON is here: Slack's wire objects, open by nature."""

from typing import Any

Json = dict[str, Any]
