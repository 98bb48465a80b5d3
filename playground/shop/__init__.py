"""The shop: a small real service to watch and to break. It knows nothing of the tools that watch it.

Several local processes under PyPI `supervisor`: replicas of a checkout service, a front that spreads requests over
them and shows their metrics, and buyers. Release v41 is good; v42 fails 31 % of the checkouts and is slow.
Commands, each with `--dir D`: `python -m playground.shop up | down | ship RELEASE | status`; and `history`, which
prints a generated past.

What a tool beside the shop may rely on:

- D/shop.json: dir, front_url, front_port, port_base, max_replicas, supervisor_socket, supervisord_conf,
  programs_dir, releases_dir, current, deploys, logs_dir, python. The socket is D/supervisor.sock, or in a short
  temporary directory where D is too long for a Unix socket: take it from here. supervisord speaks XML-RPC on it,
  without a password.
- D/current is a relative link to releases/<release>; D/releases/<release>/release.json holds version, released_at
  (RFC 3339 UTC), author and note. Switch the link in one step (a new link renamed over it), then restart the
  replicas in turn.
- D/deploys.jsonl: a line {at, from, to, by, note} for each switch, appended by `up` (from null) and `ship`. Another
  tool that switches may append its own.
- D/programs/checkout-N.ini: replica N, a program and group `checkout-N`, on 127.0.0.1:(port_base + N), N from 1 to
  max_replicas. Another one is a copy with the name and PORT changed, made known by reloadConfig and
  addProcessGroup. One is taken away by stopProcess, removeProcessGroup and unlinking its file. The front looks at
  these files twice a second. front.ini and buyers.ini beside them are no replicas.
- A replica answers /checkout, /cart, /healthz (200, or 503 while it drains; {status, release, replica}), /version,
  /metrics. On SIGTERM it drains for half a second: stopProcess and startProcess cost no request while another
  replica is up.
- The front answers /checkout and /cart (502 the replica broke, 503 no replica, 504 too slow), /healthz (503 without
  a live replica), /status ({replicas: [{name, port, live, release}]}), `POST /pipeline/ship/<release>` ({ok, text})
  and /metrics: `shop_requests_total{service,code}`, `shop_request_duration_seconds{service}` (histogram),
  `shop_replicas{service}`, `shop_release_info{service,release}` 1 for each release being served,
  `process_start_time_seconds`. Services: checkout, cart.
"""
