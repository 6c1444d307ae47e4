"""Recomputes the figures of a run from its journal, by docs/journal.md and the RFCs alone.

Prints one JSON document. Directions of losses are left out, because they need the server's receipts; for these, the test compares
the rows of the CSV with the ledger.
"""

import array
import base64
import json
import math
import sys

TYPES = {
    "scheduled": "d", "sent": "d", "arrived": "d", "serverArrival": "d", "order": "I", "dwell": "I", "detail": "H",
    "outcome": "B", "traits": "B", "copies": "B", "train": "B", "source": "H",
}
WHOLE, CUT, WRONG, REFUSED, UNREACHABLE = 2, 3, 4, 5, 6
SAME, UPPER, ANSWERED = 1, 2, 4
PAGE = 8192
# A probe or reply of this length has its whole check, so its number is proved (docs/wire-format.md).
CHECKED = 34


def read(path):
    lines = [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]
    columns = {}
    for line in lines[1:]:
        if "column" in line:
            data = base64.b64decode(line["data"])
            wide = line["column"] == "copies" and len(data) == 4 * line["rows"]
            values = array.array("I" if wide else TYPES[line["column"]])
            values.frombytes(data)
            columns.setdefault(line["page"], {})[line["column"]] = values
    return lines[0], columns


def rows_of(header, columns):
    plan = header["plan"]
    for number in sorted(columns):
        page = columns[number]
        for place, outcome in enumerate(page["outcome"]):
            if outcome == 0:
                continue
            row = number * PAGE + place
            sequence, client = divmod(row, plan["clients"])
            one = {name: page[name][place] for name in page}
            one.setdefault("scheduled", one["sent"])
            one.update(sequence=sequence, client=client, size=plan["sizes"][sequence % len(plan["sizes"])])
            yield one


def classify(header, rows):
    alone = [row["traits"] & (SAME | UPPER) for row in rows if row["outcome"] in (WHOLE, CUT)]
    right = UPPER if alone.count(UPPER) > alone.count(SAME) else SAME
    udptool = any(client["answeredArrivals"] > 0 for client in header["clients"])
    for row in rows:
        damaged = udptool and row["size"] >= CHECKED and not row["traits"] & ANSWERED
        follows = row["traits"] & right
        outcome = row["outcome"]
        if outcome == WHOLE:
            late = row["arrived"] - row["sent"] > header["plan"]["timeout"]
            row["fate"] = "corrupt" if not follows or damaged else "late" if late else "intact"
        elif outcome == CUT:
            broken = not follows or (damaged and row["detail"] >= CHECKED)
            row["fate"] = "corrupt" if broken else "truncated"
        else:
            row["fate"] = {WRONG: "corrupt", REFUSED: "refused", UNREACHABLE: "unreachable"}.get(outcome, "lost")


def percentile(ascending, thousandths):
    # RFC 2330 section 11.3: the smallest value that this share of the values does not exceed.
    return next(x for i, x in enumerate(ascending) if (i + 1) * 1000 >= thousandths * len(ascending))


def delays(values):
    if not values:
        return None
    ascending = sorted(values)
    mean = math.fsum(values) / len(values)
    found = {"count": len(values), "minMs": ascending[0], "meanMs": mean, "maxMs": ascending[-1]}
    for name, part in (("p50", 500), ("p90", 900), ("p95", 950), ("p99", 990), ("p999", 999)):
        found[name + "Ms"] = percentile(ascending, part)
    if len(values) > 1:
        found["stddevMs"] = math.sqrt(math.fsum((x - mean) ** 2 for x in values) / (len(values) - 1))
    return {name: value if name == "count" else value / 1e6 for name, value in found.items()}


def jitter(transits):
    # RFC 3550 section 6.4.1
    value = 0.0
    for before, now in zip(transits, transits[1:]):
        value += (abs(now - before) - value) / 16
    return value if len(transits) > 1 else None


def reordering(arrivals):
    # RFC 4737 sections 3.3 and 4.2
    expected, found = 0, []
    for index, sequence in enumerate(arrivals):
        if sequence >= expected:
            expected = sequence + 1
            continue
        first = next(j for j in range(index) if arrivals[j] > sequence)
        found.append(index - first)
    return found


def mean(values):
    known = [value for value in values if value is not None]
    return sum(known) / len(known) / 1e6 if known else None


def main():
    header, columns = read(sys.argv[1])
    rows = list(rows_of(header, columns))
    classify(header, rows)
    fates = {}
    for row in rows:
        fates[row["fate"]] = fates.get(row["fate"], 0) + 1
    loss = sum(fates.get(fate, 0) for fate in ("lost", "unreachable", "refused"))
    replies = [row for row in rows if row["fate"] in ("intact", "late", "truncated", "corrupt")]
    timed = [row for row in rows if row["fate"] in ("intact", "late", "truncated") and row["arrived"] >= row["sent"]]
    rtt = delays([row["arrived"] - row["sent"] for row in timed])
    jitters, neighbours, extents, longest, outages = [], [], [], 0, 0
    for client in range(header["plan"]["clients"]):
        own = sorted((row for row in rows if row["client"] == client), key=lambda row: row["sequence"])
        by_arrival = sorted((row for row in own if math.isfinite(row["arrived"])), key=lambda row: row["order"])
        jitters.append(jitter([row["arrived"] - row["sent"] for row in by_arrival if row["fate"] != "corrupt"]))
        rtts = [row["arrived"] - row["sent"] if row["fate"] in ("intact", "late", "truncated") else None for row in own]
        steps = [abs(b - a) for a, b in zip(rtts, rtts[1:]) if a is not None and b is not None]
        neighbours.append(sum(steps) / len(steps) if steps else None)
        proved = [row["sequence"] for row in by_arrival
                  if (row["size"] if row["outcome"] == WHOLE else row["detail"]) >= CHECKED]
        extents += reordering(proved)
        run = 0
        for row in own + [None]:
            if row is not None and row["fate"] in ("lost", "unreachable", "refused"):
                run += 1
                continue
            longest = max(longest, run)
            outages += run > 1
            run = 0
    shared = any(client["longestTrain"] > 1 for client in header["clients"] if "longestTrain" in client)
    delivered = [row for row in rows if math.isfinite(row["arrived"])]
    sent = [row["sent"] for row in rows if row["fate"] != "refused"]
    copies = sum(row["copies"] for row in delivered)
    print(json.dumps({
        "scheduled": len(rows),
        "fates": fates,
        "loss": loss,
        "replies": len(replies),
        "duplicates": sum(client["duplicates"] for client in header["clients"]),
        "foreign": sum(client["foreign"] for client in header["clients"]),
        "unidentified": sum(client["unidentified"] for client in header["clients"]),
        "rtt": rtt,
        "rttNetwork": delays([row["arrived"] - row["sent"] - row["dwell"] for row in timed if row["dwell"] != 0xFFFFFFFF]),
        "rttScheduled": delays([row["arrived"] - row["scheduled"] for row in timed]),
        "jitter": None if shared else mean(jitters),
        "ipdv": None if shared else mean(neighbours),
        "pdvP99": rtt and rtt["p99Ms"] - rtt["minMs"],
        "reordered": len(extents),
        "reorderingRatio": len(extents) / len(replies) if replies else None,
        "maxExtent": max(extents, default=0),
        "fraction": copies / len(delivered) if delivered else None,
        "replicated": sum(row["copies"] > 0 for row in delivered) / len(delivered) if delivered else None,
        "longestRun": longest,
        "outages": outages,
        "sentPerSecond": (len(sent) - 1) * 1e9 / (max(sent) - min(sent)) if len(sent) > 1 and max(sent) > min(sent) else None,
    }))


main()
