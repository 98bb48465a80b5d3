"""Who may do what (`permissions.yaml`). What a role allows is said in `bot.domain.permission`."""

from bot.catalog.part import Part, Role, SomeTexts, Texts
from bot.domain import permission


class Grant(Part):
    """A role given to people (`to`: catalog keys, Slack user ids, `group:<handle>`, or `everybody`) for some services.

    `*` stands for all services, or for all environments but production, which a grant names itself.
    """

    role: Role
    to: SomeTexts
    services: Texts = ("*",)
    environments: Texts = ("*",)


class Permissions(Part):
    """All grants; what none of them gives is denied."""

    grants: tuple[Grant, ...] = ()

    @property
    def policy(self) -> permission.Policy:
        """The same as the rules know them; each grant is called by its place in the file."""
        return permission.Policy(
            tuple(
                permission.Grant(
                    f"permissions.yaml grant {number}",
                    permission.Role[each.role.upper()],
                    each.to,
                    each.services,
                    each.environments,
                )
                for number, each in enumerate(self.grants, start=1)
            )
        )
