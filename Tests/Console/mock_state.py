"""The mock's memory: objects with revisions, and changes that are all or none."""

import copy
import hashlib
import json

import yaml

import mock_check
import mock_data

COLLECTIONS = ["providers", "models", "consumers", "teams", "organisations", "roles", "prices"]


class Refusal(Exception):
    def __init__(self, status, code, detail, pointer=None, problems=None, extra=None):
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.pointer, self.problems, self.extra = pointer, problems, extra or {}


def etag(value):
    return '"' + hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16] + '"'


class State:
    def __init__(self, hostile=False, is_empty=False):
        self.objects = {collection: {} for collection in COLLECTIONS}
        self.sources = {}
        self.limits = [{"requests": 600, "per": "minute", "by": "ip"}]
        self.file_limits = [{"requests": 3000, "per": "minute", "by": "provider"}]
        if not is_empty:
            for source, collection, name, value in mock_data.objects(hostile):
                self.objects[collection][name] = value
                self.sources[collection, name] = source
        self.revision = 12
        self.revisions = [{"number": 12, "at": mock_data.moment(mock_data.now()), "by": "admin", "note": "first", "changes": ["models.fast"],
                           "yaml": self.yaml(), "diff": [], "objects": copy.deepcopy(self.owned()), "limits": copy.deepcopy(self.limits)}]
        self.audit = []

    def owned(self):
        """The objects of the database: {collection: {name: value}}."""
        return {collection: {name: value for name, value in members.items() if self.source(collection, name) == "database"}
                for collection, members in self.objects.items()}

    def source(self, collection, name):
        return self.sources.get((collection, name), "database")

    def object(self, collection, name):
        if name not in self.objects[collection]:
            raise Refusal(404, "object_not_found", f"There is no '{name}' in {collection}.")
        value = self.objects[collection][name]
        return {"name": name, "collection": collection, "source": self.source(collection, name), "etag": etag(value), "value": value}

    def yaml(self):
        document = {collection: members for collection, members in self.owned().items() if members}
        if self.limits:
            document["limits"] = self.limits
        return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)

    def apply(self, changes, by, note, is_dry_run, pointer_of=None):
        """Several changes as one. → CHANGE; pointers of problems lead into the request through pointer_of(index, pointer)."""
        pointer_of = pointer_of or (lambda index, pointer: f"/changes/{index}/value{pointer}")
        before = (copy.deepcopy(self.objects), copy.deepcopy(self.limits))
        after, limits, touched = copy.deepcopy(self.objects), copy.deepcopy(self.limits), {}
        for index, change in enumerate(changes):
            collection, name = change["collection"], change["name"]
            touched[collection, name] = index
            if collection == "limits":
                if change.get("etag") != etag(self.limits):
                    raise Refusal(412, "object_changed", "Somebody changed the limits meanwhile.", f"/changes/{index}")
                limits = change.get("value") or []
                continue
            here = self.objects[collection].get(name)
            if here is not None and self.source(collection, name) != "database":
                raise Refusal(409, "owned_by_file", f"'{name}' is defined in sluice.yaml.", f"/changes/{index}")
            if here is not None and change.get("etag") != etag(here):
                raise Refusal(412, "object_changed", f"Somebody changed '{name}' meanwhile.", f"/changes/{index}")
            if here is None and change.get("etag"):
                raise Refusal(412, "object_changed", f"Somebody deleted '{name}' meanwhile.", f"/changes/{index}")
            if change["op"] == "delete":
                after[collection].pop(name, None)
            else:
                after[collection][name] = self.sealed(collection, name, change["value"], is_dry_run)
        problems = []
        for found in mock_check.check(after, limits):
            index = touched.get((found.pop("_collection"), found.pop("_name")))
            found["pointer"] = None if index is None else pointer_of(index, found["pointer"])
            problems.append(found)
        if any(found["severity"] == "error" for found in problems):
            raise Refusal(422, "configuration_refused", "The configuration was refused.", problems=problems)
        diff = self.difference(before, (after, limits))
        if not is_dry_run:
            self.objects, self.limits = after, limits
            self.revision += 1
            self.remember(by, note, diff)
        return {"revision": self.revision + (1 if is_dry_run else 0), "dryRun": is_dry_run, "diff": diff, "warnings": problems,
                "needsRestart": [], "objects": [self.object(c, n) for c, n in touched if c != "limits" and n in self.objects[c]]}

    @staticmethod
    def sealed(collection, name, value, is_dry_run):
        if collection != "providers" or not isinstance(value, dict) or not value.get("keys"):
            return value
        references = [key if ":" in key else f"secret:provider.{name}.{index + 1}" for index, key in enumerate(value["keys"])]
        return {**value, "keys": references}

    @staticmethod
    def difference(before, after):
        diff = []
        for collection in COLLECTIONS:
            old, new = before[0][collection], after[0][collection]
            for name in sorted(set(old) | set(new)):
                if old.get(name) == new.get(name):
                    continue
                if name not in old or name not in new:
                    diff.append({"path": f"{collection}.{name}", "before": old.get(name), "after": new.get(name)})
                    continue
                for key in sorted(set(old[name]) | set(new[name])):
                    if old[name].get(key) != new[name].get(key):
                        diff.append({"path": f"{collection}.{name}.{key}", "before": old[name].get(key), "after": new[name].get(key)})
        if before[1] != after[1]:
            diff.append({"path": "limits", "before": before[1], "after": after[1]})
        return diff

    def remember(self, by, note, diff):
        self.revisions.append({"number": self.revision, "at": mock_data.moment(mock_data.now()), "by": by, "note": note or "",
                               "changes": [".".join(item["path"].split(".")[:2]) for item in diff], "yaml": self.yaml(), "diff": diff,
                               "objects": copy.deepcopy(self.owned()), "limits": copy.deepcopy(self.limits)})
        self.tell(by, "changes", ", ".join(item["path"] for item in diff)[:120], self.revision)

    def tell(self, by, action, thing, revision=None):
        self.audit.insert(0, {"at": mock_data.moment(mock_data.now()), "by": by, "action": action, "object": thing,
                              "revision": revision, "address": "127.0.0.1", "detail": {"object": thing}})

    def replace(self, owned, limits, by, note, is_dry_run):
        """All objects of the database at once."""
        before = (copy.deepcopy(self.objects), copy.deepcopy(self.limits))
        after = {collection: {name: value for name, value in members.items() if self.source(collection, name) != "database"}
                 for collection, members in self.objects.items()}
        for collection, members in owned.items():
            after[collection].update(members)
        problems = mock_check.check(after, limits)
        for found in problems:
            found.pop("_collection"), found.pop("_name")
            found["pointer"] = None
        if any(found["severity"] == "error" for found in problems):
            raise Refusal(422, "configuration_refused", "The configuration was refused.", problems=problems)
        diff = self.difference(before, (after, limits))
        if not is_dry_run:
            self.objects, self.limits = after, limits
            self.revision += 1
            self.remember(by, note, diff)
        return {"revision": self.revision + (1 if is_dry_run else 0), "dryRun": is_dry_run, "diff": diff, "warnings": problems,
                "needsRestart": [], "objects": []}
