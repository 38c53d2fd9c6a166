// A page in a frame tells its height to the page around it, which may make the frame as high: see Lesson, Embed.

const TYPE = "softmax-lab:height";
const CONTENT = '[data-testid="stMainBlockContainer"]';
// A page that is about to be drawn is lower.
const MIN_HEIGHT = 100;
const MAX_HEIGHT = 20_000;

export const tellHeight = () => {
  if (parent === window || new URLSearchParams(location.search).get("embed") !== "true") return;
  let content;
  let last = 0;
  const observer = new ResizeObserver(() => {
    if (!content.isConnected) {
      observer.disconnect();
      watch();
      return;
    }
    const height = Math.min(Math.ceil(content.getBoundingClientRect().height), MAX_HEIGHT);
    if (height === last || height < MIN_HEIGHT) return;
    last = height;
    // Anybody may know a height, and the server's headers decide who frames the page.
    parent.postMessage({ type: TYPE, height }, "*");
  });
  const watch = () => {
    content = document.querySelector(CONTENT);
    if (content) observer.observe(content);
    else requestAnimationFrame(watch);
  };
  watch();
};
