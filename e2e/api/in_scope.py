"""Of Intercom's description what is here: the calls whose operationIds our own description has, amended where it contradicts
its own examples (S§8.4).

    python3 in_scope.py intercom-openapi.yaml http://127.0.0.1:4600 > intercom.json
"""

import json
import sys
from urllib.request import urlopen

import yaml

METHODS = ("get", "put", "post", "delete", "patch")

# (schema, property): `null` in the examples or in practice, and not said to be nullable.
NULLABLE = [
    ("conversation", "admin_assignee_id"),
    ("conversation", "team_assignee_id"),
    ("conversation_list_item", "admin_assignee_id"),
    ("conversation_list_item", "team_assignee_id"),
    # Of leads without an email.
    ("contact", "email"),
    ("contact", "email_domain"),
    # Attributes that no teammate made, or that nobody described.
    ("data_attribute", "admin_id"),
    ("data_attribute", "description"),
]


def without_uri(schema):
    """Links within a contact are said to be URIs, and are paths in every example: `/contacts/…/tags`."""
    if isinstance(schema, dict):
        if schema.get("format") == "uri":
            del schema["format"]
        schema = schema.values()
    elif not isinstance(schema, list):
        return
    for inner in schema:
        without_uri(inner)


def by_our_id(paths):
    """`company_id` is our id in paths and the site's own in bodies: with one name for both, a made company is looked for by
    the wrong one."""
    for name in [name for name in paths if "{company_id}" in name]:
        path = paths.pop(name)
        for operation in [path, *(path[method] for method in METHODS if method in path)]:
            for parameter in operation.get("parameters", []):
                if parameter.get("in") == "path" and parameter["name"] == "company_id":
                    parameter["name"] = "id"
        paths[name.replace("{company_id}", "{id}")] = path


def main(file, origin):
    with open(file, encoding="utf-8") as source:
        description = yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    ours = {
        operation["operationId"]
        for path in json.load(urlopen(f"{origin}/openapi.json"))["paths"].values()
        for operation in path.values()
    }
    for path in description["paths"].values():
        for method in METHODS:
            if path.get(method, {}).get("operationId") not in ours:
                path.pop(method, None)
    description["paths"] = {
        name: path for name, path in description["paths"].items() if any(method in path for method in METHODS)
    }
    by_our_id(description["paths"])
    schemas = description["components"]["schemas"]
    without_uri(schemas)
    for schema, name in NULLABLE:
        schemas[schema]["properties"][name]["nullable"] = True
    # What has not happened yet has no time.
    for what in schemas["conversation_statistics"]["properties"].values():
        what["nullable"] = True
    for name, schema in schemas.items():
        # Made by a token, which is no teammate.
        if name.startswith("conversation_attribute") and "admin_id" in schema.get("properties", {}):
            schema["properties"]["admin_id"]["nullable"] = True
    # One company, if it is asked for by its id or name.
    del schemas["company_list"]["properties"]["type"]["enum"]
    json.dump(description, sys.stdout, default=str)


if __name__ == "__main__":
    main(*sys.argv[1:])
