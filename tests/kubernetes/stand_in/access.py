"""Who asks, and what the Role and ClusterRole objects in the store let them do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.errors import ApiError, forbidden, unauthorized
from tests.kubernetes.stand_in.json_types import Json
from tests.kubernetes.stand_in.paths import Place
from tests.kubernetes.stand_in.store import Store

MASTERS = "system:masters"
"""The group that may do everything."""

ANONYMOUS = "system:anonymous"
_SERVICE_ACCOUNT = "system:serviceaccount:"
_USERS = kinds.Kind("", ("v1",), "users", "User", namespaced=False)
_GROUPS = kinds.Kind("", ("v1",), "groups", "Group", namespaced=False)


@dataclass(frozen=True, slots=True)
class User:
    """`acting` is who acts as them, where they are impersonated."""

    name: str
    groups: tuple[str, ...] = ()
    acting: str = ""


class Access:
    def __init__(self, store: Store, admin_token: str) -> None:
        self._store = store
        self._admin_token = admin_token
        self._users: dict[str, User] = {}

    def clear(self) -> None:
        """Only the administrator is left."""
        self._users.clear()

    def add(self, name: str, token: str, groups: list[str]) -> None:
        self._users[token] = _user(name, groups)

    def revoke(self, token: str) -> None:
        """The token is no longer taken, as one that expired."""
        self._users.pop(token, None)

    def user(self, headers: Mapping[str, str], certificate: Mapping[str, object] | None, *, plain: bool) -> User:
        """Raises ApiError: 401 for a token nobody has, 403 where one may not act as another.

        Over plain HTTP kubectl sends no token: whoever comes so, and without one, is the administrator.
        """
        authorization = headers.get("Authorization", "")
        if plain and not authorization:
            authorization = f"Bearer {self._admin_token}"
        user = self._authenticated(authorization, certificate)
        wanted = headers.get("Impersonate-User")
        if not wanted:
            return user
        groups = [value for key, value in headers.items() if key.lower() == "impersonate-group"]
        for kind, name in [(_USERS, wanted), *((_GROUPS, group) for group in groups)]:
            self.demand(user, "impersonate", Place(kind, "v1", "", name))
        return User(wanted, _user(wanted, groups).groups, user.name)

    def _authenticated(self, header: str, certificate: Mapping[str, object] | None) -> User:
        if not header and certificate:
            named = _subject(certificate)
            return _user(named.get("commonName", [""])[0], named.get("organizationName", []))
        if not header:
            return User(ANONYMOUS, ("system:unauthenticated",))
        token = header.removeprefix("Bearer ")
        if token == self._admin_token:
            return _user("admin", [MASTERS])
        if token not in self._users:
            raise unauthorized()
        return self._users[token]

    def demand(self, user: User, verb: str, place: Place) -> None:
        """Raises ApiError (403) in the words of the API server."""
        if not self.allows(user, verb, place):
            raise refused(user, verb, place)

    def allows(self, user: User, verb: str, place: Place) -> bool:
        if MASTERS in user.groups:
            return True
        if place.kind is kinds.ACCESS_REVIEW:
            return user.name != ANONYMOUS
        return any(_covers(rule, verb, place) for rule in self._rules(user, place.namespace))

    def _rules(self, user: User, namespace: str) -> Iterator[Json]:
        bindings = self._store.all(kinds.CLUSTER_ROLE_BINDING)
        if namespace:
            bindings += self._store.all(kinds.ROLE_BINDING, namespace)
        for binding in bindings:
            if any(_is(subject, user) for subject in binding.get("subjects") or []):
                wanted = binding["roleRef"]
                kind = kinds.CLUSTER_ROLE if wanted["kind"] == "ClusterRole" else kinds.ROLE
                role = self._store.find(kind, namespace if kind.namespaced else "", wanted["name"])
                yield from (role or {}).get("rules") or []


def refused(user: User, verb: str, place: Place) -> ApiError:
    """What the API server says to somebody who may not."""
    resource = f"{place.kind.plural}/{place.subresource}" if place.subresource else place.kind.plural
    where = f'in the namespace "{place.namespace}"' if place.namespace else "at the cluster scope"
    words = f'User "{user.name}" cannot {verb} resource "{resource}" in API group "{place.kind.group}" {where}'
    return forbidden(place.kind, place.name, words)


def _user(name: str, groups: list[str]) -> User:
    own = ["system:authenticated"]
    if name.startswith(_SERVICE_ACCOUNT):
        namespace = name.removeprefix(_SERVICE_ACCOUNT).partition(":")[0]
        own += ["system:serviceaccounts", f"system:serviceaccounts:{namespace}"]
    return User(name, (*groups, *own))


def _subject(certificate: Mapping[str, object]) -> dict[str, list[str]]:
    """The parts of a peer certificate's subject, as the ssl module gives them."""
    found: dict[str, list[str]] = {}
    parts = certificate.get("subject", ())
    for each in parts if isinstance(parts, tuple) else ():
        for name, value in each:
            found.setdefault(name, []).append(value)
    return found


def _is(subject: Json, user: User) -> bool:
    if subject["kind"] == "Group":
        return subject["name"] in user.groups
    if subject["kind"] == "ServiceAccount":
        return user.name == f"{_SERVICE_ACCOUNT}{subject.get('namespace', '')}:{subject['name']}"
    return bool(subject["name"] == user.name)


def _covers(rule: Json, verb: str, place: Place) -> bool:
    resource = f"{place.kind.plural}/{place.subresource}" if place.subresource else place.kind.plural
    resources = rule.get("resources") or []
    return (
        bool({"*", verb} & set(rule.get("verbs") or []))
        and bool({"*", place.kind.group} & set(rule.get("apiGroups") or []))
        and bool({"*", resource} & set(resources) or (place.subresource and f"*/{place.subresource}" in resources))
        and (not rule.get("resourceNames") or place.name in rule["resourceNames"])
    )


def review(body: Json, user: User, access: Access) -> Json:
    """The answer to a SelfSubjectAccessReview."""
    wanted = body.get("spec", {}).get("resourceAttributes") or {}
    group, plural = wanted.get("group", ""), wanted.get("resource", "")
    known = next((kind for kind in kinds.KINDS if (kind.group, kind.plural) == (group, plural)), None)
    kind = known or kinds.Kind(group, ("v1",), plural, plural)
    place = Place(kind, "v1", wanted.get("namespace", ""), wanted.get("name", ""), wanted.get("subresource", ""))
    answer = {"kind": kinds.ACCESS_REVIEW.name, "apiVersion": kinds.ACCESS_REVIEW.api_version}
    allowed = access.allows(user, wanted.get("verb", ""), place)
    return answer | {
        "metadata": body.get("metadata") or {},
        "spec": body.get("spec", {}),
        "status": {"allowed": allowed},
    }
