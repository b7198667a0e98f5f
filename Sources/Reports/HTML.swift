import Identity

/// The few forms of HTML that a report is made of.
enum HTML {
    /// Text as it can stand in a page.
    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// A key, which may break anywhere.
    static func key(_ key: PublicKey) -> String { "<code>\(key)</code>" }

    /// Figures side by side.
    static func tiles(_ figures: [(name: String, value: String)]) -> String {
        let tiles = figures.map { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" }
        return "<dl>\n\(tiles.joined(separator: "\n"))\n</dl>"
    }

    /// A table whose cells know their column, so that a narrow page can show each row as a list.
    static func table(_ columns: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "<p>None yet.</p>" }
        let head = columns.map { "<th>\($0)</th>" }.joined()
        let body = rows.map { row in
            let cells = zip(columns, row).map { "<td data-column=\"\($0)\">\($1)</td>" }
            return "<tr>\(cells.joined())</tr>"
        }
        return "<table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n"
            + "\(body.joined(separator: "\n"))\n</tbody>\n</table>"
    }

    /// The whole page.
    static func page(title: String, parts: [String]) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title)</title>
        <style>
        \(style)
        </style>
        </head>
        <body>
        <main>
        \(parts.joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6470; --line: #d8dde3;
          --page: #ffffff; --panel: #f5f7f9; --good: #1f6feb; --bad: #c9372c; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8ebee; --soft: #a2abb6;
          --line: #363d46; --page: #14171a; --panel: #1d2126; --good: #6cb0ff; --bad: #ff8a80; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink);
          font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
        h1 { font-size: 1.75rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
        p { margin: 0 0 .75rem; color: var(--soft); }
        code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
          gap: .75rem; margin: 1rem 0; }
        dl div { background: var(--panel); border-radius: .5rem; padding: .75rem 1rem; }
        dt { color: var(--soft); font-size: .85rem; }
        dd { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums;
          overflow-wrap: anywhere; }
        svg { display: block; width: 100%; max-width: 40rem; height: auto; }
        svg text { fill: var(--soft); font: 13px system-ui, sans-serif; }
        .grid { stroke: var(--line); }
        .axis { stroke: var(--soft); }
        .curve { fill: none; stroke: var(--good); stroke-width: 2.5; stroke-linejoin: round; }
        .dot, .pay { fill: var(--good); }
        .slash { fill: var(--bad); }
        table { width: 100%; border-collapse: collapse; font-size: .9rem;
          font-variant-numeric: tabular-nums; }
        th, td { padding: .4rem .5rem; text-align: right; border-bottom: 1px solid var(--line);
          vertical-align: top; }
        th { color: var(--soft); font-weight: 500; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        @media (max-width: 60rem) {
          thead { display: none; }
          table, tbody, tr, td { display: block; }
          tr { background: var(--panel); border-radius: .5rem; padding: .5rem 1rem;
            margin-bottom: .75rem; }
          td, td:first-child { display: flex; justify-content: space-between; gap: 1rem;
            padding: .15rem 0; border: 0; text-align: right; }
          td::before { content: attr(data-column); color: var(--soft); flex: none; }
        }
        """
}
