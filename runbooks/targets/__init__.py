"""The kinds of machinery that actions can act on, each with the function that makes a target of catalog options."""

from collections.abc import Callable, Mapping

from bot.action import Target
from runbooks.targets import helm, kubernetes, supervisord

Connector = Callable[[Mapping[str, str]], Target]
"""Makes a target of the catalog's options without contacting anything; raises ValueError with what is wrong."""

CONNECTORS: Mapping[str, Connector] = {
    supervisord.KIND: supervisord.connect,
    helm.KIND: helm.connect,
    kubernetes.KIND: kubernetes.connect,
}
