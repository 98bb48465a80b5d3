"""All that the stand-in knows, and how it begins anew."""

import secrets

from tests.kubernetes.stand_in.access import Access
from tests.kubernetes.stand_in.controllers.work import STEP_S, Work
from tests.kubernetes.stand_in.faults import Faults
from tests.kubernetes.stand_in.json_types import Json
from tests.kubernetes.stand_in.pod_parts import Logs
from tests.kubernetes.stand_in.store import Store


class State:
    def __init__(self) -> None:
        self.token = f"admin-{secrets.token_hex(16)}"
        self.store = Store()
        self.faults = Faults()
        self.access = Access(self.store, self.token)
        self.logs = Logs()
        self.requests: list[Json] = []
        self.work = Work(self.store, self.faults)

    def reset(self) -> None:
        """Objects, faults, people, logs and the record of requests are gone; what was held is cut off."""
        self.faults.release(None, drop=True)
        self.faults.clear()
        self.store.clear()
        self.access.clear()
        self.logs.written.clear()
        self.requests.clear()
        self.work.step_s = STEP_S
