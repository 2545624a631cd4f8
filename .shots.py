import sys, http.server, threading, functools
from playwright.sync_api import sync_playwright

H = functools.partial(http.server.SimpleHTTPRequestHandler, directory=".cache/site")


class Q(http.server.ThreadingHTTPServer):
    pass


H.log_message = lambda *a: None
s = Q(("127.0.0.1", 0), H)
threading.Thread(target=s.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{s.server_port}"
pages = sys.argv[1:]
with sync_playwright() as p:
    b = p.chromium.launch(executable_path="/usr/bin/chromium")
    for pg in pages:
        for w, h, scheme in (
            (1280, 800, "light"),
            (390, 844, "light"),
            (1280, 800, "dark"),
            (390, 844, "dark"),
        ):
            c = b.new_context(
                viewport={"width": w, "height": h},
                color_scheme=scheme,
                device_scale_factor=1,
            )
            t = c.new_page()
            t.goto(f"{base}/practice/{pg}/")
            t.wait_for_timeout(600)
            t.screenshot(path=f"/tmp/shots/{pg}-{w}-{scheme}-first.png")
            H_ = t.evaluate("document.documentElement.scrollHeight")
            if scheme == "light" or w == 1280:
                y = 0
                i = 0
                while y < H_:
                    t.screenshot(
                        path=f"/tmp/shots/{pg}-{w}-{scheme}-{i:02d}.png",
                        full_page=True,
                        clip={"x": 0, "y": y, "width": w, "height": min(2400, H_ - y)},
                    )
                    y += 2400
                    i += 1
            print(pg, w, scheme, H_, t.evaluate("document.documentElement.scrollWidth"))
            c.close()
