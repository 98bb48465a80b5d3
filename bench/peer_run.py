"""Computes SLOs with google/slo-generator, run by the Python that has it: JSON on stdin, seconds on stdout."""

import json
import sys
import time

from slo_generator.compute import compute  # type: ignore[import-not-found]

STEPS = (300, 3_600, 21_600, 86_400, 259_200)
"""Five windows, as an error budget policy names them."""


def main() -> None:
    given = json.load(sys.stdin)
    steps = [
        {"name": f"{s} s", "burn_rate_threshold": 9, "alert": False, "message_alert": "", "message_ok": "", "window": s}
        for s in STEPS
    ]
    config = {
        "backends": {"prometheus": {"url": given["url"]}},
        "exporters": {},
        "error_budget_policies": {"default": {"steps": steps}},
    }
    began = time.perf_counter()
    reports = [
        report for name in given["services"] for report in compute(_slo(name, given["metric"]), config, given["at"])
    ]
    took = time.perf_counter() - began
    wrong = [each for each in reports if not each.get("bad_events_count")]
    print(json.dumps({"seconds": took, "reports": len(reports), "wrong": len(wrong)}))


def _slo(name: str, metric: str) -> dict[str, object]:
    labels = {"service_name": name, "feature_name": "all", "slo_name": "availability"}
    indicator = {
        "filter_good": f'{metric}{{service="{name}",code!~"5.."}}[window]',
        "filter_valid": f'{metric}{{service="{name}"}}[window]',
    }
    return {
        "apiVersion": "sre.google.com/v2",
        "kind": "ServiceLevelObjective",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "description": name,
            "backend": "prometheus",
            "method": "good_bad_ratio",
            "exporters": [],
            "service_level_indicator": indicator,
            "goal": 0.99,
        },
    }


if __name__ == "__main__":
    main()
