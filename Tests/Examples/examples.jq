# The examples in what `TOOL --experimental-dump-help` prints, one object for each command but `help`:
# its path, whether it is a leaf, the lines of the example, its commands, and lines that are not part of one.
# A command begins after two spaces; lines that stand deeper go on with it.
def commands:
    reduce .[] as $line ({commands: [], stray: []};
        if $line | test("^  [^ ]") then .commands += [$line[2:]]
        elif ($line | test("^    +[^ ]")) and .commands != [] then .commands[-1] += "\n" + $line[2:]
        else .stray += [$line] end);
def below: [.subcommands // [] | .[] | select(.commandName != "help")];
def examples($above):
    "\($above)\(.commandName)" as $path
    | ((.discussion // "") | capture("(^|\n)Example:\n(?<lines>.*)$"; "m") // {lines: ""}
        | .lines | split("\n")) as $lines
    | {$path, leaf: (below == []), $lines} + ($lines | commands),
        (below[] | examples($path + " "));
.command | examples("")
