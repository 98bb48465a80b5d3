"""Who people are in the chat, as far as the bot has seen: names for ids, ids for handles, members of groups."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select

from bot.domain.facts.person import Person
from bot.domain.work import Effect
from bot.store.db import Tx
from bot.store.owing import insert, insert_new, owe
from bot.store.schema.runs import people, user_groups, workspace


async def seen(tx: Tx, user_id: str, handle: str) -> None:
    """Note somebody who acted; their full name is asked for once, in the background."""
    row = {"id": user_id, "handle": handle, "name": "", "is_guest": False}
    if await insert_new(tx, insert(tx, people).values(row).on_conflict_do_nothing(index_elements=["id"])):
        key = f"person:{user_id}"
        await owe(tx, Effect(key, f"person:{user_id}", "person.learn", user_id, {"user": user_id}))


async def learn(tx: Tx, found: Iterable[Mapping[str, object]]) -> None:
    """Store what the chat says of people: rows of id, handle, name, is_guest."""
    rows = [dict(row) | {"fetched_at": tx.now} for row in found]
    if not rows:
        return
    statement = insert(tx, people).values(rows)
    newer = {name: statement.excluded[name] for name in ("handle", "name", "is_guest", "fetched_at")}
    await tx.connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=newer))


async def named(tx: Tx, ids: Collection[str]) -> dict[str, Person]:
    """A person for each id; one not known yet is called by the handle, or by the id."""
    query = select(people.c.id, people.c.handle, people.c.name).where(people.c.id.in_(sorted(ids)))
    known = {row.id: Person(row.name or row.handle or row.id, row.id) for row in await tx.connection.execute(query)}
    return {user_id: known.get(user_id, Person(user_id, user_id)) for user_id in ids}


async def with_handles(tx: Tx, handles: Collection[str]) -> dict[str, Person]:
    """The person behind each handle or id that is known."""
    query = select(people.c.id, people.c.handle, people.c.name)
    query = query.where(people.c.handle.in_(sorted(handles)) | people.c.id.in_(sorted(handles)))
    found: dict[str, Person] = {}
    for row in await tx.connection.execute(query):
        found[row.handle] = found[row.id] = Person(row.name or row.handle, row.id)
    return found


async def is_guest(tx: Tx, user_id: str) -> bool:
    row = (await tx.connection.execute(select(people.c.is_guest).where(people.c.id == user_id))).first()
    return bool(row and row.is_guest)


async def keep_groups(tx: Tx, groups: Mapping[str, Sequence[str]]) -> None:
    """Store who is in each user group, by the group's handle."""
    for handle, members in groups.items():
        statement = insert(tx, user_groups).values(handle=handle, members=list(members), fetched_at=tx.now)
        newer = {"members": list(members), "fetched_at": tx.now}
        await tx.connection.execute(statement.on_conflict_do_update(index_elements=["handle"], set_=newer))


async def groups_of(tx: Tx, user_id: str) -> frozenset[str]:
    """Handles of the user groups somebody is in."""
    rows = await tx.connection.execute(select(user_groups.c.handle, user_groups.c.members))
    return frozenset(row.handle for row in rows if user_id in row.members)


async def members_of(tx: Tx, groups: Collection[str]) -> list[str]:
    """The ids of everybody in these user groups, as far as the chat has told of them."""
    query = select(user_groups.c.members).where(user_groups.c.handle.in_(sorted(groups)))
    return [member for row in await tx.connection.execute(query) for member in row.members]


async def keep_workspace(tx: Tx, team_id: str, url: str, bot_user_id: str, bot_id: str, app_id: str) -> None:
    """Store where the bot is at home."""
    row = {"team_id": team_id, "url": url, "bot_user_id": bot_user_id, "bot_id": bot_id, "app_id": app_id}
    statement = insert(tx, workspace).values(row)
    await tx.connection.execute(statement.on_conflict_do_update(index_elements=["team_id"], set_=row))


async def workspace_url(tx: Tx) -> str:
    """The workspace's address with a closing slash, or empty before the first connection."""
    row = (await tx.connection.execute(select(workspace.c.url))).first()
    return "" if row is None else str(row.url).rstrip("/") + "/"
