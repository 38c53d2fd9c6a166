import assert from "node:assert/strict";
import { test } from "node:test";

import { loadAhead, scriptAddressOf } from "../../ui/components/lib/ahead.js";

const LOCATION = { origin: "https://lab.example.org", pathname: "/course/lab/train" };

test("scripts are found below the path that the app is served at", () => {
  assert.equal(scriptAddressOf("a.js", LOCATION), "https://lab.example.org/course/lab/static/js/a.js");
});

// As much of a window as is asked for: its script runs for some looks. What it does once the page is idle is kept.
const window = ({ saveData = false, looks = 0 } = {}) => {
  const app = { dataset: { testScriptState: "running" } };
  const document = { documentElement: { dataset: {} }, querySelector: () => app };
  const page = { location: LOCATION, document, navigator: { connection: { saveData } }, looks: 0, acts: [] };
  const setTimeout = (look) => {
    if (page.looks >= looks) app.dataset.testScriptState = "notRunning";
    page.looks += 1;
    look();
  };
  return Object.assign(page, { setTimeout, requestIdleCallback: (act) => page.acts.push(act) });
};

test("scripts are fetched once, and begun once a plan needs them", () => {
  const page = window();
  for (const soon of [false, false, true, true, false]) loadAhead(["a.js"], soon, page);
  assert.equal(page.acts.length, 2);
  assert.equal(page.document.documentElement.dataset.ahead, "begun");
});

test("what the page itself needs comes first: nothing is loaded while its script runs", () => {
  const page = window({ looks: 7 });
  loadAhead(["a.js"], true, page);
  assert.equal(page.looks, 8);
  assert.equal(page.acts.length, 1);
});

test("nothing is loaded for who saves data, or where Streamlit names its scripts otherwise", () => {
  const [thrifty, other] = [window({ saveData: true }), window()];
  loadAhead(["a.js"], true, thrifty);
  loadAhead([], true, other);
  assert.equal(thrifty.looks + other.looks, 0);
});
