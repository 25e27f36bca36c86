"""Takes the keys of the response examples out of Intercom's API description (MIT), for the calls in scope (S§8.5).

`cargo xtask keys` runs it; the test `tests/rest/example_keys.rs` of the server reads what it writes: a line a call,
`operationId status key key.key list[].key …`. Words and values of the description stay behind.

    python3 example_keys.py intercom-openapi.yaml > example_keys.txt
"""

import re
import sys

import yaml

IN_SCOPE = re.compile(
    r"^/(me|admins|teams|visitors|contacts|conversations|messages|events|data_attributes|companies|tags|segments|notes"
    r"|subscription_types|export|download|emails|jobs)(/|$)"
)
# Calls on those paths that S§8.5 leaves out: banners, tickets, metrics, other channels.
LEFT_OUT = {
    "listActivityLogs", "listActivityLogEventTypes", "searchActivityLogs", "listContactBanners", "dismissContactBanner", "listHandlingEvents",
    "listSideConversations", "convertConversationToTicket", "getTeamMetrics", "RetrieveWhatsAppMessageStatus",
    "getWhatsAppMessageStatus", "exportWorkflow",
}


def paths(value, at=""):
    """Every key of a value, with the keys it lies in."""
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f"{at}.{name}" if at else str(name)
            yield here
            # What lies in custom attributes is the example's own.
            if name != "custom_attributes":
                yield from paths(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, at + "[]")


def examples(content):
    for media in content.values():
        if "example" in media:
            yield media["example"]
        for example in media.get("examples", {}).values():
            yield example.get("value")


def main(file):
    with open(file, encoding="utf-8") as source:
        description = yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for path, item in description["paths"].items():
        if not IN_SCOPE.search(path):
            continue
        for operation in item.values():
            if not isinstance(operation, dict) or operation.get("operationId") in LEFT_OUT | {None}:
                continue
            for status, response in operation["responses"].items():
                if not str(status).startswith("2"):
                    continue
                keys = sorted({key for example in examples(response.get("content", {})) for key in paths(example)})
                if keys:
                    print(operation["operationId"], status, *keys)


if __name__ == "__main__":
    main(sys.argv[1])
