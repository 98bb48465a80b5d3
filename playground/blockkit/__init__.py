"""One strict, table-driven validator of Block Kit: what Slack would refuse is refused here."""

from playground.blockkit.schema import Problem
from playground.blockkit.validate import ONLY_ONE_TABLE, check_message_blocks, check_suggestions, check_view

__all__ = ["ONLY_ONE_TABLE", "Problem", "check_message_blocks", "check_suggestions", "check_view"]
