"""apps.connections.open: the way into Socket Mode, for the app-level token only."""

from playground.json_types import Json
from playground.seed import APP_ID
from playground.web_api.method import Call, Family

api = Family()


@api.method("apps.connections.open", tier="special", tokens=("app",))
def connections_open(call: Call) -> Json:
    address = call.origin.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={call.slack.hub.issue_ticket()}&app_id={APP_ID}"}
