#!/usr/bin/env python3
"""The figures that the three quarters are compared with, computed from the
directory's exports alone, without Countersign.

  figures.py months DATA OUT          derive the months that are imported
  figures.py month LATER EARLIER      count joiners and leavers
  figures.py decide ITEMS CSV OUT RULED DAY  what each reviewer answers, a file each
  figures.py gone CSV RULED OUT       the export with the revocations carried out
  figures.py owned AGENTS MONTHS OUT  the agents with owners who leave one day
  figures.py moved LATER EARLIER      who has another department, title or supervisor, and in how many groups they are
  figures.py ownerless OWNED GRANTS LATER EARLIER  agents whose owner left, and how many grants there are on each
  figures.py deltas RULED UNTIL CSV...  what is new, moved, given again, by the exports since
  figures.py started, active, told    what the clock started, what is under way, in one sentence
  figures.py count CSV                how many memberships an export has
  figures.py coverage CSV RULED MONTHS TODAY UNTIL  what is in cadence, and until when

RULED is a table of the last answer to each holding: holder, target, answer,
day, and the holder's department, title and supervisor then.

The real exports have leavers and people who change projects, and nobody who
joins or changes department. So, by rules on the sorted user ids alone:

  joiners    every 83rd person who supervises nobody is left out until May
  movers     every 97th moves in May to the department, team and supervisor
             of whoever stands 500 places further on
  promoted   every 101st has another title from August on
  owners     the agents belong by turns to the first who leaves in June, to the
             first who leaves in August, and to nobody
"""
import calendar
import csv
import datetime
import json
import os
import sys
import zlib

FIELDS = ["employee_name", "user_id", "email", "role", "projects", "business_unit",
          "functional_unit", "department", "team", "supervisor"]
MONTHS = ["2009-12"] + ["2010-%02d" % m for m in range(1, 10)]


def read(path):
    with open(path, newline="") as f:
        return {r["user_id"]: r for r in csv.DictReader(f)}


def write(path, rows):
    with open(path, "w", newline="") as f:
        w = csv.DictWriter(f, FIELDS, lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def fixture(data):
    """Who joins, moves and is promoted, by user id."""
    months = {m: read(os.path.join(data, m + ".csv")) for m in MONTHS}
    bosses = {r["supervisor"] for rows in months.values() for r in rows.values()}
    # Only people who are there all the time and supervise nobody.
    plain = sorted(u for u, r in months["2009-12"].items()
                   if r["employee_name"] not in bosses and r["supervisor"] and all(u in rows for rows in months.values()))
    joiners = set(plain[7::83])
    movers = {u: plain[(i + 500) % len(plain)] for i, u in enumerate(plain) if i % 97 == 11 and u not in joiners}
    promoted = {u for i, u in enumerate(plain) if i % 101 == 13 and u not in joiners and u not in movers}
    return months, joiners, movers, promoted


def derive(data, out):
    months, joiners, movers, promoted = fixture(data)
    os.makedirs(out, exist_ok=True)
    for m, rows in months.items():
        made = []
        for u, r in rows.items():
            r = dict(r)
            if u in joiners and m < "2010-05":
                continue
            if u in movers and m >= "2010-05":
                there = months["2009-12"][movers[u]]
                for k in ("business_unit", "functional_unit", "department", "team", "supervisor"):
                    r[k] = there[k]
            if u in promoted and m >= "2010-08":
                r["role"] = "Senior " + r["role"]
            made.append(r)
        write(os.path.join(out, m + ".csv"), made)
    print(len(joiners), "joiners,", len(movers), "movers,", len(promoted), "promoted")


def month(now, before):
    a, b = read(before), read(now)
    print("joined", len(b.keys() - a.keys()), "left", len(a.keys() - b.keys()),
          "changed", sum(a[u] != b[u] for u in a.keys() & b.keys()))


def items_of(path):
    with open(path) as f:
        return json.load(f)["items"]


def number(*words):
    """A number that depends on the words alone."""
    return zlib.crc32("/".join(words).encode())


def decide(items, export, out, ruled, day):
    """Every fifteenth membership of a project is revoked, a grant to edit the
    specifications is reduced; all else is kept."""
    os.makedirs(out, exist_ok=True)
    past, people, files = load(ruled), named(read(export)), {}
    for i in items_of(items):
        answer, level, reason = "keep", "", "needed"
        if i["kind"] == "group" and i["target"].startswith("Project") and number(i["holder"], i["target"], day) % 15 == 0:
            answer, reason = "revoke", "no longer on the project"
        elif i["kind"] == "agent" and i["level"] == "Edit" and i["target"].startswith("Spec"):
            answer, level, reason = "reduce", "View & Use", "reading is enough"
        files.setdefault(i["reviewer"]["email"], []).append([i["item"], answer, level, reason])
        past[i["holder"], i["target"]] = (answer, day) + standing(people.get(i["holder"]))
    for who, rows in files.items():
        with open(os.path.join(out, who + ".csv"), "w", newline="") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(["item", "decision", "level", "reason"])
            w.writerows(rows)
    save(ruled, past)


def named(rows):
    return {r["employee_name"]: r for r in rows.values()}


def standing(r):
    return (r["department"], r["role"], r["supervisor"]) if r else ("", "", "")


def load(path):
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        lines = (line.rstrip("\n").split("\t") for line in f)
        return {(w[0], w[1]): tuple(w[2:]) for w in lines}


def save(path, past):
    with open(path, "w") as f:
        for key, value in sorted(past.items()):
            f.write("\t".join(key + value) + "\n")


def memberships(rows):
    """Who is in what by an export: a set of (name, group)."""
    out = set()
    for r in rows.values():
        for group in [r["department"], r["team"]] + r["projects"].split(";"):
            if group:
                out.add((r["employee_name"], group))
    return out


def gone(path, ruled, out):
    """The export without what was revoked, but for every fourth: the source
    gives that again."""
    past, rows, again = load(ruled), read(path), 0
    for r in rows.values():
        kept = []
        for p in r["projects"].split(";"):
            if past.get((r["employee_name"], p), ("", ""))[0] == "revoke":
                if out.endswith("corrected.csv") or number(r["employee_name"], p) % 4:
                    continue
                again += 1
            kept.append(p)
        r["projects"] = ";".join(kept)
    write(out, rows.values())
    print(again)


def owned(agents, months, out):
    leavers = []
    for m, before in (("2010-06", "2010-05"), ("2010-08", "2010-07")):
        rows, now = (read(os.path.join(months, x + ".csv")) for x in (before, m))
        leavers.append(rows[min(rows.keys() - now.keys())]["email"])
    with open(agents, newline="") as f:
        rows = list(csv.DictReader(f))
    with open(out, "w", newline="") as f:
        w = csv.DictWriter(f, list(rows[0]) + ["owner"], lineterminator="\n")
        w.writeheader()
        for i, r in enumerate(rows):
            w.writerow(dict(r, owner=(leavers + [""])[i % 3]))


def moved(now, before):
    """A line for each person who moved: the name, and the memberships now."""
    a, b = read(before), read(now)
    for r in sorted(b.values(), key=lambda r: r["employee_name"]):
        if r["user_id"] in a and standing(r) != standing(a[r["user_id"]]):
            print(r["employee_name"], len(memberships({0: r})), sep="\t")


def ownerless(owned, grants, now, before):
    """A line for each agent whose owner left: its name, and the grants on it
    with its access type."""
    left = {r["email"] for r in read(before).values()} - {r["email"] for r in read(now).values()}
    with open(owned, newline="") as f:
        agents = [r for r in csv.DictReader(f) if r["owner"] in left]
    with open(grants, newline="") as f:
        on = [r["AgentId"] for r in csv.DictReader(f)]
    for r in sorted(agents, key=lambda r: r["name"]):
        print(r["name"], on.count(r["id"]) + 1, sep="\t")


def on_day(path):
    """The day of an export, which its name begins with: the month's last where
    that is a month."""
    name = os.path.basename(path).removesuffix(".csv")
    if len(name) == 10:
        return name
    y, m = map(int, name.split("-"))
    return "%s-%02d" % (name, calendar.monthrange(y, m)[1])


def deltas(ruled, until, *exports):
    """Each membership of the last export against the last answer to it. One
    that some export since that answer does not have began again. With a day
    until which a campaign by coverage looks, only what that takes."""
    past, now = load(ruled), read(exports[-1])
    people, between = named(now), [(on_day(e), memberships(read(e))) for e in exports]
    count = dict.fromkeys(("new", "moved", "path only", "regranted", "unchanged"), 0)
    for key in between[-1][1]:
        if until != "all" and key in past and past[key][0] != "revoke" and due_by(past[key], 3) > datetime.date.fromisoformat(until):
            continue
        began_again = key in past and not all(key in m for day, m in between if day >= past[key][1])
        if key not in past:
            count["new"] += 1
        elif past[key][0] == "revoke":
            count["regranted"] += 1
        elif past[key][2:] != standing(people[key[0]]):
            count["moved"] += 1
        elif began_again:
            count["path only"] += 1
        else:
            count["unchanged"] += 1
    print(", ".join("%s %d" % (k, n) for k, n in count.items() if n))


def months_after(day, months):
    y, m = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(y, m + 1, min(day.day, calendar.monthrange(y, m + 1)[1]))


def due_by(answer, months):
    return months_after(datetime.date.fromisoformat(answer[1]), months)


def coverage(export, ruled, months, today, until):
    """Of the memberships: how many were never reviewed as they are, fall due in
    which month, are out of cadence, and are what the next campaign takes."""
    past, months = load(ruled), int(months)
    today, until = datetime.date.fromisoformat(today), datetime.date.fromisoformat(until)
    never, out, taken, by_month = 0, 0, 0, {}
    now = memberships(read(export))
    for value in past.values():  # what groups hold stays, and is in the calendar
        if value[2:] == ("", "", ""):
            month = due_by(value, months).strftime("%Y-%m")
            by_month[month] = by_month.get(month, 0) + 1
    for key in now:
        if key not in past or past[key][0] == "revoke":
            never += 1
            taken += 1
            continue
        due = due_by(past[key], months)
        by_month[due.strftime("%Y-%m")] = by_month.get(due.strftime("%Y-%m"), 0) + 1
        out += due < today
        taken += due < today or due <= until
    print("never", never, "out", out, "taken", taken, *("%s %d" % m for m in sorted(by_month.items())))


def count(export):
    print(len(memberships(read(export))))


# What Countersign said, in the same words.

def found(items):
    """The deltas that a campaign's memberships are marked with."""
    n = {}
    for i in items_of(items):
        if i["kind"] == "group":
            n[i["delta"]["kind"]] = n.get(i["delta"]["kind"], 0) + 1
    order = ("new", "moved", "path only", "regranted", "unchanged")
    print(", ".join("%s %d" % (k, n.pop(k)) for k in order if k in n) + "".join(", %s %d" % x for x in n.items()))


def seen(answer, others):
    """A coverage answer less the holdings that are no memberships."""
    with open(answer) as f:
        c = json.load(f)["frameworks"][0]
    by_month = {m["month"]: m["due"] for m in c["calendar"]}
    rest = [x for x in c["next"] if x["target"]["kind"] != "group"]
    never = sum(x["state"] == "never reviewed" for x in rest)
    out = sum(x["state"] == "out of cadence" for x in rest)
    print("never", c["never_reviewed"] - never, "out", c["out_of_cadence"] - out, "taken", len(c["next"]) - len(rest),
          *("%s %d" % m for m in sorted(by_month.items())))


def started(ticked, campaigns, definition):
    """A line for each campaign of a definition that a tick drafted: whom or
    what it is about, and how many items it has. Each is launched in that tick,
    or cancelled where there is nothing to review."""
    acts, all_ = load_json(ticked)["acts"], {c["id"]: c for c in load_json(campaigns)["campaigns"]}
    drafted = [a for a in acts if a["act"] == "draft" and a["text"].startswith(definition + ": ")]
    launched = {a["campaign"] for a in acts if a["act"] == "launch"}
    lines = []
    for a in acts:
        c = all_.get(a.get("campaign", ""))
        if a["act"] != "stage" or not c["name"].startswith(definition + ": "):
            continue
        scope, items = c["definition"]["scope"], c.get("tie_out", {}).get("in_scope", 0)
        assert len(scope.get("principals", []) + scope.get("agents", [])) == 1, c["name"]
        assert c["state"] == ("active" if items else "cancelled") and (c["id"] in launched) == (items > 0), c["name"]
        subject = c["name"].removeprefix(definition + ": ").rsplit(" (event ", 1)[0]
        lines.append("%s\t%d" % (subject, items))
    assert len(drafted) == len(lines), "drafted %d, staged %d" % (len(drafted), len(lines))
    print(*sorted(lines), sep="\n", end="\n" if lines else "")


def active(campaigns):
    for c in load_json(campaigns)["campaigns"]:
        if c["state"] == "active":
            print(c["id"], c["name"], sep="\t")


def told(lines):
    """Lines of subjects and figures in one sentence."""
    with open(lines) as f:
        rows = [line.rstrip("\n").split("\t") for line in f]
    print("%d, of which %d with %d items are launched" % (len(rows), sum(n != "0" for _, n in rows), sum(int(n) for _, n in rows)) +
          (": " if rows else "") + ", ".join("%s %s" % (who, n) for who, n in rows))


def load_json(path):
    with open(path) as f:
        return json.load(f)


def taken(answer, kinds):
    with open(answer) as f:
        print(sum(x["target"]["kind"] in kinds.split(",") for x in json.load(f)["frameworks"][0]["next"]))


if __name__ == "__main__":
    {f.__name__: f for f in (derive, month, decide, gone, owned, moved, ownerless, deltas, coverage, count,
                             found, seen, started, active, told, taken)}[sys.argv[1].replace("months", "derive")](*sys.argv[2:])
