// What is left of a step and of a lecture. It runs here: the server says once where it stands.

import { behind, later, left, pace } from "./times.js";

const SECOND = 1000;

const draw = (root, told, since) => {
  const { step, lecture } = later(told, (Date.now() - since) / SECOND);
  const off = behind(step, lecture);
  for (const [name, text, isLate] of [
    ["step", left(step.planned, step.elapsed), step.elapsed > step.planned],
    ["lecture", left(lecture.planned, lecture.elapsed), lecture.elapsed > lecture.planned],
    ["pace", pace(off), pace(off).endsWith("behind")],
  ]) {
    const shown = root.querySelector(`.${name}`);
    shown.textContent = text;
    shown.classList.toggle("late", isLate);
  }
};

export default function ({ data, parentElement: root }) {
  const since = Date.now();
  clearInterval(root.__ticking);
  draw(root, data, since);
  const ticking = data.runs ? setInterval(() => draw(root, data, since), SECOND) : null;
  root.__ticking = ticking;
  root.querySelector(".root").dataset.ready = "true";
  return () => clearInterval(ticking);
}
