"""Readers of reports without code of udptool. They print what they read as JSON.

reports.py junit|csv|github|prometheus < report
"""

import csv
import io
import json
import re
import sys
import xml.etree.ElementTree as ElementTree


def junit(text):
    root = ElementTree.fromstring(text)
    cases = []
    for case in root.iter("testcase"):
        outcome = next((e for e in case if e.tag in ("failure", "error", "skipped")), None)
        cases.append(
            {
                "name": case.get("name"),
                "outcome": None if outcome is None else outcome.tag,
                "message": None if outcome is None else outcome.get("message"),
                "text": None if outcome is None else outcome.text,
                "out": case.findtext("system-out"),
                "err": case.findtext("system-err"),
            }
        )
    suites = [dict(suite.attrib) for suite in root.iter("testsuite")]
    return {"root": dict(root.attrib), "suites": suites, "cases": cases}


def csv_rows(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def github(text):
    """Parses a line as the runner does (actions/runner, ActionCommand.cs)."""
    commands = []
    for line in text.split("\n"):
        if line == "":
            continue
        if not line.startswith("::"):
            raise ValueError("not a command: %r" % line)
        head, data = line[2:].split("::", 1)
        name, _, rest = head.partition(" ")
        properties = {}
        for pair in filter(None, rest.split(",")):
            key, value = pair.split("=", 1)
            for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
                value = value.replace(code, character)
            properties[key] = value
        for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            data = data.replace(code, character)
        commands.append({"command": name, "properties": properties, "data": data})
    return commands


NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)')
SAMPLE = re.compile(r"(%s)(?:\{(.*)\})? (\S+)$" % NAME)


def prometheus(text):
    """The text format 0.0.4, strictly: help and type before samples, a family in one piece, no series twice. Lines may be empty."""
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    helps, types, seen, samples, family = {}, {}, set(), [], None
    for line in text.split("\n")[:-1]:
        if line.startswith("# HELP "):
            family, text = line[7:].split(" ", 1)
            if family in helps:
                raise ValueError("help twice: %s" % family)
            helps[family] = text
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            if name != family or name in types or kind not in ("gauge", "counter", "summary", "histogram", "untyped"):
                raise ValueError("type out of place: %s" % line)
            types[name] = kind
        elif line:
            match = SAMPLE.match(line)
            if match is None:
                raise ValueError("no sample: %r" % line)
            name, inner, value = match.groups()
            parts = ("_bucket", "_sum", "_count") if types.get(family) == "histogram" else ("",)
            if family not in types or name not in [family + part for part in parts]:
                raise ValueError("a sample without its type: %s" % line)
            labels, at = {}, 0
            while inner and at < len(inner):
                label = LABEL.match(inner, at)
                if label is None or label.group(1) in labels:
                    raise ValueError("no label: %r" % inner[at:])
                labels[label.group(1)] = re.sub(r"\\(.)", lambda m: "\n" if m.group(1) == "n" else m.group(1), label.group(2))
                at = label.end()
            series = (name, tuple(sorted(labels.items())))
            if series in seen:
                raise ValueError("a series twice: %s" % line)
            seen.add(series)
            samples.append({"name": name, "labels": labels, "value": float(value)})
    return {"types": types, "samples": samples}


READERS = {"junit": junit, "csv": csv_rows, "github": github, "prometheus": prometheus}

if __name__ == "__main__":
    source = sys.stdin.buffer.read().decode("utf-8", "strict")
    print(json.dumps(READERS[sys.argv[1]](source)))
