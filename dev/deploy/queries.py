"""What PromQL expressions and dashboards name, and whether it exists."""

import json
import re

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[A-Za-z_:][A-Za-z0-9_:]*|\d[\w.]*|=~|!~|!=|\S')
AGGREGATIONS = {
    "sum", "min", "max", "avg", "group", "stddev", "stdvar", "count", "count_values", "bottomk", "topk", "quantile"}
WORDS = AGGREGATIONS | {"and", "or", "unless", "offset", "bool", "inf", "nan"}
LISTS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
# Labels that Prometheus adds to what it scrapes, and its own metrics.
ADDED = {"job", "instance"}
OWN = {"up": set()}


class Expression:
    """The selectors of an expression as (metric, labels), the labels of its groupings, and those that it makes."""

    def __init__(self, text):
        self.selectors, self.grouping, self.made = [], set(), set()
        tokens = TOKEN.findall(text)
        at = 0
        while at < len(tokens):
            token = tokens[at]
            following = tokens[at + 1] if at + 1 < len(tokens) else ""
            at += 1
            if token == "[":
                at = tokens.index("]", at) + 1
            elif not re.match(r"[A-Za-z_:]", token) or token.lower() in WORDS:
                continue
            elif token.lower() in LISTS:
                if following == "(":
                    end = tokens.index(")", at)
                    self.grouping |= {name for name in tokens[at + 1:end] if name != ","}
                    at = end + 1
            elif following == "(":
                if token == "label_replace":
                    self.made |= set(re.findall(r'label_replace\(.*?\), ?"(\w+)"', text))
            else:
                labels = set()
                if following == "{":
                    end = tokens.index("}", at)
                    labels = {name for name, operator in zip(tokens[at + 1:end], tokens[at + 2:end])
                              if operator in ("=", "!=", "=~", "!~")}
                    at = end + 1
                self.selectors.append((token, labels))


class Catalogue:
    """The metrics with their labels: of the documentation, of a scrape, and of recording rules."""

    def __init__(self, page, scrape):
        self.kinds, self.labels = {}, {}
        for name, kind, labels in re.findall(r"^\| `(\w+)` \| (\w+) \| [^|]* \| ([^|]*) \|", page, re.MULTILINE):
            self.kinds[name] = kind
            self.labels[name] = set(re.findall(r"`(\w+)`", labels))
        self.documented = {name: set(labels) for name, labels in self.labels.items()}
        self.scraped = set()
        for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", scrape, re.MULTILINE):
            self.scraped.add(name)
            self.kinds.setdefault(name, kind)
            self.labels.setdefault(name, set())
        for name, labels in re.findall(r"^(\w+)\{(.*)\} \S+$", scrape, re.MULTILINE):
            self.labels[self.family(name)] |= set(re.findall(r'(\w+)="', labels)) - {"le"}

    def undocumented(self):
        """What a scrape has and the documentation does not name."""
        for name in sorted(self.scraped - set(self.documented)):
            yield f"docs/metrics.md does not name {name}"
        for name, labels in sorted(self.documented.items()):
            for label in sorted(self.labels[name] - labels):
                yield f"docs/metrics.md does not name the label '{label}' of {name}"

    def family(self, name):
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        return base if self.kinds.get(base) == "histogram" else name

    def record(self, name, labels):
        """A recording rule and the labels that its series have."""
        self.kinds[name] = "recorded"
        self.labels[name] = labels

    def of(self, metric):
        """The labels of a metric; None if there is no such metric."""
        if metric in OWN:
            return OWN[metric] | ADDED
        family = self.family(metric)
        kind = self.kinds.get(family)
        if kind is None or kind == "histogram" and family == metric:
            return None
        return self.labels[family] | ADDED | ({"le"} if metric.endswith("_bucket") else set())

    def problems(self, text):
        """What an expression names and is not there."""
        expression = Expression(text)
        there = set(expression.made)
        for metric, labels in expression.selectors:
            known = self.of(metric)
            if known is None:
                yield f"there is no metric '{metric}'"
                continue
            there |= known
            for label in sorted(labels - known):
                yield f"'{metric}' has no label '{label}'"
        for label in sorted(expression.grouping - there):
            yield f"no metric of the expression has the label '{label}'"


class Dashboard:
    """One of deploy/grafana."""

    BUILT_IN = {"__rate_interval", "__range"}

    def __init__(self, path):
        self.path = path
        with open(path) as file:
            self.document = json.load(file)
        self.panels = [panel for panel in self.document["panels"] if panel["type"] != "row"]
        self.variables = {entry["name"]: entry for entry in self.document["templating"]["list"]}

    def queries(self):
        """(title of the panel, target) of every query."""
        for panel in self.panels:
            for target in panel["targets"]:
                yield panel["title"], target

    def fill(self, text, values):
        """An expression as Grafana would send it."""
        def value(found):
            name = found.group(1) or found.group(2)
            return values.get(name) or self.variables[name]["allValue"]

        return re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, text)

    def problems(self):
        """What a person would stumble over."""
        taken, numbers, used = {}, set(), set()
        for panel in self.document["panels"]:
            title, place = panel["title"], panel["gridPos"]
            if panel["id"] in numbers:
                yield f"'{title}' has the id of another panel"
            numbers.add(panel["id"])
            if place["x"] + place["w"] > 24:
                yield f"'{title}' is wider than the page"
            for x in range(place["x"], place["x"] + place["w"]):
                for y in range(place["y"], place["y"] + place["h"]):
                    if other := taken.setdefault((x, y), title):
                        if other != title:
                            yield f"'{title}' lies over '{other}'"
        for panel in self.panels:
            if not panel.get("description"):
                yield f"'{panel['title']}' has no description"
            if not panel["fieldConfig"]["defaults"].get("unit"):
                yield f"'{panel['title']}' has no unit"
            if not panel["targets"]:
                yield f"'{panel['title']}' has no query"
        texts = [target["expr"] for _, target in self.queries()]
        texts += [entry["definition"] for entry in self.variables.values() if entry["type"] == "query"]
        for text in texts:
            used |= {one or other for one, other in re.findall(r"\$(?:\{(\w+)\}|(\w+))", text)}
        for name in sorted(used - set(self.variables) - self.BUILT_IN):
            yield f"there is no variable '{name}'"
        for name in sorted(set(self.variables) - used - {"datasource"}):
            yield f"no query uses the variable '{name}'"
        yield from self.sources(self.document, "dashboard")

    def sources(self, node, where):
        """Data sources other than the one that is chosen."""
        if isinstance(node, dict):
            source = node.get("datasource")
            if source is not None and source != {"type": "prometheus", "uid": "${datasource}"}:
                yield f"a data source of its own at {where}"
            for name, child in node.items():
                yield from self.sources(child, f"{where}.{name}")
        elif isinstance(node, list):
            for index, child in enumerate(node):
                yield from self.sources(child, f"{where}[{index}]")
