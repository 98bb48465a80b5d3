"""One release, read and rolled back by the helm program."""

import hashlib
import os
from collections.abc import Mapping, Sequence

from bot.ports import Permanent, Transient, Unsure
from runbooks.targets.helm import process, trouble
from runbooks.targets.helm.history import ASKED, Revision, revisions_of
from runbooks.targets.helm.options import Options

GRACE = 30.0
"""Seconds that helm may take beyond its steps, to start, to sign in and to write its record."""
_KEPT = ("PATH", "HOME", "USER", "TMPDIR", "LANG", "LC_ALL", "KUBECONFIG", "SSL_CERT_FILE", "SSL_CERT_DIR")
_KEPT_KINDS = ("KUBERNETES_", "HELM_", "AZURE_", "AAD_", "AWS_", "GOOGLE_", "CLOUDSDK_")
"""Where the cluster is, helm's own settings, and what credential plugins of the clouds sign in with."""
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class Helm:
    """The program, for one release. Its errors do not say whether anything was changed: that is for the caller."""

    def __init__(self, options: Options, grace: float = GRACE) -> None:
        self._options = options
        self._grace = grace
        self._environment = environment(os.environ)

    @property
    def patience(self) -> float:
        """Seconds after which a rollback is over, one way or the other: its hooks, then the wait, and the grace."""
        return 2 * self._options.timeout_s + self._grace

    async def revisions(self) -> Sequence[Revision]:
        """The latest, newest first. Raises `Transient` and `Permanent`."""
        return revisions_of(await self._read("history", self._options.release, "-o", "json", "--max", str(ASKED)))

    async def manifest(self, number: int) -> str:
        """A digest of what a revision put into the cluster, which may hold secrets. Raises as `revisions`."""
        text = await self._read("get", "manifest", self._options.release, "--revision", str(number))
        return hashlib.sha256(text).hexdigest()

    async def rollback(self, number: int) -> None:
        """A new revision with the content of `number`, and all of it ready.

        No old revision is dropped for it: the way back must stay open. Raises `Transient` and `Permanent`, after which
        it may have been begun all the same, and `Unsure` where helm was ended for taking too long.
        """
        seconds = f"{self._options.timeout_s:g}s"
        vector = self._vector(
            "rollback", self._options.release, str(number), "--wait", "--timeout", seconds, "--cleanup-on-fail",
            "--history-max", "0",
        )  # fmt: skip
        try:
            ended = await process.tell(vector, self._environment, self.patience)
        except TimeoutError as error:
            raise Unsure(f"helm was still rolling back after {self.patience:g} s and was ended.") from error
        except OSError as error:
            raise self._not_started(error) from error
        self._succeeded(ended)

    async def _read(self, *words: str) -> bytes:
        limit = self._options.answer_timeout_s
        try:
            ended = await process.ask(self._vector(*words), self._environment, limit)
        except TimeoutError as error:
            raise Transient(f"helm {words[0]} did not answer within {limit:g} s and was ended.") from error
        except process.TooMuch as error:
            raise Permanent(f"helm {words[0]} wrote over {process.MOST_BYTES >> 20} MiB.", "TOO_MUCH") from error
        except OSError as error:
            raise self._not_started(error) from error
        self._succeeded(ended)
        return ended.out

    def _vector(self, *words: str) -> Sequence[str]:
        options = self._options
        vector = [options.helm, *words, "--namespace", options.namespace]
        if options.kubeconfig:
            vector += ["--kubeconfig", str(options.kubeconfig)]
        if options.context:
            vector += ["--kube-context", options.context]
        if options.impersonate:
            vector += ["--kube-as-user", options.impersonate]
        return vector

    def _succeeded(self, ended: process.Ended) -> None:
        if ended.code != 0:
            raise trouble.of(ended.complaint, self._options.release, self._options.namespace)

    def _not_started(self, error: OSError) -> Permanent:
        if isinstance(error, FileNotFoundError):
            words = (
                f"helm is not installed here: there is no program `{self._options.helm}`. Install helm 3 or 4 where "
                "Quarterdeck runs, or name its path with the target's option `helm`."
            )
            return Permanent(words, "NOT_INSTALLED")
        return Permanent(f"`{self._options.helm}` cannot be started ({error.strerror}).", "NOT_STARTED")


def environment(ours: Mapping[str, str]) -> Mapping[str, str]:
    """What helm gets of this process's environment; tokens of the chat and the database's address are not in it."""
    return {
        name: value
        for name, value in ours.items()
        if name in _KEPT or name.upper() in _PROXIES or name.startswith(_KEPT_KINDS)
    }
