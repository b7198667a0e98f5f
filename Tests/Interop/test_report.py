"""The report of a real run in a browser: `test_report.py TOOLS ROUND SCREENSHOTS`.

ROUND is the directory of a finished demonstration round, whose ledger is reported. Headless Chromium shows the
page at the widths of a phone, a tablet and a desktop, light and dark. At each width nothing may reach
beyond the page, no text may be cut, and every figure of the ledger must be there to read. Screenshots go
to SCREENSHOTS.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

WIDTHS = {"phone": (390, 844), "small-phone": (320, 568), "tablet": (768, 1024), "desktop": (1280, 900)}

# Run in a copy of the page, which itself has no scripts.
PROBE = """<script>
addEventListener("load", () => {
  const width = document.documentElement.clientWidth;
  const beyond = [...document.querySelectorAll("body *")].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > width + 0.5 || box.left < -0.5);
  }).map(e => e.tagName + " " + e.textContent.slice(0, 40));
  const cut = [...document.querySelectorAll("td, th, dd, dt, h1, h2, p, code")].filter(e =>
    e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1).map(e => e.tagName + " " + e.textContent.slice(0, 40));
  const small = [...document.querySelectorAll("svg text")].filter(e => e.getBoundingClientRect().height < 8).length;
  const hidden = [...document.querySelectorAll("td, dd")].filter(e => !e.getClientRects().length).length;
  const pre = document.createElement("pre");
  pre.id = "probe";
  pre.textContent = JSON.stringify({width, scroll: document.documentElement.scrollWidth, beyond, cut, small, hidden});
  document.body.append(pre);
});
</script>"""


def browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    sys.exit("test_report: no Chromium; make setup-interop installs it")


def main():
    tools, directory, screenshots = (os.path.abspath(path) for path in sys.argv[1:4])
    os.makedirs(screenshots, exist_ok=True)
    ledger = os.path.join(directory, "ledger")

    def tool(*arguments):
        return subprocess.run([f"{tools}/nous-ledger", *arguments], check=True, capture_output=True, text=True).stdout

    page = tool("report", ledger, "--html", "-")
    for forbidden in ("<script", "src=", "href=", "url(", "@import"):
        assert forbidden not in page, f"the page loads something: {forbidden}"
    text = re.sub(r"<[^>]*>", " ", page)
    for row in map(json.loads, tool("balance", "--json", ledger).splitlines()):
        assert row["account"] in text, row
    audit = json.loads(tool("audit", "--json", ledger))
    assert audit["root"] in text and f"{audit['entries']} entries" in text
    assert page.count('class="dot"') == audit["rounds"] >= 3, "a loss for each round"

    home = tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
             f"--user-data-dir={home}/profile"]
    with open(f"{home}/report.html", "w") as file:
        file.write(page)
    with open(f"{home}/probed.html", "w") as file:
        file.write(page.replace("</body>", PROBE + "</body>"))
    checked = 0
    for name, (width, height) in WIDTHS.items():
        for scheme in ("light", "dark"):
            # A frame of the width of a phone, which windows cannot be as narrow as.
            frame = f"{home}/frame.html"
            with open(frame, "w") as file:
                file.write(f'<body style="margin:0"><iframe src="probed.html" style="border:0;width:{width}px;'
                           f'height:{height}px"></iframe><script>addEventListener("load", () => setTimeout(() => {{'
                           'const p = document.querySelector("iframe").contentDocument.getElementById("probe");'
                           'document.body.append(p.cloneNode(true)); }, 300));</script></body>')
            more = ["--allow-file-access-from-files", "--virtual-time-budget=3000"]
            if scheme == "dark":
                more.append("--blink-settings=preferredColorScheme=0")
            dump = subprocess.run([browser(), *flags, *more, "--window-size=1400,1000", "--dump-dom", f"file://{frame}"],
                                  capture_output=True, text=True, timeout=120).stdout
            found = re.search(r'<pre id="probe">(.*?)</pre>', dump, re.S)
            assert found, f"{name} {scheme}: the browser says nothing: {dump[:500]}"
            probe = json.loads(found.group(1).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
            assert probe["width"] == width, probe
            assert probe["scroll"] <= width, f"{name} {scheme}: {probe['scroll']} wide of {width}"
            for fault in ("beyond", "cut", "small", "hidden"):
                assert not probe[fault], f"{name} {scheme}: {fault}: {probe[fault]}"
            with open(frame, "w") as file:
                file.write(f'<body style="margin:0"><iframe src="report.html" style="border:0;width:{width}px;'
                           'height:3000px"></iframe></body>')
            picture = f"{screenshots}/report-{name}-{scheme}.png"
            subprocess.run([browser(), *flags, *more, f"--window-size={max(width, 500)},3000", f"--screenshot={picture}",
                            f"file://{frame}"], capture_output=True, timeout=120, check=True)
            assert os.path.getsize(picture) > 10_000, picture
            checked += 1
    shutil.rmtree(home)
    print(f"{checked} views of a page of {len(page)} bytes: nothing overflows, is cut or hidden")
    print("ok")


main()
