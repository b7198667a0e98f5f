"""Run the commands that a text shows, and compare what they print with what it shows.

    transcript.py [--section HEADING] [--update] TEXT DIRECTORY

A command is a line `$ command` in an indented block of the text, with the lines after it while a
line ends with a backslash; what follows is its output, of both streams. All commands run in one
shell, in DIRECTORY. In a line of output the sign … stands for any text: for what differs from
machine to machine. A command must end with status 0, unless the next one is `echo $?`.

Ends with status 1 at the first output that differs. --update writes into the text what was found.
"""

import argparse
import difflib
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

INDENT = "    "
SECONDS_ALLOWED = 900


@dataclass
class Step:
    """A command of the text; its output is lines[first:end] of the file, from 0."""

    command: str
    line: int
    first: int
    end: int


def section_range(lines, heading):
    """The lines under a heading, up to the next one of its level or above."""
    if heading is None:
        return range(len(lines))
    start = level = None
    for number, line in enumerate(lines):
        found = re.match(r"(#+) (.*)", line)
        if not found:
            continue
        if start is not None and len(found[1]) <= level:
            return range(start, number)
        if start is None and found[2] == heading:
            start, level = number + 1, len(found[1])
    if start is None:
        sys.exit(f"transcript.py: error: no section '{heading}'")
    return range(start, len(lines))


def steps_of(lines, numbers):
    steps = []
    number = numbers.start
    while number < numbers.stop:
        if not lines[number].startswith(INDENT + "$ "):
            number += 1
            continue
        first = number
        command = [lines[number].removeprefix(INDENT + "$ ")]
        while command[-1].endswith("\\"):
            number += 1
            command.append(lines[number].removeprefix(INDENT))
        number += 1
        end = output_end(lines, number, numbers.stop)
        steps.append(Step("\n".join(command), first + 1, number, end))
        number = end
    return steps


def output_end(lines, number, stop):
    """Where the output that begins at a line ends: before the next command or the block's end."""
    end = number
    while number < stop and (lines[number].startswith(INDENT) or not lines[number]):
        if lines[number].startswith(INDENT + "$ "):
            break
        number += 1
        if lines[number - 1]:
            end = number
    return end


class Shell:
    """One shell for all commands. A mark that no command can know says where an output ends."""

    def __init__(self, steps, directory):
        self.mark = secrets.token_hex(16)
        script = os.path.join(os.path.abspath(directory), ".transcript.sh")
        with open(script, "w", encoding="utf-8") as file:
            file.write(f"rm -f {shlex.quote(script)}\n")
            for step in steps:
                file.write(f"{step.command}\n__status=$?\n")
                file.write(f"printf '\\n{self.mark} %s\\n' $__status; (exit $__status)\n")
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc", script],
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop(self):
        """Ends the shell and what it has started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def next_output(self):
        """The output of the next command as lines, and its status."""
        text = b""
        for line in self.process.stdout:
            if line.startswith(self.mark.encode()):
                text = text[:-1].decode("utf-8", "replace")
                return text.removesuffix("\n").split("\n") if text else [], int(line.split()[1])
            text += line
        sys.exit("transcript.py: error: the shell ended: " + text.decode("utf-8", "replace"))


def agrees(shown, found):
    """Whether a line of output is the one that is shown, where … stands for any text."""
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, found) is not None


def same(shown, found):
    return len(shown) == len(found) and all(map(agrees, shown, found))


def fail(path, step, problem, details=()):
    print(f"transcript.py: error: {path}:{step.line}: {problem}", file=sys.stderr)
    print(INDENT + "$ " + step.command, file=sys.stderr)
    for line in details:
        print(INDENT + line, file=sys.stderr)
    sys.exit(1)


def stop_on_signals():
    """Lets the shell be ended, too, when this is, or takes too long."""

    def stop(number, _):
        late = number == signal.SIGALRM
        reason = f"not done after {SECONDS_ALLOWED} seconds" if late else "stopped"
        sys.exit(f"transcript.py: error: {reason}")

    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    signal.alarm(SECONDS_ALLOWED)


def run(path, lines, steps, shell, update):
    """What the commands print; ends at the first that prints something else than is shown."""
    outputs = []
    for step, following in zip(steps, steps[1:] + [None]):
        shown = [line.removeprefix(INDENT) for line in lines[step.first : step.end]]
        found, status = shell.next_output()
        if status and (following is None or following.command != "echo $?"):
            fail(path, step, f"ended with status {status}", found)
        if not same(shown, found) and not update:
            fail(path, step, "printed other lines", difflib.ndiff(shown, found))
        outputs.append(shown if same(shown, found) else found)
    return outputs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--section")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("text")
    parser.add_argument("directory")
    options = parser.parse_args()
    with open(options.text, encoding="utf-8") as file:
        lines = file.read().split("\n")
    steps = steps_of(lines, section_range(lines, options.section))
    if not steps:
        sys.exit(f"transcript.py: error: {options.text} shows no commands")
    started = time.monotonic()
    stop_on_signals()
    shell = Shell(steps, options.directory)
    try:
        outputs = run(options.text, lines, steps, shell, options.update)
    finally:
        shell.stop()
    if options.update:
        for step, output in reversed(list(zip(steps, outputs))):
            lines[step.first : step.end] = [INDENT + line if line else "" for line in output]
        with open(options.text, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
    count = sum(map(len, outputs))
    open_lines = sum("…" in line for output in outputs for line in output)
    seconds = time.monotonic() - started
    print(f"{options.text}: {len(steps)} commands printed their {count} lines, of which "
          f"{open_lines} may differ; {seconds:.0f} s")


main()
