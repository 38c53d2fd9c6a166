// The prices as a table to type into: a row for each action, a column for each true class.

import { classColor, element } from "../lib/dom.js";
import { MAX_PRICE } from "./prices.js";

// What is said of a price: { a, k } of an error, or null for the expert's.
export const nameOfPrice = (chosen, classes) =>
  chosen ? `Decide ${classes[chosen.a]}, it is ${classes[chosen.k]}` : "Ask an expert";

const priceField = (label) =>
  element("input", { type: "number", min: 0, max: MAX_PRICE, step: "any", inputmode: "decimal", "aria-label": label });

const className = (colors, name, k) =>
  element("span", { class: "class", style: { borderColor: classColor(colors, k) } }, name);

// `choose(price)` when a field is entered, `change(price, value)` as one types, `done()` at the end, `toggle(asks)`.
export const buildPriceTable = (table, { classes, colors, choose, change, done, toggle }) => {
  const listen = (field, price) => {
    field.onfocus = () => choose(price);
    field.oninput = () => {
      if (field.value !== "" && +field.value >= 0 && +field.value <= MAX_PRICE) change(price, +field.value);
    };
    field.onchange = done;
    return field;
  };
  const cell = (a, k) => {
    if (a === k) return element("td", { class: "right" }, element("output", { "data-cell": `${a} ${k}` }));
    const field = listen(priceField(`Price: ${nameOfPrice({ a, k }, classes)}`), { a, k });
    field.dataset.cell = `${a} ${k}`;
    return element("td", {}, field);
  };
  const asks = element("input", { type: "checkbox", role: "switch", class: "asks" });
  asks.onchange = () => toggle(asks.checked);
  const expert = listen(priceField("Price: ask an expert"), null);
  expert.dataset.cell = "expert";
  table.tHead.replaceChildren(
    element(
      "tr",
      {},
      element("th", { scope: "col" }, "Price"),
      ...classes.map((name, k) => element("th", { scope: "col" }, "it is ", className(colors, name, k))),
    ),
  );
  table.tBodies[0].replaceChildren(
    ...classes.map((name, a) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, "decide ", className(colors, name, a)),
        ...classes.map((_, k) => cell(a, k)),
      ),
    ),
    element(
      "tr",
      { class: "expert" },
      element("th", { scope: "row" }, element("label", { class: "switch" }, asks, "ask an expert")),
      element("td", { colspan: classes.length }, expert),
    ),
  );
};

// Fields are left alone while one types into them.
export const showPrices = (table, root, { errors, expert }, chosen) => {
  const show = (cell, price) => {
    const field = table.querySelector(`[data-cell="${cell}"]`);
    field.classList.toggle("chosen", cell === (chosen ? `${chosen.a} ${chosen.k}` : "expert"));
    if (root.activeElement !== field || +field.value !== price) field.value = price ?? "";
  };
  errors.forEach((row, a) => row.forEach((price, k) => show(`${a} ${k}`, price)));
  show("expert", expert);
  table.querySelector(".asks").checked = expert !== null;
  table.querySelector('[data-cell="expert"]').disabled = expert === null;
};
