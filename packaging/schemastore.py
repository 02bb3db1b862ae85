#!/usr/bin/env python3
"""Writes the files that SchemaStore needs for the configuration file, and validates them.

usage: schemastore.py OUT [CATALOG-SCHEMA]

OUT gets `dockwright.json`, the schema in the form that SchemaStore requires, and `catalog-entry.json`, the entry for its catalog.
With CATALOG-SCHEMA (src/schemas/json/schema-catalog.json of SchemaStore) and the Python package jsonschema, the entry
is validated against it, and the schema against its metaschema and the example in docs/configuration.md.
"""
import json, os, re, sys, tomllib

from pre_commit_mirror import HERE


def catalog_entry():
    return {
        "name": "dockwright",
        "description": "Configuration of dockwright, a linter and fixer for Dockerfiles",
        "fileMatch": ["dockwright.toml", ".dockwright.toml"],
        "url": "https://json.schemastore.org/dockwright.json",
    }


def schema():
    with open(os.path.join(HERE, "docs", "schemas", "dockwright.toml.json"), encoding="utf-8") as file: found = json.load(file)
    return {"$schema": found.pop("$schema"), "$id": catalog_entry()["url"], **found}


def example():
    with open(os.path.join(HERE, "docs", "configuration.md"), encoding="utf-8") as file:
        return tomllib.loads(re.search(r"```toml\n(.*?)```", file.read(), re.S).group(1))


if __name__ == "__main__":
    if len(sys.argv) < 2: sys.exit(__doc__)
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, value in [("dockwright.json", schema()), ("catalog-entry.json", catalog_entry())]:
        with open(os.path.join(sys.argv[1], name), "w", encoding="utf-8") as out: out.write(json.dumps(value, indent=2) + "\n")
    if len(sys.argv) > 2:
        import jsonschema
        with open(sys.argv[2], encoding="utf-8") as file: catalog = json.load(file)
        whole = {"$schema": "https://json.schemastore.org/schema-catalog.json", "version": 1, "schemas": [catalog_entry()]}
        jsonschema.validators.validator_for(catalog)(catalog).validate(whole)
        jsonschema.Draft7Validator.check_schema(schema())
        jsonschema.Draft7Validator(schema()).validate(example())
        for wrong in ({"fail-on": "x"}, {"rules": {"ignor": []}}, {"policy": [{"code": "x"}]}):
            if jsonschema.Draft7Validator(schema()).is_valid(wrong): sys.exit(f"accepted: {wrong}")
        print("the entry and the schema are valid")
