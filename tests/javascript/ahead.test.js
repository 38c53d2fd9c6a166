import assert from "node:assert/strict";
import { test } from "node:test";

import { loadAhead, scriptAddressOf } from "../../ui/components/lib/ahead.js";

const LOCATION = { origin: "https://lab.example.org", pathname: "/course/lab/train" };

test("scripts are found below the path that the app is served at", () => {
  assert.equal(scriptAddressOf("a.js", LOCATION), "https://lab.example.org/course/lab/static/js/a.js");
});

// As much of a window as is asked for, and how often it was asked to be called when idle.
const window = (saveData = false) => {
  const page = { location: LOCATION, document: { documentElement: { dataset: {} } }, calls: 0 };
  return Object.assign(page, { navigator: { connection: { saveData } }, requestIdleCallback: () => (page.calls += 1) });
};

test("scripts are fetched once, and begun once a plan needs them", () => {
  const page = window();
  for (const soon of [false, false, true, true, false]) loadAhead(["a.js"], soon, page);
  assert.equal(page.calls, 2);
  assert.equal(page.document.documentElement.dataset.ahead, "begun");
});

test("nothing is loaded for who saves data, or where Streamlit names its scripts otherwise", () => {
  const [thrifty, other] = [window(true), window()];
  loadAhead(["a.js"], true, thrifty);
  loadAhead([], true, other);
  assert.equal(thrifty.calls + other.calls, 0);
});
