#!/usr/bin/env python3
"""Write the manual pages of the five commands, one for each subcommand, from what they say themselves.

    manual_pages.py TOOLS OUTPUT        e.g. manual_pages.py .build/release build/man

`nous-train run` is explained in nous-train-run(1), as git does it. Options, words and examples are those
of `--help`, taken from `--experimental-dump-help`; the exit statuses those of docs/exit-status.md. The
pages are mdoc, for man-db and mandoc alike; the same sources give the same bytes.
"""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

COMMANDS = ["nous-shard", "nous-train", "nous-merge", "nous-verify", "nous-ledger"]
ROOT = pathlib.Path(__file__).resolve().parent.parent
ENVIRONMENT = {
    "NOUS_INSTRUCTION_SET": "With baseline or avx2, slower kernels than this processor could run, to see that the "
    "bits are the same.",
}


def release() -> tuple[str, str]:
    """The version and its day, from the head of the Debian changelog."""
    text = (ROOT / "packaging/debian/changelog").read_text()
    version = re.match(r"nous-tools \(([^)]+)\)", text)[1]
    stamp = re.search(r"^ -- .*>  (.*)$", text, re.MULTILINE)[1]
    day = datetime.datetime.strptime(stamp, "%a, %d %b %Y %H:%M:%S %z")
    return version, f"{day:%B} {day.day}, {day.year}"


def escaped(text: str) -> str:
    """Text that roff prints as it is: hyphens stay ASCII, so that what is copied can be typed."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def quoted(word: str) -> str:
    """One argument of a macro: quoted, as it might be the name of another."""
    return '"' + escaped(word).replace('"', '""') + '"'


def body(text: str) -> list[str]:
    """Paragraphs as they are, and indented lines as they stand."""
    lines: list[str] = []
    for paragraph in text.strip("\n").split("\n\n"):
        if not paragraph.strip():
            continue
        if paragraph.startswith("  "):
            lines += literal(paragraph.split("\n"))
            continue
        if lines:
            lines.append(".Pp")
        for line in paragraph.split("\n"):
            lines += [escaped(sentence) for sentence in re.split(r"(?<=[.:?!]) (?=[A-Z])", line)]
    return lines


def literal(lines: list[str]) -> list[str]:
    """Lines of a terminal."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [".Bd -literal -offset indent", *(escaped(line[margin:]) for line in lines), ".Ed"]


def names(argument: dict) -> list[str]:
    """An option's names, the short one first."""
    dashes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    found = [dashes[name["kind"]] + name["name"] for name in argument["names"]]
    return sorted(found, key=len)


def value(argument: dict) -> str:
    """The macros that print an argument's value; empty for a flag."""
    return "" if argument["kind"] == "flag" else " Ar " + quoted(argument["valueName"])


def flag(name: str) -> str:
    """The macros that print an option's name."""
    return "Fl " + quoted(name[1:])


def synopsis(argument: dict) -> str:
    """One argument as the synopsis has it."""
    if argument["kind"] == "positional":
        shown = "Ar " + quoted(argument["valueName"])
        shown += " ..." if argument["isRepeating"] else ""
    else:
        shown = flag(max(names(argument), key=len)) + value(argument)
    return f".Op {shown}" if argument["isOptional"] else f".{shown}"


def explanation(argument: dict) -> list[str]:
    """What an argument is for, its default and its values."""
    lines = body(" ".join(part for part in (argument.get("abstract"), argument.get("discussion")) if part))
    if argument.get("defaultValue"):
        lines.append(f"By default: {escaped(argument['defaultValue'])}.")
    if argument.get("allValues"):
        lines.append(f"One of: {escaped(', '.join(argument['allValues']))}.")
    return lines


def items(arguments: list[dict]) -> list[str]:
    """A list of arguments and what they are for."""
    lines = [".Bl -tag -width indent"]
    for argument in arguments:
        if argument["kind"] == "positional":
            lines.append(".It Ar " + quoted(argument["valueName"]))
        else:
            shown = " , ".join(flag(name) for name in names(argument))
            lines.append(".It " + shown + value(argument))
        lines += explanation(argument)
    return lines + [".El"]


def statuses() -> list[tuple[str, str]]:
    """The rows of the table of exit statuses, number and meaning."""
    table = (ROOT / "docs/exit-status.md").read_text()
    return re.findall(r"^\| (\d+) \| ([^|]+?) \|", table, re.MULTILINE)


def page(path: list[str], command: dict, siblings: list[str], version: str, day: str) -> str:
    """One page; `siblings` are the other pages that it names."""
    name = "-".join(path)
    description, _, examples = (command.get("discussion") or "").partition("Example:\n")
    below = [sub for sub in command.get("subcommands") or [] if sub["commandName"] != "help"]
    arguments = [argument for argument in command.get("arguments") or [] if argument["shouldDisplay"]]
    lines = [
        '.\\" Written by Scripts/manual_pages.py from what the command says of itself.',
        f".Dd {day}", f".Dt {name.upper()} 1", f".Os nous-tools {version}",
        ".Sh NAME", f".Nm {quoted(name)}", f".Nd {escaped(command['abstract'].rstrip('.'))}", ".Sh SYNOPSIS",
        f".Nm {quoted(' '.join(path))}",
    ]
    if below:
        lines += [".Ar subcommand", ".Op Ar ..."]
    lines += [synopsis(argument) for argument in arguments]
    lines += [".Sh DESCRIPTION", *body(description or command["abstract"])]
    if below:
        lines += [".Pp", "The subcommands are:", ".Bl -tag -width indent"]
        for sub in below:
            default = " It is run when none is named." if sub["commandName"] == command.get("defaultSubcommand") else ""
            lines += [f".It Xr {quoted(name + '-' + sub['commandName'])} 1", *body(sub["abstract"] + default)]
        lines.append(".El")
    if arguments:
        lines += [".Sh OPTIONS", *items(arguments)]
    # What computes takes a number of threads.
    if any(part["name"] == "threads" for argument in arguments for part in argument.get("names") or []):
        lines += [".Sh ENVIRONMENT", ".Bl -tag -width indent"]
        for variable, meaning in ENVIRONMENT.items():
            lines += [f".It Ev {variable}", escaped(meaning)]
        lines.append(".El")
    lines += [".Sh EXIT STATUS", ".Bl -tag -width indent"]
    for number, meaning in statuses():
        lines += [f".It {number}", escaped(meaning)]
    lines.append(".El")
    if examples:
        lines += [".Sh EXAMPLES", *literal(examples.rstrip("\n").split("\n"))]
    lines += [".Sh SEE ALSO"]
    lines += [f".Xr {quoted(other)} 1 ," for other in siblings]
    lines[-1] = lines[-1].removesuffix(" ,")
    return "\n".join(lines) + "\n"


def pages(path: list[str], command: dict) -> list[tuple[list[str], dict]]:
    """The command and all below it, but `help`."""
    found = [(path, command)]
    for sub in command.get("subcommands") or []:
        if sub["commandName"] != "help":
            found += pages([*path, sub["commandName"]], sub)
    return found


def main() -> None:
    tools, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    version, day = release()
    for tool in COMMANDS:
        dump = subprocess.run([tools / tool, "--experimental-dump-help"], check=True, capture_output=True).stdout
        for path, command in pages([tool], json.loads(dump)["command"]):
            others = [other for other in COMMANDS if other != path[0]]
            siblings = sorted(others) if len(path) == 1 else ["-".join(path[:-1])]
            text = page(path, command, siblings, version, day)
            target = output / ("-".join(path) + ".1")
            temporary = target.with_suffix(".tmp")
            temporary.write_text(text)
            os.replace(temporary, target)


if __name__ == "__main__":
    main()
