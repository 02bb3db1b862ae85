#!/usr/bin/env python3
"""Checks the built website: every link inside it, and every page in a browser.

usage: check_links.py BOOK [CHROMIUM [PAGE…]]

All links, images and anchors of all pages must exist. With CHROMIUM and the Python package playwright, PAGEs (by default,
some of each kind) are opened at desktop and phone width: nothing may be written to the console, no request may fail, and
no page may be wider than the window. Search must find a rule.
"""
import functools, glob, html.parser, http.server, os, sys, threading, urllib.parse

PAGES = ["index.html", "installation.html", "configuration.html", "policy.html", "optimize.html", "coming-from-scanners.html", "rules/index.html",
         "rules/DL3008.html", "rules/SC2086.html", "rules/StageNameCasing.html", "rules/DW1104.html"]


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.names = [], set()
        with open(path, encoding="utf-8") as file: self.feed(file.read())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.names |= {given[name] for name in ("id", "name") if given.get(name)}
        self.links += [given[name] for name in ("href", "src") if given.get(name)]


def check_links(book):
    paths = glob.glob(os.path.join(book, "**", "*.html"), recursive=True)
    pages = {os.path.abspath(path): Page(path) for path in paths}
    faults, number = [], 0
    for path, page in pages.items():
        # The page for missing pages has links from the root of the website.
        if os.path.basename(path) == "404.html": continue
        for link in page.links:
            target = urllib.parse.urlsplit(link)
            if target.scheme or target.netloc or link.startswith("javascript:"): continue
            number += 1
            file = os.path.abspath(os.path.join(os.path.dirname(path), urllib.parse.unquote(target.path))) if target.path else path
            if os.path.isdir(file): file = os.path.join(file, "index.html")
            anchor = urllib.parse.unquote(target.fragment)
            if not os.path.exists(file): faults.append(f"{os.path.relpath(path, book)}: no file {link}")
            elif anchor and file in pages and anchor not in pages[file].names: faults.append(f"{os.path.relpath(path, book)}: no anchor {link}")
    for fault in sorted(set(faults)): print(fault)
    print(f"{len(pages)} pages, {number} links, {len(faults)} dead")
    return bool(faults)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_): pass


def check_pages(book, chromium, pages):
    from playwright.sync_api import sync_playwright
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=book))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    faults = []
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, width, height in [("desktop", 1440, 900), ("phone", 390, 844)]:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.on("console", lambda message: faults.append(f"{page.url}: console: {message.text}"))
            page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
            page.on("requestfailed", lambda request: faults.append(f"{page.url}: {request.url} failed"))
            page.on("response", lambda response: faults.append(f"{page.url}: {response.url}: {response.status}") if response.status >= 400 else None)
            for path in pages:
                page.goto(f"{root}/{path}", wait_until="networkidle")
                wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                if wide > 0: faults.append(f"{path}: {wide} px wider than the {name}")
                if os.environ.get("SCREENSHOTS"): page.screenshot(path=os.path.join(os.environ["SCREENSHOTS"], f"{name}-{path.replace('/', '-')}.png"))
            page.goto(f"{root}/index.html", wait_until="networkidle")
            page.keyboard.press("s")
            page.keyboard.type("latest tag")
            page.wait_for_selector("#mdbook-searchresults li, #searchresults li", timeout=10000)
            found = page.locator("#mdbook-searchresults, #searchresults").inner_text()
            if "DL3007" not in found: faults.append(f"search on the {name} does not find DL3007: {found[:200]}")
            page.close()
        browser.close()
    for fault in faults: print(fault)
    print(f"{len(pages)} pages at 2 widths, {len(faults)} faults")
    return bool(faults)


if __name__ == "__main__":
    if len(sys.argv) < 2: sys.exit(__doc__)
    failed = check_links(sys.argv[1])
    if len(sys.argv) > 2: failed |= check_pages(sys.argv[1], sys.argv[2], sys.argv[3:] or PAGES)
    sys.exit(failed)
