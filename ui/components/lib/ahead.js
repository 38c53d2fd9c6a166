// What later pages need is loaded while people read: Plotly alone has five megabytes, and takes half a second to begin.

// Where Streamlit serves a script of its own; the app may be served below a path.
export const scriptAddressOf = (name, { origin, pathname }) =>
  `${origin}${pathname.replace(/[^/]*$/, "")}static/js/${name}`;

const preload = (address) => {
  const link = document.createElement("link");
  Object.assign(link, { rel: "modulepreload", href: address });
  document.head.append(link);
};

const MILLISECONDS_BETWEEN_LOOKS = 400;

const isRunning = ({ document }) =>
  document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "running";

// While the page waits for the server its thread is idle, too, and would be busy when the picture comes.
const whenDrawn = (page, act) => {
  const look = () => (isRunning(page) ? whenDrawn(page, act) : (page.requestIdleCallback ?? page.setTimeout)(act));
  page.setTimeout(look, MILLISECONDS_BETWEEN_LOOKS);
};

const begin = (address) => import(address).catch(() => {});

// `soon` says whether the next pages surely need them. If so the scripts are begun, otherwise only fetched, so that
// somebody who drags a slider does not feel it. A browser that was asked to save data is sent nothing unasked.
export const loadAhead = (scripts, soon, page = window) => {
  const {
    location,
    document: { documentElement: root },
  } = page;
  const done = root.dataset.ahead;
  const wanted = soon ? "begun" : "fetched";
  if (!scripts.length || done === "begun" || done === wanted || page.navigator.connection?.saveData) return;
  root.dataset.ahead = wanted;
  whenDrawn(page, () => scripts.forEach((name) => (soon ? begin : preload)(scriptAddressOf(name, location))));
};
