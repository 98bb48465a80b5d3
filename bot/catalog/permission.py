"""Who may do what (`permissions.yaml`). What a role allows is said in `bot.domain.permission`."""

from bot.catalog.part import Part, Role, SomeTexts, Texts


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
