"""A message that an app writes bit by bit (chat.startStream and its kin): what it holds so far, as blocks."""

from dataclasses import dataclass, field
from typing import Literal

from playground.json_types import Json

Mode = Literal["", "text", "chunks"]


@dataclass(slots=True)
class Stream:
    """`as_plan` gathers all tasks in one plan block. `mode` is fixed by the first content that arrives."""

    as_plan: bool = False
    mode: Mode = ""
    title: str = ""
    blocks: list[Json] = field(default_factory=list)

    def add_text(self, text: str) -> None:
        """Go on where the last text ended, unless something else has come since."""
        if self.blocks and self.blocks[-1]["type"] == "markdown":
            self.blocks[-1] = {**self.blocks[-1], "text": self.blocks[-1]["text"] + text}
        elif text:
            self.blocks.append({"type": "markdown", "text": text})

    def add_task(self, task: Json) -> None:
        """A task keeps its place: what is told of it again replaces what was told before."""
        tasks = self._plan()["tasks"] if self.as_plan else self.blocks
        known = next((at for at, block in enumerate(tasks) if block.get("task_id") == task["task_id"]), None)
        if known is None:
            tasks.append(task)
        else:
            tasks[known] = {**tasks[known], **task}

    def name_plan(self, title: str) -> None:
        self.title = title
        for block in self.blocks:
            if block["type"] == "plan":
                block["title"] = title

    @property
    def text(self) -> str:
        return "\n".join(block["text"] for block in self.blocks if block["type"] == "markdown")

    def _plan(self) -> Json:
        plan = next((block for block in self.blocks if block["type"] == "plan"), None)
        if plan is None:
            plan = {"type": "plan", "title": self.title or "Plan", "tasks": []}
            self.blocks.append(plan)
        return plan
