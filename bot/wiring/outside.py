"""The outside world's adapters, made as the catalog describes them."""

from bot.catalog.model import PagerSpec, SmtpPager, WebhookPager
from bot.integrations import smtp_pager, webhook_pager
from bot.ports import Pager


def make_pager(spec: PagerSpec) -> Pager:
    """The gateway that wakes people. Every kind of `PagerSpec` has one."""
    match spec:
        case WebhookPager():
            headers = {name: value.get_secret_value() for name, value in spec.headers.items()}
            return webhook_pager.WebhookPager(str(spec.url), headers, spec.timeout_s)
        case SmtpPager():
            return smtp_pager.SmtpPager(
                spec.host,
                spec.port,
                spec.sender,
                spec.to,
                spec.username,
                spec.password.get_secret_value(),
                spec.tls,
                spec.timeout_s,
            )
