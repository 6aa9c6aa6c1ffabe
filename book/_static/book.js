// The theme's buttons name what they call in an attribute that the content policy forbids; see policy.py.
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

// A figure or formula that is wider than its place can be reached and scrolled with keys.
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) {
      target.setAttribute("tabindex", "0");
      target.setAttribute("role", "group");
      const kind = target.matches(".picture-frame") ? "Figure" : "Formula";
      target.setAttribute("aria-label", `${kind} that scrolls sideways`);
    } else {
      ["tabindex", "role", "aria-label"].forEach((name) => target.removeAttribute(name));
    }
  }
});
document.querySelectorAll(".picture-frame").forEach((frame) => sizes.observe(frame));
// Formulas stand on the page once MathJax, which is loaded meanwhile, has set them.
window.addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  document.querySelectorAll("mjx-container[display]").forEach((formula) => sizes.observe(formula));
});

// A figure's picture enlarges over the page; without this script its link leads to the picture itself.
const enlarged = document.createElement("dialog");
enlarged.className = "enlarged";
enlarged.setAttribute("aria-label", "Enlarged picture; Escape closes it");
enlarged.addEventListener("click", () => enlarged.close());
// The theme takes the key for its search, and with it the browser's own way.
enlarged.addEventListener("keydown", (event) => event.key === "Escape" && enlarged.close());
document.body.append(enlarged);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.enlarge");
  if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    const picture = document.createElement("img");
    Object.assign(picture, { alt: link.querySelector("img").alt, src: link.href });
    enlarged.replaceChildren(picture);
    enlarged.showModal();
  }
});

// What moved to another page left a link under its old name, see book_moved.py; a cell that is led to shows its code.
function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.matches("a.moved")) {
    location.replace(target.href);
  } else if (target?.matches(".cell")) {
    target.querySelector("details")?.setAttribute("open", "");
  }
}
window.addEventListener("hashchange", follow);
follow();
