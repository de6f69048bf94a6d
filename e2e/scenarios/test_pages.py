"""The pages for a browser on the admin port, in one."""
import os
import pathlib
import shutil

from e2e.harness.browser import Browser, find_chromium
from e2e.harness.case import deployment, pod
from e2e.harness.controller_case import ControllerCase
from e2e.harness.polling import wait_until

# Contrast of each text with what is behind it, as WCAG 2.1 computes it: those below 4.5.
FAINT_TEXTS = """(() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = c => c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.getClientRects().length) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(texts.currentNode.data.trim() + ' ' + ratio.toFixed(2));
  }
  return faint;
})()"""

# What a screen reader needs: names, headings in order, headers of tables, targets of links.
UNREADABLE = """(() => {
  const wrong = [];
  for (const name of ['header', 'nav', 'main', 'footer'])
    if (document.querySelectorAll(name).length !== 1) wrong.push(name);
  if (document.querySelectorAll('h1').length !== 1) wrong.push('h1');
  if (!document.documentElement.lang || !document.title) wrong.push('lang or title');
  for (const section of document.querySelectorAll('section')) {
    const by = section.getAttribute('aria-labelledby');
    if (by ? !document.getElementById(by) : !section.getAttribute('aria-label')) wrong.push(section.id);
  }
  for (const table of document.querySelectorAll('table'))
    if (!table.querySelector('thead th[scope=col]')) wrong.push('table without headers');
  for (const field of document.querySelectorAll('textarea, input'))
    if (!field.labels.length) wrong.push('field without label');
  for (const picture of document.querySelectorAll('img:not([alt]), svg:not([aria-label])'))
    wrong.push(picture.outerHTML);
  for (const link of document.querySelectorAll('a[href^="#"]'))
    if (!document.querySelector(link.getAttribute('href'))) wrong.push(link.outerHTML);
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  if (new Set(ids).size !== ids.length) wrong.push('an id twice');
  return wrong;
})()"""

SLEEP = """apiVersion: v1
kind: Pod
metadata:
  name: "sleep<b>&amp;"
  labels: {app: sleep}
spec:
  containers:
  - name: sleep
    image: example.test/sleep
"""


class Pages(ControllerCase):
    def setUp(self):
        super().setUp()
        if find_chromium() is None:
            self.skipTest("no chromium: test/tools/deps.sh ui installs it")

    def keep_screenshot(self, browser, name):
        """In the folder SIDECAR_SCREENSHOTS, if one is named; docs/images has some of them."""
        path = self.folder / f"{name}.png"
        # Names as people choose them.
        browser.evaluate("(() => { const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);"
                         " while (texts.nextNode()) texts.currentNode.data ="
                         f" texts.currentNode.data.replaceAll('-{self.suffix}', ''); }})()")
        browser.screenshot(path)
        self.assertGreater(path.stat().st_size, 10_000)
        if os.environ.get("SIDECAR_SCREENSHOTS"):
            shutil.copy(path, pathlib.Path(os.environ["SIDECAR_SCREENSHOTS"]) / path.name)

    def check_page(self, browser):
        """On a screen and on a phone, light and dark: nothing is cut off, everything can be read."""
        self.assertEqual(browser.problems, [])
        for width, height in ((1200, 900), (390, 844)):
            for dark in (False, True):
                browser.look(width, height, dark)
                with self.subTest(width=width, dark=dark):
                    self.assertEqual(browser.evaluate(FAINT_TEXTS), [])
                    self.assertLessEqual(browser.evaluate("document.documentElement.scrollWidth"), width)
        self.assertEqual(browser.evaluate(UNREADABLE), [])
        browser.look(1200, 900)

    def make_decisions(self):
        """Pods of all sorts."""
        for name in ("web", "cart", "search"):
            self.api.create(deployment(name, replicas=2), self.target)
        self.api.create(pod("on-host", hostNetwork=True), self.target)
        self.api.create(pod("opted-out", {"sidecar.istio.io/inject": "false"}), self.target)
        self.dry_run(self.target, pod("tried"))

    def test_90_the_pages_in_a_browser(self):
        """The overview shows configuration, certificates, namespaces and decisions of pods that were
        created; the playground renders a pod that is typed in. No script, no console message, no
        violation of the policy; readable on a phone, light and dark. Without --ui there is nothing."""
        for name, label in (("shop", "enabled"), ("legacy", "disabled"), ("typo", "yes")):
            self.namespace(name, {"istio-injection": label})
        self.set_up_control()
        replica = self.start_controller("--ui")
        self.wait_until_injected(self.target)
        self.make_decisions()
        address = f"http://127.0.0.1:{replica.admin_port}/"
        wait_until(lambda: replica.page("/")[1].count("<small>ReplicaSet/") >= 6, 30,
                   what="the decisions about the pods of three Deployments")
        wait_until(lambda: "Authority in caBundle" in replica.page("/")[1], 30, what="a caBundle")

        browser = Browser(self.folder / "browser")
        self.addCleanup(browser.close)
        browser.look(1200, 900)
        browser.open(address)
        text = browser.evaluate("document.body.innerText")
        for expected in ("Ready", "Leader", "Serving certificate", "Authority in caBundle",
                         f"shop-{self.suffix}", "unknown value", "HostNetwork", "AnnotationOptOut",
                         "dry run", "opted-out"):
            self.assertIn(expected, text)
        self.assertNotIn("example.test/app", text)  # What is in a pod.
        self.check_page(browser)
        browser.look(1200, 1240)
        self.keep_screenshot(browser, "ui")
        browser.look(1200, 1240, dark=True)
        self.keep_screenshot(browser, "ui-dark")
        browser.look(390, 844)
        self.keep_screenshot(browser, "ui-phone")
        browser.look(1200, 900)

        browser.fill("#pod", SLEEP)
        browser.click("form button")
        self.assertEqual(browser.evaluate("location.pathname"), "/playground")
        text = browser.evaluate("document.body.innerText")
        self.assertIn("Injected: Pod/sleep<b>&amp; gets a sidecar", text)
        self.assertIn("istio-proxy", text)
        self.assertEqual(browser.evaluate("document.querySelector('#pod').value"), SLEEP)
        self.check_page(browser)
        self.keep_screenshot(browser, "ui-playground")
        browser.fill("#pod", "kind: [")
        browser.click("form button")
        self.assertIn("Nothing to inject", browser.evaluate("document.body.innerText"))
        browser.click("nav a")
        self.assertEqual(browser.evaluate("location.pathname"), "/")
        self.assertEqual(browser.problems, [])

        # The policy holds: what got into the page could not run.
        browser.evaluate("document.body.append(Object.assign(document.createElement('script'),"
                         " {textContent: 'window.ran = true'}))")
        self.assertIsNone(browser.evaluate("window.ran"))
        self.assertTrue(any("Content Security Policy" in p for p in browser.problems), browser.problems)

    def test_91_without_the_flag_there_are_none(self):
        """Without --ui the admin port answers 404."""
        self.set_up_control()
        replica = self.start_controller()
        for path in ("/", "/playground", "/style.css"):
            self.assertEqual(replica.page(path)[0], 404)
