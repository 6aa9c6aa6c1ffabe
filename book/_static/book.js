// The theme's buttons name what they call in an attribute that the content policy forbids; see finish.py.
const actions = {
  print: () => window.print(),
  fullscreen: () => window.toggleFullScreen(),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) {
    actions[button.dataset.action]();
  }
});

// What is folded away on the screen is printed, too.
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("article details:not([open])")];
  folded.forEach((element) => element.setAttribute("open", ""));
});
window.addEventListener("afterprint", () => folded.forEach((element) => element.removeAttribute("open")));

// A figure that is wider than its frame can be reached and scrolled with keys.
const frameSizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) {
      target.setAttribute("tabindex", "0");
      target.setAttribute("role", "group");
      target.setAttribute("aria-label", "Figure that scrolls sideways");
    } else {
      ["tabindex", "role", "aria-label"].forEach((name) => target.removeAttribute(name));
    }
  }
});
document.querySelectorAll(".picture-frame").forEach((frame) => frameSizes.observe(frame));
